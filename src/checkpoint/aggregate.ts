/**
 * Gathers the signatures of one checkpoint until those on one digest have a quorum of the voting
 * power. Signatures arrive unchecked: the aggregate is verified once, and only when that fails are
 * they looked at one by one, so that a liar costs himself and not the network.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import type { Digest } from "../types/address.ts";
import { type Committee, QUORUM_POWER, votingPowerOf } from "../types/committee.ts";

/** Signatures on one digest that together have a quorum. */
export type SignatureQuorum = {
  readonly digest: Digest;
  /** Committee indices, ascending. */
  readonly signers: readonly number[];
  /** In the order of `signers`. */
  readonly signatures: readonly Uint8Array[];
};

type Vote = { readonly digest: Digest; readonly signature: Uint8Array };

/** The votes on one checkpoint; at most one an authority. */
export class SignatureAggregator {
  private readonly votes = new Map<number, Vote>();
  private readonly refused = new Set<number>();
  private readonly committee: Committee;

  constructor(committee: Committee) {
    this.committee = committee;
  }

  /** Counts a vote; the first of an authority stays. */
  add(authority: number, digest: Digest, signature: Uint8Array): void {
    assert(authority < this.committee.members.length, "the signer is in the committee");
    if (this.votes.has(authority) || this.refused.has(authority)) return;
    this.votes.set(authority, { digest, signature });
  }

  /** Forgets the vote of an authority whose signature proved invalid, for good. */
  refuse(authority: number): void {
    this.votes.delete(authority);
    this.refused.add(authority);
  }

  /** The signatures on `digest`, once they have a quorum. */
  quorum(digest: Digest): SignatureQuorum | undefined {
    const signers = [...this.votes.keys()]
      .filter((authority) => this.votes.get(authority)!.digest === digest)
      .sort((left, right) => left - right);
    if (votingPowerOf(this.committee, signers) < QUORUM_POWER) return undefined;
    const signatures = signers.map((signer) => this.votes.get(signer)!.signature);
    return { digest, signers, signatures };
  }

  /** The voting power behind each digest that has votes. */
  tally(): ReadonlyMap<Digest, number> {
    const powers = new Map<Digest, number>();
    for (const [authority, { digest }] of this.votes) {
      powers.set(digest, (powers.get(digest) ?? 0) + votingPowerOf(this.committee, [authority]));
    }
    return powers;
  }
}

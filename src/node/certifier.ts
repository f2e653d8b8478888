/**
 * From closed checkpoints to certified ones. A validator signs what it closed, collects the
 * signatures of the others, has the sum verified once, and certifies in sequence. Signatures may
 * arrive before this node has closed the checkpoint itself; those too far ahead are not kept.
 *
 * @module
 */
import { SignatureAggregator, type SignatureQuorum } from "../checkpoint/aggregate.ts";
import { checkpointMessage } from "../checkpoint/certify.ts";
import { NODE_LIMITS } from "../protocol/limits.ts";
import type { Digest } from "../types/address.ts";
import type { CheckpointCertificate } from "../types/checkpoint.ts";
import { type Committee, memberAt, VALIDITY_POWER } from "../types/committee.ts";
import type { PendingCheckpoint } from "./chain.ts";
import type { NodeInput, NodeOutput } from "./io.ts";

type Gathering = {
  readonly aggregator: SignatureAggregator;
  /** A sum is being verified; its answer comes as `Aggregated`. */
  asked: boolean;
  certificate: CheckpointCertificate | undefined;
};

/** The signatures and certificates of one epoch's uncertified checkpoints. */
export class Certifier {
  private readonly gatherings = new Map<bigint, Gathering>();
  private readonly committee: Committee;

  constructor(committee: Committee) {
    this.committee = committee;
  }

  /** Keeps the signature of `authority` on checkpoint `sequence`, of which `next` is the first. */
  addSignature(
    authority: number,
    vote: { readonly sequence: bigint; readonly digest: Digest; readonly signature: Uint8Array },
    next: bigint,
  ): void {
    if (vote.sequence < next || vote.sequence >= next + NODE_LIMITS.checkpointsAheadMax) return;
    this.at(vote.sequence).aggregator.add(authority, vote.digest, vote.signature);
  }

  /** Keeps a certificate that is verified. */
  addCertificate(sequence: bigint, certificate: CheckpointCertificate): void {
    this.at(sequence).certificate = certificate;
  }

  /** The verified certificate of a checkpoint. */
  certificate(sequence: bigint): CheckpointCertificate | undefined {
    return this.gatherings.get(sequence)?.certificate;
  }

  /** Asks to verify the sum of the signatures on a closed checkpoint, once they are a quorum. */
  request(closed: PendingCheckpoint): NodeOutput | undefined {
    const { summary } = closed.bundle;
    const gathering = this.at(summary.sequence_number);
    if (gathering.asked || gathering.certificate !== undefined) return undefined;
    const quorum = gathering.aggregator.quorum(closed.digest);
    if (quorum === undefined) return undefined;
    gathering.asked = true;
    return this.aggregate(closed, quorum);
  }

  /** Takes the answer to a request: a certificate, or signers to ignore from now on. */
  answer(input: Extract<NodeInput, { kind: "Aggregated" }>): void {
    const gathering = this.gatherings.get(input.sequence);
    if (gathering === undefined) return;
    gathering.asked = false;
    for (const authority of input.invalid) gathering.aggregator.refuse(authority);
    const { signature, signers } = input;
    if (signature === undefined) return;
    gathering.certificate = { epoch: this.committee.epoch, signature, signers };
  }

  /** Forgets a checkpoint that is certified. */
  forget(sequence: bigint): void {
    this.gatherings.delete(sequence);
  }

  /** The highest checkpoint that an honest validator has signed. */
  get highestSigned(): bigint | undefined {
    let highest: bigint | undefined;
    for (const [sequence, { aggregator }] of this.gatherings) {
      const vouched = [...aggregator.tally().values()].some((power) => power >= VALIDITY_POWER);
      if (vouched && (highest === undefined || sequence > highest)) highest = sequence;
    }
    return highest;
  }

  private aggregate(closed: PendingCheckpoint, quorum: SignatureQuorum): NodeOutput {
    const { summary } = closed.bundle;
    return {
      kind: "Aggregate",
      sequence: summary.sequence_number,
      digest: closed.digest,
      message: checkpointMessage(summary),
      signers: quorum.signers,
      publicKeys: quorum.signers.map((signer) => memberAt(this.committee, signer).protocol_key),
      signatures: quorum.signatures,
    };
  }

  private at(sequence: bigint): Gathering {
    const known = this.gatherings.get(sequence);
    if (known !== undefined) return known;
    const aggregator = new SignatureAggregator(this.committee);
    const fresh = { aggregator, asked: false, certificate: undefined };
    this.gatherings.set(sequence, fresh);
    return fresh;
  }
}

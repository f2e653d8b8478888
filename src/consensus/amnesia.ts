/**
 * A start without memory: nothing of this epoch is on the disk, either because the authority is new
 * or because the disk is. In the second case it has signed blocks that others have, and must not
 * sign for their rounds again. So it first hears from 2f+1 of the voting power what they have of
 * it. Who claims to have a block has to show it; one that was seen counts like one of the disk.
 *
 * Blocks that were on their way when the memory went may be known to nobody yet. An authority is
 * never further ahead than `propagationRoundsMax` of what a quorum has of it, so it skips that many
 * rounds, unless the network has only just begun.
 *
 * Its own power counts for a new authority, or a network that starts without one of four could not;
 * as soon as a block turns up that it has forgotten, everybody else must make up the 2f+1 alone.
 *
 * @module
 */
import { type Committee, QUORUM_POWER, TOTAL_VOTING_POWER } from "../types/committee.ts";
import type { Output } from "./io.ts";
import type { Requests } from "./requests.ts";
import { powerOf, StakeSet } from "./stake.ts";

/** After this time a peer that has claimed a block and not shown it is asked again. */
const AGAIN_MS = 1_000;

/** Higher than any round: asks for no block of an author. */
const NO_ROUND = 0xffff_ffff;

type Claim = { readonly round: number; askedMs: number; request: number | undefined };

/** What others say they have of this authority. */
export class Amnesia {
  private readonly committee: Committee;
  private readonly own: number;
  private readonly requests: Requests;
  private readonly heard: StakeSet;
  /** Claims that are not yet shown to be true, by peer. */
  private readonly claims = new Map<number, Claim>();
  private readonly aheadMax: number;
  private isOver: boolean;
  private skipped = 0;

  constructor(committee: Committee, own: number, requests: Requests, aheadMax: number) {
    this.committee = committee;
    this.own = own;
    this.requests = requests;
    this.aheadMax = aheadMax;
    this.heard = new StakeSet(committee);
    this.isOver = true;
  }

  /** Up to this round nothing is signed any more. */
  get skippedRound(): number {
    return this.skipped;
  }

  /** Whether everything is known that this authority has signed. */
  get remembers(): boolean {
    return this.isOver;
  }

  /** Nothing may be signed until enough others have been heard. */
  begin(): void {
    this.isOver = this.committee.members.length === 1;
  }

  /** Whether an own block may be signed; `ownRound` is that of the last one known. */
  mayPropose(ownRound: number, highestRound: number): boolean {
    if (this.isOver) return true;
    const ownPower = powerOf(this.committee, this.own);
    const needed =
      ownRound === 0
        ? QUORUM_POWER - ownPower
        : Math.min(QUORUM_POWER, TOTAL_VOTING_POWER - ownPower);
    this.isOver = this.heard.power >= needed;
    const isBeginning = ownRound === 0 && highestRound <= 1;
    if (this.isOver && !isBeginning) this.skipped = ownRound + this.aheadMax + 1;
    return this.isOver;
  }

  /** A peer says that `round` is the highest of ours that it has. */
  hear(peer: number, round: number, ownRound: number): void {
    if (this.isOver || peer === this.own) return;
    if (round <= ownRound) this.settle(peer);
    else this.claims.set(peer, { round, askedMs: -Infinity, request: undefined });
  }

  /** Own blocks up to `ownRound` have been seen: who claimed no more has told the truth. */
  seen(ownRound: number): void {
    for (const [peer, { round }] of this.claims) if (round <= ownRound) this.settle(peer);
  }

  /** Whether `request` asked for an own block. */
  owns(request: number): boolean {
    return [...this.claims.values()].some((claim) => claim.request === request);
  }

  /** When the next question is due. */
  get nextMs(): number | undefined {
    const times = [...this.claims.values()].map(({ askedMs }) => askedMs + AGAIN_MS);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Asks those who claim to have own blocks to show them. */
  poll(nowMs: number): Output[] {
    const outputs: Output[] = [];
    for (const [peer, claim] of this.claims) {
      if (claim.askedMs + AGAIN_MS > nowMs || this.requests.pick(peer) !== peer) continue;
      claim.askedMs = nowMs;
      claim.request = this.requests.ask(peer, [], nowMs).id;
      const above = this.committee.members.map((_, author) =>
        author === this.own ? claim.round - 1 : NO_ROUND,
      );
      const query = { refs: [], above };
      outputs.push({ kind: "Fetch", from: peer, request: claim.request, query });
    }
    return outputs;
  }

  private settle(peer: number): void {
    this.claims.delete(peer);
    this.heard.add(peer);
  }
}

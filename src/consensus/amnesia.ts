/**
 * A start without memory: nothing of this epoch is on the disk, either because the authority is new
 * or because the disk is. In the second case it has signed blocks that others have, and must not
 * sign for their rounds again. So it first hears from 2f+1 of the voting power, since it started,
 * what they have of it and how far they are themselves. Who claims a block has to show it.
 *
 * Blocks that were on their way when the memory went may be known to nobody. But whoever signs for
 * a round has seen a quorum of the round before, so among those heard is an honest authority that
 * had signed in it: all rounds up to one above what they have signed are skipped.
 *
 * A network that has only just begun would never get going so. Where nobody has got beyond round 1
 * it may be signed: in the first epoch at once, later when everybody else says so, or those who do
 * not answer have been waited for.
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

/** After this time a peer that has not answered, or not shown what it claims, is asked again. */
const AGAIN_MS = 1_000;

/** How long everybody is waited for where a network seems to begin. */
export const BEGINNING_MS: number = 5_000;

/** Higher than any round: asks for no block of an author. */
const NO_ROUND = 0xffff_ffff;

/** Highest rounds, as a peer says: of ours that it has, and of its own that it has signed. */
export type Claim = { readonly ours: number; readonly theirs: number };

/** What is known by blocks: the last own round, and by author the last one seen. */
export type Known = { readonly ownRound: number; readonly seen: (author: number) => number };

type Doubt = { readonly claim: Claim; askedMs: number; request: number | undefined };

/** What others say they have of this authority. */
export class Amnesia {
  private readonly committee: Committee;
  private readonly own: number;
  private readonly requests: Requests;
  private readonly heard: StakeSet;
  /** Claims that are not yet shown to be true, by peer. */
  private readonly doubts = new Map<number, Doubt>();
  private isOver = true;
  private skipped = 0;
  /** The highest round that those who were heard have signed. */
  private theirs = 0;
  private sinceMs: number | undefined;
  private askedMs = 0;

  constructor(committee: Committee, own: number, requests: Requests) {
    this.committee = committee;
    this.own = own;
    this.requests = requests;
    this.heard = new StakeSet(committee);
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

  /** A former run has found out already that nothing is to be signed up to `skippedRound`. */
  restore(skippedRound: number): void {
    this.skipped = skippedRound;
  }

  /** A peer says what it has. */
  hear(peer: number, claim: Claim): void {
    if (this.isOver || peer === this.own || this.heard.has(peer)) return;
    const { askedMs = -Infinity, request } = this.doubts.get(peer) ?? {};
    this.doubts.set(peer, { claim, askedMs, request });
  }

  /** Whether `request` asked a peer to show what it claims. */
  owns(request: number): boolean {
    return [...this.doubts.values()].some((doubt) => doubt.request === request);
  }

  /** When to look again. */
  get nextMs(): number | undefined {
    return this.isOver ? undefined : this.askedMs + AGAIN_MS;
  }

  /** Takes note of what has been shown, and asks those who have not answered or shown it. */
  poll(nowMs: number, known: Known): Output[] {
    if (this.isOver) return [];
    this.sinceMs ??= nowMs;
    for (const [peer, { claim }] of this.doubts) {
      if (claim.ours > known.ownRound || claim.theirs > known.seen(peer)) continue;
      this.doubts.delete(peer);
      this.heard.add(peer);
      this.theirs = Math.max(this.theirs, claim.theirs);
    }
    this.conclude(nowMs - this.sinceMs, known.ownRound);
    return this.isOver ? [] : [...this.doubt(nowMs, known), ...this.recall(nowMs)];
  }

  private conclude(waitedMs: number, ownRound: number): void {
    const othersPower = TOTAL_VOTING_POWER - powerOf(this.committee, this.own);
    const needed =
      ownRound === 0
        ? QUORUM_POWER - powerOf(this.committee, this.own)
        : Math.min(QUORUM_POWER, othersPower);
    if (this.heard.power < needed) return;
    const isBeginning = ownRound === 0 && this.theirs <= 1;
    const isCertain = this.committee.epoch === 0n || this.heard.power >= othersPower;
    if (isBeginning && !isCertain && waitedMs < BEGINNING_MS) return;
    if (!isBeginning) this.skipped = Math.max(ownRound, this.theirs) + 1;
    this.isOver = true;
  }

  /** Asks those who claim to have blocks to show the last ones. */
  private doubt(nowMs: number, known: Known): Output[] {
    const outputs: Output[] = [];
    for (const [peer, doubt] of this.doubts) {
      if (doubt.askedMs + AGAIN_MS > nowMs || this.requests.pick(peer) !== peer) continue;
      doubt.askedMs = nowMs;
      doubt.request = this.requests.ask(peer, [], nowMs).id;
      const above = this.committee.members.map(() => NO_ROUND);
      if (doubt.claim.ours > known.ownRound) above[this.own] = doubt.claim.ours - 1;
      if (doubt.claim.theirs > known.seen(peer)) above[peer] = doubt.claim.theirs - 1;
      const query = { refs: [], above };
      outputs.push({ kind: "Fetch", from: peer, request: doubt.request, query });
    }
    return outputs;
  }

  /** Asks those who have said nothing. */
  private recall(nowMs: number): Output[] {
    if (this.askedMs + AGAIN_MS > nowMs) return [];
    this.askedMs = nowMs;
    const silent = [...this.committee.members.keys()].filter(
      (peer) => this.requests.isConnected(peer) && !this.heard.has(peer) && !this.doubts.has(peer),
    );
    return silent.map((to) => ({ kind: "Greet", to }));
  }
}

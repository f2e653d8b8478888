/**
 * Catching up from behind: when an honest authority is known to be rounds ahead, or nothing has
 * moved for long, history is fetched in the order of its rounds from the first that we lack, so
 * that each block can be accepted at once. Walking back from new blocks to old ones instead would
 * need room for all that lies between.
 *
 * @module
 */
import type { BlockRef } from "../types/block.ts";
import type { Committee } from "../types/committee.ts";
import type { BlockManager } from "./block-manager.ts";
import type { Dag } from "./dag.ts";
import type { Output } from "./io.ts";
import type { Pace } from "./pace.ts";
import type { Requests } from "./requests.ts";
import { validityValue } from "./stake.ts";
import type { ThresholdClock } from "./threshold-clock.ts";

/** Fewer rounds behind are left to the fetching of single blocks. */
export const CATCH_UP_ROUNDS: number = 5;

/** A clock that stands still for this long after the leader's time is up has lost messages. */
export const STALL_MS: number = 1_000;

/** The pause after a peer that has nothing more, and after one that was asked for everything. */
const PASS_PAUSE_MS = 250;
const WHOLE_PASS_PAUSE_MS = 2_000;

/** Where the walk up through the history of one peer stands. */
type Pass = {
  /** By author, the highest round that came already. */
  readonly above: number[];
  /** Whether it began at the garbage-collection round instead of where our own history ends. */
  readonly whole: boolean;
  readonly startRound: number;
};

/** What of the core decides where a pass begins and whether one is needed. */
export type CatchUpParts = {
  readonly dag: Dag;
  readonly clock: ThresholdClock;
  readonly pace: Pace;
  readonly manager: BlockManager;
  readonly requests: Requests;
};

/** Fetches history, oldest first, from one peer at a time. */
export class CatchUp {
  private readonly committee: Committee;
  private readonly parts: CatchUpParts;
  /** By author, the highest round of a valid block that reached us. */
  private readonly seen: number[];
  private highestSeen = 0;
  private pass: Pass | undefined;
  private waiting = false;
  /** Whether the last pass left the clock where it was: then begin further down. */
  private stuck = false;
  private peer = 0;
  private dueMs = 0;

  constructor(committee: Committee, parts: CatchUpParts) {
    this.committee = committee;
    this.parts = parts;
    this.seen = committee.members.map(() => 0);
  }

  /** When the next question is due; `undefined` while one is open. */
  get nextMs(): number | undefined {
    if (this.waiting) return undefined;
    return this.isBehind ? this.dueMs : Math.max(this.dueMs, this.stallMs);
  }

  /** Whether history is missing for certain. */
  get isBehind(): boolean {
    return this.parts.manager.overflowed || this.pass?.whole === true || this.isLagging;
  }

  /** Whether some honest authority is known to be rounds ahead of our clock. */
  get isLagging(): boolean {
    const near = this.parts.clock.round + CATCH_UP_ROUNDS;
    return this.highestSeen > near && validityValue(this.committee, this.seen) > near;
  }

  /** Notes that a valid block exists, kept or not. */
  see({ author, round }: BlockRef): void {
    this.seen[author] = Math.max(this.seen[author] ?? 0, round);
    this.highestSeen = Math.max(this.highestSeen, round);
  }

  /** The next question, if one is due. */
  poll(nowMs: number): Output[] {
    if (this.waiting) return [];
    const isNeeded = this.isBehind || this.stallMs <= nowMs;
    if (!isNeeded) this.pass = undefined;
    return isNeeded && this.dueMs <= nowMs ? this.ask(nowMs) : [];
  }

  /** Takes note of an answer whose blocks have been offered to the DAG. */
  answered(blocks: readonly BlockRef[], nowMs: number): void {
    this.waiting = false;
    if (this.pass === undefined) return;
    let isNews = false;
    for (const { author, round } of blocks) {
      if (round <= (this.pass.above[author] ?? round)) continue;
      this.pass.above[author] = round;
      isNews = true;
    }
    if (isNews) return;
    this.stuck = this.pass.startRound === this.parts.clock.round;
    this.endPass(nowMs);
  }

  /** Takes note that no answer will come: the next peer is asked. */
  failed(nowMs: number): void {
    this.waiting = false;
    this.endPass(nowMs);
  }

  /** When the clock will have stood still for too long. */
  private get stallMs(): number {
    const { clock, pace } = this.parts;
    return clock.reachedMs(clock.round) + pace.leaderTimeoutMs + STALL_MS;
  }

  private ask(nowMs: number): Output[] {
    const peer = this.parts.requests.pick(this.peer);
    if (peer === undefined) {
      this.dueMs = nowMs + PASS_PAUSE_MS;
      return [];
    }
    // A pass stays with its peer: what counts as already sent is only true of this one.
    if (peer !== this.peer) this.pass = undefined;
    this.peer = peer;
    this.pass ??= this.startPass();
    this.waiting = true;
    const { id } = this.parts.requests.ask(peer, undefined, nowMs);
    const query = { refs: [], above: [...this.pass.above] };
    return [{ kind: "Fetch", from: peer, request: id, query }];
  }

  private startPass(): Pass {
    const { dag, clock, manager } = this.parts;
    const whole = this.stuck || manager.overflowed;
    manager.overflowed = false;
    const above = this.seen.map((_, author) =>
      whole ? dag.gcRound : Math.max(dag.gcRound, dag.lastRound(author)),
    );
    return { above, whole, startRound: clock.round };
  }

  private endPass(nowMs: number): void {
    this.dueMs = nowMs + (this.pass?.whole === true ? WHOLE_PASS_PAUSE_MS : PASS_PAUSE_MS);
    this.pass = undefined;
    this.peer = (this.peer + 1) % this.seen.length;
  }
}

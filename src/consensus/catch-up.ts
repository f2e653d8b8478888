/**
 * Catching up from behind: when an honest authority is known to be rounds ahead, or nothing has
 * moved for long, history is fetched in the order of its rounds from the first that we lack, so
 * that each block can be accepted at once. Walking back from new blocks to old ones instead would
 * need room for all that lies between. Where commits are far ahead, commit sync brings
 * them instead, and what is left is fetched here.
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

/** After this time without an answer the next peer is asked. */
const NEXT_PEER_MS = 500;

/** The pause after a question that failed or could not be asked. */
const RETRY_MS = 100;

/** The pause after a peer that has nothing more, and after one that was asked for everything. */
const PASS_PAUSE_MS = 250;
const WHOLE_PASS_PAUSE_MS = 2_000;

/** Where the walk up through the history stands. */
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

/** The question that an answer is awaited for. */
type Open = { readonly request: number; readonly askedMs: number };

/** Fetches history, oldest first, from one peer at a time. */
export class CatchUp {
  private readonly committee: Committee;
  private readonly parts: CatchUpParts;
  /** By author, the highest round of a valid block that reached us. */
  private readonly seen: number[];
  private highestSeen = 0;
  private pass: Pass | undefined;
  private open: Open | undefined;
  /** Whether the last pass left the clock where it was: then begin further down. */
  private stuck = false;
  private peer = 0;
  private dueMs = 0;

  constructor(committee: Committee, parts: CatchUpParts) {
    this.committee = committee;
    this.parts = parts;
    this.seen = committee.members.map(() => 0);
  }

  /** When the next question is due. */
  get nextMs(): number {
    if (this.open !== undefined) return this.open.askedMs + NEXT_PEER_MS;
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

  /** The highest round of a valid block of `author` that reached us. */
  seenOf(author: number): number {
    return this.seen[author] ?? 0;
  }

  /** Notes that a valid block exists, kept or not. */
  see({ author, round }: BlockRef): void {
    this.seen[author] = Math.max(this.seen[author] ?? 0, round);
    this.highestSeen = Math.max(this.highestSeen, round);
  }

  /** The next question, if one is due. */
  poll(nowMs: number): Output[] {
    const isNeeded = this.isBehind || this.stallMs <= nowMs;
    if (!isNeeded) this.pass = undefined;
    if (!isNeeded || this.nextMs > nowMs) return [];
    // Whoever was asked last is too slow.
    if (this.open !== undefined) this.turn();
    return this.ask(nowMs);
  }

  /** Takes note of an answer whose blocks have been offered to the DAG. */
  answered(request: number, blocks: readonly BlockRef[], nowMs: number): void {
    const isAwaited = this.open?.request === request;
    if (isAwaited) this.open = undefined;
    if (this.pass === undefined) return;
    let isNews = false;
    for (const { author, round } of blocks) {
      if (round <= (this.pass.above[author] ?? round)) continue;
      this.pass.above[author] = round;
      isNews = true;
    }
    if (isAwaited && !isNews) this.endPass(this.pass, nowMs);
  }

  /** Takes note that no answer will come: the next peer is asked. */
  failed(request: number, nowMs: number): void {
    if (this.open?.request !== request) return;
    this.open = undefined;
    this.dueMs = nowMs + RETRY_MS;
    this.turn();
  }

  /** When the clock will have stood still for too long. */
  get stallMs(): number {
    const { clock, pace } = this.parts;
    return clock.reachedMs(clock.round) + pace.leaderTimeoutMs + STALL_MS;
  }

  private ask(nowMs: number): Output[] {
    const peer = this.parts.requests.pick(this.peer);
    this.open = undefined;
    if (peer === undefined) {
      this.dueMs = nowMs + RETRY_MS;
      return [];
    }
    this.peer = peer;
    this.pass ??= this.startPass();
    const { id } = this.parts.requests.ask(peer, undefined, nowMs);
    this.open = { request: id, askedMs: nowMs };
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

  private endPass(pass: Pass, nowMs: number): void {
    this.stuck = pass.startRound === this.parts.clock.round;
    this.dueMs = nowMs + (pass.whole ? WHOLE_PASS_PAUSE_MS : PASS_PAUSE_MS);
    this.pass = undefined;
    this.turn();
  }

  private turn(): void {
    this.peer = (this.peer + 1) % this.seen.length;
  }
}

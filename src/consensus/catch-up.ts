/**
 * Catching up from behind: when an honest authority is known to be rounds ahead, blocks are fetched
 * in the order of their rounds from the first that we lack, so that each can be accepted at once.
 * Walking back from new blocks to old ones instead would need room for all that lies between.
 *
 * @module
 */
import type { BlockRef } from "../types/block.ts";
import type { Committee } from "../types/committee.ts";

import type { BlockManager } from "./block-manager.ts";
import type { Dag } from "./dag.ts";
import type { Output } from "./io.ts";
import type { Requests } from "./requests.ts";
import { validityValue } from "./stake.ts";

/** Fewer rounds behind are left to the fetching of single blocks. */
export const CATCH_UP_ROUNDS: number = 5;

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

/** Fetches history, oldest first, from one peer at a time. */
export class CatchUp {
  private readonly committee: Committee;
  private readonly dag: Dag;
  private readonly manager: BlockManager;
  private readonly requests: Requests;
  /** By author, the highest round of a valid block that reached us. */
  private readonly seen: number[];
  private pass: Pass | undefined;
  private waiting = false;
  /** Whether the last pass left the clock where it was: then begin further down. */
  private stuck = false;
  private peer = 0;
  private dueMs = 0;

  constructor(
    committee: Committee,
    parts: { readonly dag: Dag; readonly manager: BlockManager; readonly requests: Requests },
  ) {
    this.committee = committee;
    this.dag = parts.dag;
    this.manager = parts.manager;
    this.requests = parts.requests;
    this.seen = committee.members.map(() => 0);
  }

  /** When the next question is due. */
  nextMs(clockRound: number): number | undefined {
    return this.isNeeded(clockRound) && !this.waiting ? this.dueMs : undefined;
  }

  /** Notes that a valid block exists, kept or not. */
  see({ author, round }: BlockRef): void {
    this.seen[author] = Math.max(this.seen[author] ?? 0, round);
  }

  /** Whether history is missing. */
  isNeeded(clockRound: number): boolean {
    if (this.manager.overflowed || this.pass?.whole === true) return true;
    return validityValue(this.committee, this.seen) > clockRound + CATCH_UP_ROUNDS;
  }

  /** The next question, if one is due. */
  poll(clockRound: number, nowMs: number): Output[] {
    if (!this.isNeeded(clockRound)) this.pass = undefined;
    else if (!this.waiting && this.dueMs <= nowMs) return this.ask(clockRound, nowMs);
    return [];
  }

  /** Takes note of an answer whose blocks have been offered to the DAG. */
  answered(blocks: readonly BlockRef[], clockRound: number, nowMs: number): void {
    this.waiting = false;
    if (this.pass === undefined) return;
    if (blocks.length === 0) {
      this.stuck = this.pass.startRound === clockRound;
      this.endPass(nowMs);
      return;
    }
    for (const { author, round } of blocks) {
      this.pass.above[author] = Math.max(this.pass.above[author] ?? 0, round);
    }
  }

  /** Takes note that no answer will come: the next peer is asked. */
  failed(nowMs: number): void {
    this.waiting = false;
    this.endPass(nowMs);
  }

  private ask(clockRound: number, nowMs: number): Output[] {
    const peer = this.requests.pick(this.peer % this.committee.members.length);
    if (peer === undefined) {
      this.dueMs = nowMs + PASS_PAUSE_MS;
      return [];
    }
    // A pass stays with its peer: what counts as already sent is only true of this one.
    if (peer !== this.peer) this.pass = undefined;
    this.peer = peer;
    this.pass ??= this.startPass(clockRound);
    this.waiting = true;
    const { id } = this.requests.ask(peer, undefined, nowMs);
    const query = { refs: [], above: [...this.pass.above] };
    return [{ kind: "Fetch", from: peer, request: id, query }];
  }

  private startPass(clockRound: number): Pass {
    const { gcRound } = this.dag;
    const whole = this.stuck || this.manager.overflowed;
    this.manager.overflowed = false;
    const above = this.seen.map((_, author) =>
      whole ? gcRound : Math.max(gcRound, this.dag.lastRound(author)),
    );
    return { above, whole, startRound: clockRound };
  }

  private endPass(nowMs: number): void {
    this.dueMs = nowMs + (this.pass?.whole === true ? WHOLE_PASS_PAUSE_MS : PASS_PAUSE_MS);
    this.pass = undefined;
    this.peer++;
  }
}

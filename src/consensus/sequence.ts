/**
 * Sequencing leaders: every round has slots, in the order (round, offset), and leaves this room in
 * that order as soon as it and everything before it is decided. Waves of all rounds overlap, so in
 * good times a slot is decided two rounds after its own.
 *
 * @module
 */
import type { Committee } from "../types/committee.ts";
import type { Dag, DagBlock } from "./dag.ts";
import { type LeaderSlot, openSlot, tally } from "./direct-rule.ts";
import { decideIndirectly } from "./indirect-rule.ts";
import type { Leaders } from "./leader-schedule.ts";

/** The place of a slot in the sequence. */
export type SlotPlace = { readonly round: number; readonly offset: number };

/** Slots not yet handed out, judged as blocks are accepted. */
export class Sequencer {
  private readonly dag: Dag;
  private readonly committee: Committee;
  private readonly schedule: Leaders;
  /** Ascending and without gaps; `head` is the first that is not handed out. */
  private slots: LeaderSlot[] = [];
  private head = 0;
  private next: SlotPlace = { round: 1, offset: 0 };
  private changed = false;

  constructor(dag: Dag, committee: Committee, schedule: Leaders) {
    this.dag = dag;
    this.committee = committee;
    this.schedule = schedule;
  }

  /** Starts behind the last slot that a former run handed out. */
  resumeAfter(last: SlotPlace): void {
    this.slots = [];
    this.head = 0;
    this.next = this.after(last);
    this.openUpTo(this.dag.highestRound - 1);
  }

  /** Takes note of an accepted block. */
  observe(block: DagBlock): void {
    const { round } = block.signed.ref;
    this.openUpTo(round - 1);
    const end = Math.min(this.indexOf(round), this.slots.length);
    for (let index = Math.max(this.indexOf(round - 2), this.head); index < end; index++) {
      if (tally(this.slots[index]!, block, this.committee)) this.changed = true;
    }
  }

  /** Hands out the next slot, if it is decided. */
  take(): LeaderSlot | undefined {
    const first = this.slots[this.head];
    if (first === undefined) return undefined;
    if (first.decision === undefined && this.changed) {
      decideIndirectly(this.slots.slice(this.head));
      this.changed = false;
    }
    if (first.decision === undefined) return undefined;
    this.head++;
    this.dropTaken();
    return first;
  }

  private openUpTo(round: number): void {
    while (this.next.round <= round) {
      const author = this.schedule.leaders(this.next.round)[this.next.offset]!;
      const slot = openSlot(this.dag, this.committee, { ...this.next, author });
      if (slot.decision !== undefined) this.changed = true;
      this.slots.push(slot);
      this.next = this.after(this.next);
    }
  }

  private after({ round, offset }: SlotPlace): SlotPlace {
    if (offset + 1 < this.schedule.perRound) return { round, offset: offset + 1 };
    return { round: round + 1, offset: 0 };
  }

  /** Where the first slot of `round` is or would be; negative before the list. */
  private indexOf(round: number): number {
    const first = this.slots[0] ?? this.next;
    return (round - first.round) * this.schedule.perRound - first.offset;
  }

  /** Keeps the list short without moving it at every slot. */
  private dropTaken(): void {
    if (this.head * 2 < this.slots.length) return;
    this.slots = this.slots.slice(this.head);
    this.head = 0;
  }
}

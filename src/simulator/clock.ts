/**
 * Virtual time: it jumps from event to event. Events of one moment happen in the order in which
 * they were planned, so a run can be repeated exactly.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { Heap } from "../base/heap.ts";

/** Something that happens later. */
export type Action = () => void;

/** The time of a simulated world, in milliseconds, and what will happen in it. */
export class SimClock {
  /** How many events have happened. */
  events = 0;
  private readonly planned = new Heap<Action>();
  private currentMs: number;

  constructor(startMs: number) {
    this.currentMs = startMs;
  }

  /** The present. */
  get timeMs(): number {
    return this.currentMs;
  }

  /** Plans something `delayMs` from now. */
  after(delayMs: number, action: Action): void {
    this.planned.push(this.currentMs + Math.max(0, delayMs), action);
  }

  /** Lets everything happen that is planned for the next `durationMs`. */
  run(durationMs: number): void {
    const endMs = this.currentMs + durationMs;
    for (;;) {
      const nextMs = this.planned.peekKey();
      if (nextMs === undefined || nextMs > endMs) break;
      this.currentMs = Math.max(this.currentMs, nextMs);
      this.events++;
      present(this.planned.pop(), "the next event")();
    }
    this.currentMs = endMs;
  }
}

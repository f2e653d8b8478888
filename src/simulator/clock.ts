/**
 * The clock of a simulated world. It does not run: it jumps to the next thing that is to happen,
 * and what is to happen at one moment happens in the order in which it was planned.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { Heap } from "../base/heap.ts";

/** Something that happens. */
export type Action = () => void;

/** Virtual time and what is planned. */
export class SimClock {
  private readonly planned = new Heap<Action>();
  private time: number;
  private happened = 0;

  constructor(startMs: number) {
    this.time = startMs;
  }

  /** The present, with fractions of a millisecond. */
  get timeMs(): number {
    return this.time;
  }

  /** How many actions have happened. */
  get events(): number {
    return this.happened;
  }

  /** Plans something for `delayMs` from now. */
  after(delayMs: number, action: Action): void {
    this.planned.push(this.time + Math.max(0, delayMs), action);
  }

  /** Lets everything happen that is due within `durationMs`. */
  run(durationMs: number): void {
    const endMs = this.time + durationMs;
    for (;;) {
      const nextMs = this.planned.peekKey();
      if (nextMs === undefined || nextMs > endMs) break;
      this.time = nextMs;
      this.happened++;
      present(this.planned.pop(), "the next action")();
    }
    this.time = endMs;
  }
}

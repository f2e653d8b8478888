/**
 * Bytes of requests that are on their way to a server, all connections together: what clients send
 * without finishing is held in constant memory.
 *
 * @module
 */
import { assert } from "../../base/assert.ts";

/** A number of bytes that may be held at once. */
export class RequestBudget {
  private left: number;
  private readonly bytesMax: number;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
    this.left = bytesMax;
  }

  /** Bytes that are held. */
  get held(): number {
    return this.bytesMax - this.left;
  }

  /** Holds so many more bytes, if there is room. */
  take(count: number): boolean {
    if (count > this.left) return false;
    this.left -= count;
    return true;
  }

  /** Holds so many fewer. */
  give(count: number): void {
    this.left += count;
    assert(this.left <= this.bytesMax, "only what was taken is given back");
  }
}

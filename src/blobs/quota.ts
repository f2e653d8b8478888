/**
 * How many bytes a store may hold in all. Bytes count from the moment they are promised, so that
 * several writers together stay within it.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { blobError } from "./failures.ts";

/** A bound on bytes that many share. */
export class Quota {
  readonly limitBytes: number;
  private usedBytes = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  /** Bytes that may still be taken. */
  get leftBytes(): number {
    return Math.max(0, this.limitBytes - this.usedBytes);
  }

  /** Takes `bytes` of what is left, or fails. */
  reserve(bytes: number): void {
    if (bytes > this.leftBytes) {
      const says = `storing ${bytes} bytes needs more than the ${this.leftBytes} left`;
      throw blobError("blob_quota", `${says} of a quota of ${this.limitBytes}`);
    }
    this.usedBytes += bytes;
  }

  /** Counts bytes that are there already, even above the limit. */
  count(bytes: number): void {
    this.usedBytes += bytes;
  }

  /** Gives back what was reserved or counted. */
  release(bytes: number): void {
    this.usedBytes -= bytes;
    assert(this.usedBytes >= 0, "no more is released than was taken");
  }
}

/**
 * The outgoing queue of one connection. A socket takes as many bytes as it likes and keeps nothing
 * of the rest, so the tail waits here until the socket drains. The queue is bounded in frames and
 * bytes: a slow reader costs at most that much memory, then `send` says no. A write costs more than
 * a small frame, so frames that may wait a little go together.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { concatBytes } from "../base/bytes.ts";

/** Offers `frame` from `offset` on; returns how many bytes were taken, negative when closed. */
export type FrameSink = (frame: Uint8Array, offset: number) => number;

/** How much may wait. */
export type QueueLimits = { readonly framesMax: number; readonly bytesMax: number };

/** When a frame leaves: at once, or with the others of this turn of the event loop. */
export type Departure = "now" | "soon";

/** Bytes of frames that go together; as many leave at once in any case. */
const JOINED_BYTES_MAX = 16_384;

/** A bounded queue of frames in front of a socket. */
export class FrameWriter {
  private readonly sink: FrameSink;
  private readonly limits: QueueLimits;
  private readonly queue: Uint8Array[] = [];
  private headOffset = 0;
  private waitingBytes = 0;
  private takenBytes = 0;
  /** The socket took less than it was offered. */
  private isFull = false;
  private isDue = false;

  constructor(sink: FrameSink, limits: QueueLimits) {
    this.sink = sink;
    this.limits = limits;
  }

  /** Bytes that wait for the socket. */
  get queuedBytes(): number {
    return this.waitingBytes;
  }

  /** Frames that wait for the socket, the one half written included. */
  get queuedFrames(): number {
    return this.queue.length;
  }

  /** Bytes the socket has taken since the connection opened. */
  get sentBytes(): number {
    return this.takenBytes;
  }

  /** Sends or queues a whole frame; false when the queue is full, then nothing of it is sent. */
  send(frame: Uint8Array, departure: Departure): boolean {
    assert(frame.length > 0, "a frame has bytes");
    if (this.queue.length >= this.limits.framesMax) return false;
    // One frame always fits into an empty queue, whatever its size.
    if (this.queue.length > 0 && this.waitingBytes + frame.length > this.limits.bytesMax) {
      return false;
    }
    this.queue.push(frame);
    this.waitingBytes += frame.length;
    if (this.isFull) return true;
    if (departure === "now" || this.waitingBytes >= JOINED_BYTES_MAX) this.flush();
    else this.flushSoon();
    return true;
  }

  /** Offers what waits until the socket takes no more. Call it when the socket has drained. */
  flush(): void {
    this.isFull = false;
    for (let frame = this.head(); frame !== undefined; frame = this.head()) {
      const taken = this.sink(frame, this.headOffset);
      if (taken <= 0) {
        this.isFull = true;
        return;
      }
      this.headOffset += taken;
      this.waitingBytes -= taken;
      this.takenBytes += taken;
      if (this.headOffset < frame.length) continue;
      this.queue.shift();
      this.headOffset = 0;
    }
  }

  private flushSoon(): void {
    if (this.isDue) return;
    this.isDue = true;
    setImmediate(() => {
      this.isDue = false;
      this.flush();
    });
  }

  /** The first frame, joined with those after it that are small. */
  private head(): Uint8Array | undefined {
    const count = this.headOffset > 0 ? 0 : this.joinable();
    if (count > 1) this.queue.unshift(concatBytes(...this.queue.splice(0, count)));
    return this.queue[0];
  }

  private joinable(): number {
    let bytes = 0;
    let count = 0;
    for (const { length } of this.queue) {
      bytes += length;
      if (bytes > JOINED_BYTES_MAX) break;
      count++;
    }
    return count;
  }
}

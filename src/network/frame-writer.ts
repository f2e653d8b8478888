/**
 * The outgoing queue of one connection. A socket takes as many bytes as it likes and keeps nothing
 * of the rest, so the tail waits here until the socket drains. The queue is bounded in frames and
 * bytes: a slow reader costs at most that much memory, then `send` says no.
 *
 * @module
 */
import { assert } from "../base/assert.ts";

/** Offers `frame` from `offset` on; returns how many bytes were taken, negative when closed. */
export type FrameSink = (frame: Uint8Array, offset: number) => number;

/** How much may wait. */
export type QueueLimits = { readonly framesMax: number; readonly bytesMax: number };

/** A bounded queue of frames in front of a socket. */
export class FrameWriter {
  private readonly sink: FrameSink;
  private readonly limits: QueueLimits;
  private readonly queue: Uint8Array[] = [];
  private headOffset = 0;
  private waitingBytes = 0;
  private takenBytes = 0;

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
  send(frame: Uint8Array): boolean {
    assert(frame.length > 0, "a frame has bytes");
    if (this.queue.length >= this.limits.framesMax) return false;
    // One frame always fits into an empty queue, whatever its size.
    if (this.queue.length > 0 && this.waitingBytes + frame.length > this.limits.bytesMax) {
      return false;
    }
    this.queue.push(frame);
    this.waitingBytes += frame.length;
    if (this.queue.length === 1) this.flush();
    return true;
  }

  /** Offers what waits until the socket takes no more. Call it when the socket has drained. */
  flush(): void {
    let frame = this.queue[0];
    while (frame !== undefined) {
      const taken = this.sink(frame, this.headOffset);
      if (taken <= 0) return;
      this.headOffset += taken;
      this.waitingBytes -= taken;
      this.takenBytes += taken;
      if (this.headOffset < frame.length) continue;
      this.queue.shift();
      this.headOffset = 0;
      frame = this.queue[0];
    }
  }
}

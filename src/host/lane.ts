/**
 * The messages of one connection, in their order. While one is being verified, or the peer is
 * slowed down, those after it wait here; when much waits, the peer is not read from, so that what
 * one peer can make a node hold is bounded by what its socket had in flight.
 *
 * @module
 */
import type { PeerId } from "../node/io.ts";

/** Bytes that may wait before the peer is not read from. */
const WAITING_BYTES_MAX = 4_194_304;

/** Messages that may wait before the peer is not read from. */
const WAITING_COUNT_MAX = 1_024;

/** Messages of one peer that are verified at once because they need no order. */
const ASIDE_MAX = 256;

/** Stops and goes on reading from a peer. */
export type Valve = {
  readonly pause: (peer: PeerId) => void;
  readonly resume: (peer: PeerId) => void;
};

/** The messages that one connection has brought and that are not handled. */
export class Lane {
  readonly peer: PeerId;
  /** A message of this peer is being verified, or the peer is slowed down. */
  isHeld = false;
  /** How many messages that need no order are being verified, while others go on. */
  aside = 0;
  /** The connection is there. */
  isOpen = true;
  private readonly valve: Valve;
  private readonly waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private isPaused = false;

  constructor(peer: PeerId, valve: Valve) {
    this.peer = peer;
    this.valve = valve;
  }

  /** A message has come. */
  push(payload: Uint8Array): void {
    if (!this.isOpen) return;
    this.waiting.push(payload);
    this.waitingBytes += payload.length;
    if (this.isPaused || this.room > 0) return;
    this.isPaused = true;
    this.valve.pause(this.peer);
  }

  /** The next message to handle, unless one is being handled. */
  take(): Uint8Array | undefined {
    if (this.isHeld || this.aside >= ASIDE_MAX || !this.isOpen) return undefined;
    const payload = this.waiting.shift();
    if (payload === undefined) return undefined;
    this.waitingBytes -= payload.length;
    if (this.isPaused && this.room > 1 / 2) {
      this.isPaused = false;
      this.valve.resume(this.peer);
    }
    return payload;
  }

  /** The connection is gone, and what it brought with it. */
  close(): void {
    this.isOpen = false;
    this.waiting.length = 0;
    this.waitingBytes = 0;
  }

  /** How much more may wait, from 1 down to 0 and below. */
  private get room(): number {
    const used = this.waitingBytes / WAITING_BYTES_MAX;
    return 1 - Math.max(used, this.waiting.length / WAITING_COUNT_MAX);
  }
}

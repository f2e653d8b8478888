/**
 * The times, sizes and counts that bound a transport. All but the frame sizes may be set by its
 * owner; the values here suit validators on the public internet and on one machine alike.
 *
 * @module
 */
import type { Backoff } from "../base/backoff.ts";
import type { QueueLimits } from "./frame-writer.ts";

/** The largest frame an observer may send: requests and transactions. */
export const OBSERVER_FRAME_BYTES_MAX = 1_048_576;

/** Times and sizes of a connection. */
export type ConnectionLimits = {
  /** From the first packet to the hello of the other side. */
  readonly helloMs: number;
  /** How long nothing is sent before a heartbeat is. */
  readonly heartbeatMs: number;
  /** How long nothing is received before the peer counts as gone. */
  readonly idleMs: number;
  /** How long the peer may take nothing of what is queued for it. */
  readonly stallMs: number;
  /** How long a closed connection may take to send what is queued. */
  readonly closeMs: number;
  readonly queue: QueueLimits;
};

/** Times, sizes and counts of a transport. */
export type TransportLimits = ConnectionLimits & {
  /** How often the clock is looked at. */
  readonly tickMs: number;
  readonly backoff: Backoff;
  readonly settledMs: number;
  /** How long a peer that broke the rules is refused. */
  readonly faultHoldMs: number;
  /** Connections that have not said hello, in all and from one address. */
  readonly pendingMax: number;
  readonly pendingPerAddressMax: number;
};

/** The limits unless a caller says otherwise. */
export const TRANSPORT_LIMITS: TransportLimits = {
  helloMs: 5_000,
  heartbeatMs: 5_000,
  idleMs: 20_000,
  stallMs: 15_000,
  closeMs: 500,
  queue: { framesMax: 8_192, bytesMax: 33_554_432 },
  tickMs: 1_000,
  backoff: { firstMs: 50, maxMs: 5_000 },
  settledMs: 10_000,
  faultHoldMs: 10_000,
  pendingMax: 128,
  pendingPerAddressMax: 32,
};

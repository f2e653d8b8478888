/**
 * One listed peer: its open connection if there is one, the call in progress if it is we who call,
 * the pause before the next call, and its counters. At most one connection is open; a newer one of
 * the same key takes its place, because the other side would not open it if it still had the old.
 *
 * @module
 */
import { type Backoff, backoffMs } from "../base/backoff.ts";
import type { Connection } from "./connection.ts";
import type { Departure } from "./frame-writer.ts";
import type { PeerAddress, PeerStats } from "./transport.ts";

/** What a peer needs of its transport. */
export type PeerOwner = {
  readonly monotonicMs: () => number;
  /** A random number in [0, 1). */
  readonly random: () => number;
  readonly backoff: Backoff;
  /** A connection that lasted this long counts as a success. */
  readonly settledMs: number;
  /** Opens a connection; `closed` is told when it ends, whether or not it was ever open. */
  readonly call: (listed: PeerAddress) => Connection;
};

/** A listed peer and how we are connected to it. */
export class ListedPeer {
  listed: PeerAddress;
  private readonly owner: PeerOwner;
  private calls: boolean;
  private connection: Connection | undefined;
  private calling: Connection | undefined;
  private timer: Timer | undefined;
  private failures = 0;
  private openedMs = 0;
  private heldUntilMs = 0;
  private connections = 0;
  private messagesReceived = 0;
  private messagesSent = 0;
  private messagesRefused = 0;
  private bytesReceivedBefore = 0;
  private bytesSentBefore = 0;

  constructor(owner: PeerOwner, listed: PeerAddress, calls: boolean) {
    this.owner = owner;
    this.listed = listed;
    this.calls = calls;
  }

  get isConnected(): boolean {
    return this.connection !== undefined;
  }

  /** Whether new connections of this peer are refused for now. */
  get isHeld(): boolean {
    return this.owner.monotonicMs() < this.heldUntilMs;
  }

  /** Calls the peer if that is our part and there is neither a connection nor a call. */
  connect(): void {
    if (!this.calls || this.connection !== undefined || this.calling !== undefined) return;
    if (this.timer !== undefined) return;
    const { address, otherAddress = address } = this.listed;
    const isOther = this.failures % 2 === 1;
    this.calling = this.owner.call({ ...this.listed, address: isOther ? otherAddress : address });
  }

  /** Takes over new details; they count from the next call on. */
  relist(listed: PeerAddress, calls: boolean): void {
    this.listed = listed;
    this.calls = calls;
  }

  send(frame: Uint8Array, departure: Departure): boolean {
    const sent = this.connection?.send(frame, departure) ?? false;
    if (sent) this.messagesSent += 1;
    else this.messagesRefused += 1;
    return sent;
  }

  pause(): void {
    this.connection?.pause();
  }

  resume(): void {
    this.connection?.resume();
  }

  /** Counts a message; false when it came on a connection that is no longer the peer's. */
  received(connection: Connection): boolean {
    if (connection !== this.connection) return false;
    this.messagesReceived += 1;
    return true;
  }

  /** A connection to this peer is open. */
  opened(connection: Connection): void {
    const older = this.connection;
    if (this.calling === connection) this.calling = undefined;
    older?.close("replaced by a newer connection");
    this.connection = connection;
    this.connections += 1;
    this.openedMs = this.owner.monotonicMs();
  }

  /** A connection ended; true when it was the open one. */
  closed(connection: Connection, holdMs: number): boolean {
    const wasOpen = connection === this.connection;
    const wasCalling = connection === this.calling;
    if (wasOpen) this.countBytes(connection);
    if (wasOpen) this.connection = undefined;
    if (wasCalling) this.calling = undefined;
    this.hold(holdMs);
    if (wasOpen || wasCalling) this.callLater(wasOpen);
    return wasOpen;
  }

  /** Ends whatever there is with this peer; nothing is called again. */
  forget(reason: string): void {
    this.calls = false;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.connection?.close(reason);
    this.calling?.close(reason);
  }

  /** Ends the connection and refuses new ones for a while. */
  disconnect(reason: string, holdMs: number): void {
    this.hold(holdMs);
    this.connection?.close(reason);
  }

  stats(): PeerStats {
    const connection = this.connection;
    return {
      key: this.listed.key,
      class: this.listed.class,
      connected: connection !== undefined,
      connections: this.connections,
      messagesReceived: this.messagesReceived,
      messagesSent: this.messagesSent,
      messagesRefused: this.messagesRefused,
      bytesReceived: this.bytesReceivedBefore + (connection?.bytesReceived ?? 0),
      bytesSent: this.bytesSentBefore + (connection?.bytesSent ?? 0),
      queuedBytes: connection?.queuedBytes ?? 0,
    };
  }

  private hold(holdMs: number): void {
    this.heldUntilMs = Math.max(this.heldUntilMs, this.owner.monotonicMs() + holdMs);
  }

  private countBytes(connection: Connection): void {
    this.bytesReceivedBefore += connection.bytesReceived;
    this.bytesSentBefore += connection.bytesSent;
  }

  // A connection that opens and ends at once is as much a failure as one that never opened.
  private callLater(wasOpen: boolean): void {
    if (!this.calls || this.timer !== undefined) return;
    const nowMs = this.owner.monotonicMs();
    const settled = wasOpen && nowMs - this.openedMs >= this.owner.settledMs;
    this.failures = settled ? 1 : this.failures + 1;
    const pauseMs = backoffMs(this.owner.backoff, this.failures, this.owner.random());
    const waitMs = Math.max(pauseMs, this.heldUntilMs - nowMs);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.connect();
    }, waitMs);
  }
}

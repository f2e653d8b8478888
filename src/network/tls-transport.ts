/**
 * The transport over TCP and TLS 1.3: one listening port, one connection per pair of peers, called
 * by the side `callsPeer` names and called again whenever it ends. Everything a stranger can make
 * us hold is bounded: connections without a hello, in all and per address, and what one may send.
 *
 * @module
 */
import { assert, present } from "../base/assert.ts";
import { type Clock, SYSTEM_CLOCK } from "../base/clock.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Certificate } from "./certificate.ts";
import { Connection, type ConnectionOwner, type PeerSocket } from "./connection.ts";
import { encodeFrame, FRAME_BYTES_MAX, FRAME_KIND } from "./frame.ts";
import { TRANSPORT_LIMITS, type TransportLimits } from "./limits.ts";
import { ListedPeer } from "./peer.ts";
import { dialPeer, type Listener, listenForPeers, type SocketAddress } from "./sockets.ts";
import { type TlsOptions, tlsOptions } from "./tls.ts";
import {
  callsPeer,
  type PeerAddress,
  type PeerClass,
  type Transport,
  type TransportEvents,
  type TransportStats,
} from "./transport.ts";

/** What a transport is made of. */
export type TlsTransportOptions = {
  readonly listen: SocketAddress;
  /** The network public key we begin with, 64 hex digits, and its certificate. */
  readonly key: string;
  readonly certificate: Certificate;
  readonly chainId: string;
  /** The epoch we are in when a connection opens. */
  readonly epoch: () => bigint;
  readonly events: TransportEvents;
  /** A random number in [0, 1), for the pauses between calls. */
  readonly random: () => number;
  readonly clock?: Clock;
  readonly limits?: Partial<TransportLimits>;
};

/** A transport over TLS sockets. */
export class TlsTransport implements Transport {
  private readonly options: TlsTransportOptions;
  private readonly limits: TransportLimits;
  private readonly clock: Clock;
  private ownKey: string;
  private tls: TlsOptions;
  private readonly owner: ConnectionOwner;
  private readonly peers = new Map<string, ListedPeer>();
  /** Every connection whose socket may still be there. */
  private readonly live = new Set<Connection>();
  private self: PeerClass = "observer";
  private listener: Listener | undefined;
  private timer: Timer | undefined;
  private refused = 0;
  private tickedMs = 0;
  private pacedMs = 0;

  constructor(options: TlsTransportOptions) {
    this.options = options;
    this.limits = { ...TRANSPORT_LIMITS, ...options.limits };
    this.clock = options.clock ?? SYSTEM_CLOCK;
    this.ownKey = options.key;
    this.tls = tlsOptions(options.certificate);
    this.owner = {
      wallMs: this.clock.nowMs,
      pacedMs: () => this.pacedMs,
      limits: this.limits,
      hello: () => ({
        chain_id: options.chainId,
        epoch: options.epoch(),
        network_key: this.ownKey,
      }),
      admit: (key, epoch) => this.admit(key, epoch),
      onOpen: (connection) => this.onOpen(connection),
      onMessage: (connection, payload) => this.onMessage(connection, payload),
      onClose: (connection, reason, fault) => this.onClose(connection, reason, fault),
    };
  }

  /** The network key that we show now. */
  get key(): string {
    return this.ownKey;
  }

  /** The port that is listened on; the one that was asked for, unless that was 0. */
  get port(): number {
    return this.listener?.port ?? this.options.listen.port;
  }

  async start(): Promise<void> {
    this.listen();
    this.tickedMs = this.clock.monotonicMs();
    this.timer = setInterval(() => this.tick(), this.limits.tickMs);
    this.connectAll();
  }

  send(key: string, payload: Uint8Array): boolean {
    return this.peers.get(key)?.send(this.messageFrame(payload), "soon") ?? false;
  }

  broadcast(payload: Uint8Array, to?: PeerClass): number {
    const frame = this.messageFrame(payload);
    let reached = 0;
    for (const peer of this.peers.values()) {
      const { class: kind, isSeed } = peer.listed;
      if (to !== undefined && (kind !== to || isSeed === true)) continue;
      if (peer.isConnected && peer.send(frame, "now")) reached += 1;
    }
    return reached;
  }

  setPeers(self: PeerClass, peers: readonly PeerAddress[]): void {
    this.self = self;
    const keys = new Set(peers.map((peer) => peer.key));
    for (const [key, peer] of this.peers) {
      if (keys.has(key)) continue;
      peer.forget("no longer a peer");
      this.peers.delete(key);
    }
    for (const listed of peers) if (listed.key !== this.ownKey) this.list(listed);
    if (this.isStarted) this.connectAll();
  }

  /**
   * Shows another network key from now on, on the same port. Every connection ends, since it was
   * made under the old one; the peers are to be set again.
   */
  showKey(key: string, certificate: Certificate): void {
    if (key === this.ownKey) return;
    this.ownKey = key;
    this.tls = tlsOptions(certificate);
    this.forgetAll("changes its network key");
    if (this.isStarted) this.listen();
  }

  pause(key: string): void {
    this.peers.get(key)?.pause();
  }

  resume(key: string): void {
    this.peers.get(key)?.resume();
  }

  disconnect(key: string, reason: string, holdMs: number): void {
    this.peers.get(key)?.disconnect(reason, holdMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.listener?.stop();
    this.listener = undefined;
    this.forgetAll("shutting down");
    const finished = Promise.all([...this.live].map((connection) => connection.finished));
    await Promise.race([finished, Bun.sleep(this.limits.closeMs)]);
    for (const connection of this.live) connection.terminate();
  }

  stats(): TransportStats {
    return {
      peers: [...this.peers.values()].map((peer) => peer.stats()),
      pending: this.pending().length,
      refused: this.refused,
    };
  }

  private listen(): void {
    const where = { ...this.options.listen, port: this.port };
    this.listener?.stop();
    this.listener = listenForPeers(where, this.tls, (socket) => this.accept(socket));
  }

  private forgetAll(reason: string): void {
    for (const peer of this.peers.values()) peer.forget(reason);
    this.peers.clear();
    for (const connection of this.live) connection.close(reason);
  }

  private get isStarted(): boolean {
    return this.listener !== undefined;
  }

  private messageFrame(payload: Uint8Array): Uint8Array {
    assert(payload.length < FRAME_BYTES_MAX, "a message is as large as a receiver takes");
    return encodeFrame(FRAME_KIND.message, payload);
  }

  private list(listed: PeerAddress): void {
    const calls = callsPeer({ key: this.ownKey, class: this.self }, listed);
    const known = this.peers.get(listed.key);
    if (known !== undefined && known.listed.class === listed.class) {
      known.relist(listed, calls);
      return;
    }
    // A peer of another class is another peer: limits and events say the class.
    known?.forget("listed as another class");
    const peer = new ListedPeer(
      {
        monotonicMs: this.clock.monotonicMs,
        random: this.options.random,
        backoff: this.limits.backoff,
        settledMs: this.limits.settledMs,
        call: (address) => this.call(address),
      },
      listed,
      calls,
    );
    this.peers.set(listed.key, peer);
  }

  private connectAll(): void {
    for (const peer of this.peers.values()) peer.connect();
  }

  private admit(key: string, epoch?: bigint): Result<PeerClass, string> {
    const peer = this.peers.get(key);
    if (peer === undefined) return err("network key is not a peer's");
    const { fromEpoch } = peer.listed;
    const isEarly = epoch !== undefined && fromEpoch !== undefined && epoch < fromEpoch;
    if (isEarly) return err("network key is not the peer's in this epoch");
    return peer.isHeld ? err("refused for a while after a fault") : ok(peer.listed.class);
  }

  private call(listed: PeerAddress): Connection {
    const address = present(listed.address, "the address of a peer we call");
    const remote = `${address.host}:${address.port}`;
    const connection = this.track(
      new Connection(this.owner, { kind: "calling", key: listed.key, remote }),
    );
    dialPeer(address, this.tls, connection).catch((error: unknown) =>
      connection.closed(`cannot connect: ${String(error)}`),
    );
    return connection;
  }

  private accept(socket: PeerSocket): void {
    const remote = `${socket.remoteAddress}:${socket.remotePort}`;
    const pending = this.pending();
    const here = `${socket.remoteAddress}:`;
    const fromHere = pending.filter((one) => one.direction.remote.startsWith(here)).length;
    const { pendingMax, pendingPerAddressMax } = this.limits;
    if (pending.length >= pendingMax || fromHere >= pendingPerAddressMax) {
      this.refuse(undefined, remote, "too many connections without a hello");
      socket.terminate();
      return;
    }
    const connection = this.track(new Connection(this.owner, { kind: "called", remote }));
    socket.data = connection;
    connection.opened(socket);
  }

  private track(connection: Connection): Connection {
    this.live.add(connection);
    void connection.finished.then(() => this.live.delete(connection));
    return connection;
  }

  private pending(): Connection[] {
    return [...this.live].filter((one) => one.direction.kind === "called" && !one.wasOpen);
  }

  private onOpen(connection: Connection): void {
    this.peers.get(connection.peer.key)?.opened(connection);
    this.options.events.onConnected(connection.peer);
  }

  private onMessage(connection: Connection, payload: Uint8Array): void {
    if (this.peers.get(connection.peer.key)?.received(connection) !== true) return;
    this.options.events.onMessage(connection.peer, payload);
  }

  private onClose(connection: Connection, reason: string, fault: boolean): void {
    const { peerKey, provenKey } = connection;
    const peer = peerKey === undefined ? undefined : this.peers.get(peerKey);
    // A peer does not answer for an impostor at its address.
    const holdMs = fault && provenKey === peerKey ? this.limits.faultHoldMs : 0;
    peer?.closed(connection, holdMs);
    if (connection.wasOpen) this.options.events.onDisconnected(connection.peer, reason);
    else this.refuse(provenKey ?? peerKey, connection.direction.remote, reason);
  }

  private refuse(key: string | undefined, remote: string, reason: string): void {
    this.refused += 1;
    this.options.events.onRefused({ key, remote, reason });
  }

  // When our own process has stood still, nobody else was silent: a late tick counts as two.
  private tick(): void {
    const nowMs = this.clock.monotonicMs();
    this.pacedMs += Math.min(nowMs - this.tickedMs, 2 * this.limits.tickMs);
    this.tickedMs = nowMs;
    for (const connection of this.live) connection.tick(this.pacedMs);
  }
}

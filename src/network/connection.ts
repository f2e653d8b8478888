/**
 * One TLS connection between two nodes, from handshake to close. It is open only after each side
 * has proved its key, is listed as a peer, and has said a hello of our chain; until then it may
 * send us one small frame. Time comes from `tick`, so a connection that hangs, goes silent or stops
 * reading ends there.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { fromUtf8, utf8 } from "../base/bytes.ts";
import type { Result } from "../base/result.ts";
import { type Departure, FrameWriter } from "./frame-writer.ts";
import { encodeFrame, FRAME_BYTES_MAX, FRAME_KIND, FrameReader } from "./frame.ts";
import { checkHello, encodeHello, type Hello, HELLO_BYTES_MAX } from "./hello.ts";
import { type ConnectionLimits, OBSERVER_FRAME_BYTES_MAX } from "./limits.ts";
import { checkPeerCertificate } from "./tls.ts";
import type { Peer, PeerClass } from "./transport.ts";

/** The socket under a connection; its data is the connection. */
export type PeerSocket = Bun.Socket<Connection | undefined>;

/** What a connection needs of its transport, and tells it. */
export type ConnectionOwner = {
  /** Unix time, for the dates of certificates. */
  readonly wallMs: () => number;
  /** Time for time limits: it stands still while this process does. */
  readonly pacedMs: () => number;
  readonly limits: ConnectionLimits;
  readonly hello: () => Hello;
  /** Whether a key is one of our peers now, in its epoch, and of which class; else why not. */
  readonly admit: (key: string, epoch?: bigint) => Result<PeerClass, string>;
  readonly onOpen: (connection: Connection) => void;
  readonly onMessage: (connection: Connection, payload: Uint8Array) => void;
  /** `fault` says that the other side broke the rules, rather than went away. */
  readonly onClose: (connection: Connection, reason: string, fault: boolean) => void;
};

/** Who opened a connection, and to whom: the caller knows which key it wants. */
export type Direction =
  | { readonly kind: "calling"; readonly key: string; readonly remote: string }
  | { readonly kind: "called"; readonly remote: string };

const HEARTBEAT = encodeFrame(FRAME_KIND.heartbeat, new Uint8Array(0));
const REASON_CHARACTERS_MAX = 200;

/** A connection and the state it is in; it never goes back. */
export class Connection {
  readonly direction: Direction;
  /** Settles when the socket is gone. */
  readonly finished: Promise<void>;
  private readonly owner: ConnectionOwner;
  private readonly reader = new FrameReader(HELLO_BYTES_MAX);
  private readonly writer: FrameWriter;
  private readonly startedMs: number;
  private readonly finish: () => void;
  private socket: PeerSocket | undefined;
  private state: "connecting" | "greeting" | "open" | "closed" = "connecting";
  private key: string | undefined;
  private peerWhenOpen: Peer | undefined;
  private paused = false;
  private closedMs = 0;
  private receivedTotal = 0;
  private received: Progress;
  private sent: Progress;
  /** When nothing waited, or something of what waits was taken. */
  private flowedMs: number;

  constructor(owner: ConnectionOwner, direction: Direction) {
    const finished = Promise.withResolvers<void>();
    this.owner = owner;
    this.direction = direction;
    this.finished = finished.promise;
    this.finish = finished.resolve;
    this.startedMs = owner.pacedMs();
    this.received = { total: 0, atMs: this.startedMs };
    this.sent = { total: 0, atMs: this.startedMs };
    this.flowedMs = this.startedMs;
    this.writer = new FrameWriter((frame, offset) => this.write(frame, offset), owner.limits.queue);
  }

  /** The peer of an open connection. */
  get peer(): Peer {
    assert(this.peerWhenOpen !== undefined, "the connection has been open");
    return this.peerWhenOpen;
  }

  /** The key TLS proved. */
  get provenKey(): string | undefined {
    return this.key;
  }

  /** The peer this connection is to or from: the one that was called, else the proven one. */
  get peerKey(): string | undefined {
    return this.direction.kind === "calling" ? this.direction.key : this.key;
  }

  /** Whether it is or has been open. */
  get wasOpen(): boolean {
    return this.peerWhenOpen !== undefined;
  }

  get bytesReceived(): number {
    return this.receivedTotal;
  }

  get bytesSent(): number {
    return this.writer.sentBytes;
  }

  get queuedBytes(): number {
    return this.writer.queuedBytes;
  }

  /** Queues a message frame; false when the connection is not open or its queue is full. */
  send(frame: Uint8Array, departure: Departure): boolean {
    return this.state === "open" && this.writer.send(frame, departure);
  }

  /** Stops reading from the socket; what it has read already still arrives. */
  pause(): void {
    this.paused = true;
    this.socket?.pause();
  }

  resume(): void {
    this.paused = false;
    this.received = { total: this.receivedTotal, atMs: this.owner.pacedMs() };
    this.socket?.resume();
  }

  /** Ends the connection, telling the other side why once what is queued has gone. */
  close(reason: string, fault = false): void {
    if (this.state === "closed") return;
    const greeted = this.state !== "connecting";
    this.leave(reason, fault);
    if (!greeted) return this.terminate();
    this.writer.send(
      encodeFrame(FRAME_KIND.goodbye, utf8(reason.slice(0, REASON_CHARACTERS_MAX))),
      "now",
    );
    this.endWhenWritten();
  }

  /** Drops the socket at once, whatever is queued. */
  terminate(): void {
    this.socket?.terminate();
    this.finish();
  }

  /** Looks at the clock: heartbeats are due, and peers that hang are let go. */
  tick(nowMs: number): void {
    const limits = this.owner.limits;
    if (this.state === "closed") {
      if (nowMs - this.closedMs > limits.closeMs) this.terminate();
    } else if (this.state === "open") {
      this.tickOpen(nowMs);
    } else if (nowMs - this.startedMs > limits.helloMs) {
      this.close("no hello in time");
    }
  }

  /** The socket is connected; TLS has not begun. */
  opened(socket: PeerSocket): void {
    this.socket = socket;
    if (this.state === "closed") this.terminate();
  }

  /** TLS has finished, well or badly. */
  handshaken(socket: PeerSocket): void {
    if (this.state !== "connecting") return;
    const key = checkPeerCertificate(socket, this.owner.wallMs());
    if (!key.ok) return this.close(key.error, true);
    this.key = key.value;
    this.state = "greeting";
    if (this.direction.kind === "called") {
      // The caller speaks first, but a stranger need not go to that trouble.
      const admitted = this.owner.admit(key.value);
      if (!admitted.ok) this.close(admitted.error, true);
    } else if (this.direction.key !== key.value) {
      this.close("network key is not the expected one", true);
    } else {
      this.sayHello();
    }
  }

  /** Bytes have come from the other side. */
  receive(chunk: Uint8Array): void {
    this.receivedTotal += chunk.length;
    if (this.state !== "greeting" && this.state !== "open") return;
    const fault = this.reader.push(chunk, (kind, payload) => this.takeFrame(kind, payload));
    if (fault !== undefined) this.close(fault, true);
  }

  /** The socket takes bytes again. */
  drained(): void {
    this.writer.flush();
    if (this.state === "closed") this.endWhenWritten();
  }

  /** The socket is gone. */
  closed(reason: string): void {
    this.leave(reason, false);
    this.finish();
  }

  private leave(reason: string, fault: boolean): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.closedMs = this.owner.pacedMs();
    this.owner.onClose(this, reason, fault);
  }

  private takeGoodbye(payload: Uint8Array): void {
    this.leave(`peer said: ${printable(payload)}`, false);
    this.socket?.end();
  }

  private tickOpen(nowMs: number): void {
    const { heartbeatMs, idleMs, stallMs } = this.owner.limits;
    this.received = advance(this.received, this.receivedTotal, nowMs);
    const sentBefore = this.sent;
    this.sent = advance(sentBefore, this.writer.sentBytes, nowMs);
    const isWaiting = this.writer.queuedFrames > 0;
    if (!isWaiting || this.sent !== sentBefore) this.flowedMs = nowMs;
    const isSilent = !this.paused && nowMs - this.received.atMs > idleMs;
    if (isSilent) this.close("silent for too long");
    else if (nowMs - this.flowedMs > stallMs) this.close("does not read");
    else if (!isWaiting && nowMs - this.sent.atMs >= heartbeatMs)
      this.writer.send(HEARTBEAT, "now");
  }

  private takeFrame(kind: number, payload: Uint8Array): boolean {
    if (kind === FRAME_KIND.goodbye) this.takeGoodbye(payload);
    else if (this.state === "greeting") this.takeHello(kind, payload);
    else if (kind === FRAME_KIND.message) this.owner.onMessage(this, payload);
    else if (kind !== FRAME_KIND.heartbeat) this.close(`frame kind ${kind} is not expected`, true);
    return this.state === "open";
  }

  private takeHello(kind: number, payload: Uint8Array): void {
    const key = this.key;
    assert(key !== undefined, "TLS has proved a key");
    if (kind !== FRAME_KIND.hello) return this.close("first frame is not a hello", true);
    const chainId = this.owner.hello().chain_id;
    const hello = checkHello(payload, { chainId, networkKey: key });
    if (!hello.ok) return this.close(hello.error, true);
    const admitted = this.owner.admit(key, hello.value.epoch);
    // It may be one that others take for a peer, or that is one soon.
    if (!admitted.ok) return this.close(admitted.error, false);
    const peerClass = admitted.value;
    if (this.direction.kind === "called") this.sayHello();
    this.state = "open";
    this.peerWhenOpen = { key, class: peerClass, epoch: hello.value.epoch };
    this.reader.limitBytes = peerClass === "validator" ? FRAME_BYTES_MAX : OBSERVER_FRAME_BYTES_MAX;
    this.owner.onOpen(this);
  }

  private sayHello(): void {
    this.writer.send(encodeFrame(FRAME_KIND.hello, encodeHello(this.owner.hello())), "now");
  }

  private write(frame: Uint8Array, offset: number): number {
    return this.socket?.write(frame, offset, frame.length - offset) ?? -1;
  }

  private endWhenWritten(): void {
    if (this.writer.queuedFrames === 0) this.socket?.end();
  }
}

/** A counter and when it last changed. */
type Progress = { readonly total: number; readonly atMs: number };

function advance(progress: Progress, total: number, nowMs: number): Progress {
  return total === progress.total ? progress : { total, atMs: nowMs };
}

// What a peer says may end in a log or a terminal, so only plain characters pass.
function printable(payload: Uint8Array): string {
  const said = fromUtf8(payload.subarray(0, REASON_CHARACTERS_MAX)) ?? "";
  return said.replace(/[^\x20-\x7e]/g, "?");
}

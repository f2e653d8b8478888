/**
 * The front of a port: looks at the first bytes of a connection and joins it to the server that
 * speaks its protocol. Only here is the client's address known, so limits by address are here.
 *
 * @module
 */
import { concatBytes, utf8 } from "../../base/bytes.ts";
import { SYSTEM_CLOCK } from "../../base/clock.ts";
import { Gate, type GateLimits } from "./gate.ts";
import { farewell, MALFORMED_TEXT, refusalFor } from "./refusal.ts";
import { RequestWatch } from "./request-watch.ts";
import { type Protocol, sniff } from "./sniff.ts";
import { close, type End, endOf, finish, flush, join, say, sever } from "./splice.ts";

/** The port of this machine on which a protocol is served; `undefined` before that. */
export type Backends = (protocol: Protocol) => number | undefined;

/** Who speaks on a connection that was passed on. */
export type Client = {
  /** The IP address. */
  readonly address: string;
  readonly requests: RequestWatch;
};

/** A front that listens. */
export type Front = {
  readonly port: number;
  /** Connections that are open. */
  readonly connections: () => number;
  /** Who speaks from a port of this machine. */
  readonly clientOf: (port: number) => Client | undefined;
  readonly stop: () => void;
};

/** Where and for whom a front listens. */
export type FrontOptions = {
  readonly hostname: string;
  readonly port: number;
  readonly backends: Backends;
  readonly limits?: GateLimits | undefined;
  /** How long the head of a request of HTTP/1.1 may take. */
  readonly headMs?: number | undefined;
  readonly idleSeconds?: number | undefined;
};

/** A client's connection, with its first bytes until its protocol is known. */
type Connection = Client & {
  readonly end: End;
  first: Uint8Array | undefined;
  isHttp1: boolean;
};

/** What all connections of a front share. */
type Shared = {
  readonly backends: Backends;
  readonly gate: Gate;
  readonly connections: Set<Connection>;
  readonly passed: Map<number, Client>;
  readonly idleSeconds: number;
};

type ClientSocket = Bun.Socket<Connection | undefined>;
type BackSocket = Bun.Socket;

const LOOPBACK = "127.0.0.1";
/** A client says something within this time. */
const FIRST_BYTES_SECONDS = 20;
/** A connection on which nothing is said for so long is closed, unless told otherwise. */
const IDLE_SECONDS = 600;
const HEAD_MS = 20_000;
const SWEEP_MS_MAX = 5_000;
/** A client that is told to go has this time to read it. */
const FAREWELL_MS = 5_000;
const LATE: string = farewell({
  status: 408,
  code: "request_slow",
  detail: "the head of the request did not arrive in time",
});

/** Listens. */
export function openFront(options: FrontOptions): Front {
  const { hostname, port, backends, limits, headMs = HEAD_MS } = options;
  const gate = new Gate(limits);
  const connections = new Set<Connection>();
  const { idleSeconds = IDLE_SECONDS } = options;
  const passed = new Map<number, Client>();
  const shared: Shared = { backends, gate, connections, passed, idleSeconds };
  const listener = Bun.listen<Connection | undefined>({
    hostname,
    port,
    allowHalfOpen: true,
    socket: {
      open: (socket) => open(socket, shared),
      data: (socket, bytes) => hear(socket, bytes, shared),
      drain: ({ data }) => data && flush(data.end),
      end: ({ data }) => data && hangUp(data),
      timeout: ({ data }) => data && sever(data.end),
      close: ({ data }) => data && leave(data, shared),
      error: ({ data }) => data && sever(data.end),
    },
  });
  const sweeping = setInterval(() => dismissLate(connections, headMs), sweepMs(headMs));
  sweeping.unref();
  const stop = (): void => {
    clearInterval(sweeping);
    listener.stop();
    for (const { end } of connections) sever(end);
  };
  return {
    port: listener.port,
    connections: () => gate.open,
    clientOf: (from) => passed.get(from),
    stop,
  };
}

function open(socket: ClientSocket, { gate, connections }: Shared): void {
  const address = socket.remoteAddress;
  if (!gate.enter(address)) {
    socket.data = undefined;
    socket.terminate();
    return;
  }
  const first = new Uint8Array(0);
  const requests = new RequestWatch();
  const connection = { end: endOf(socket), address, requests, first, isHttp1: false };
  socket.data = connection;
  connections.add(connection);
  socket.timeout(FIRST_BYTES_SECONDS);
}

function leave(connection: Connection, { gate, connections }: Shared): void {
  if (!connections.delete(connection)) return;
  gate.leave(connection.address);
  close(connection.end);
}

function sweepMs(headMs: number): number {
  return Math.min(SWEEP_MS_MAX, headMs);
}

function dismissLate(connections: ReadonlySet<Connection>, headMs: number): void {
  const nowMs = SYSTEM_CLOCK.monotonicMs();
  for (const { end, requests } of connections) {
    if (end.isFinished || !requests.isLate(nowMs, headMs)) continue;
    end.isFinished = true;
    if (end.waiting === undefined) end.socket.end(LATE);
    end.other?.socket.terminate();
    setTimeout(() => sever(end), FAREWELL_MS).unref();
  }
}

function hear(socket: ClientSocket, bytes: Uint8Array, shared: Shared): void {
  const connection = socket.data;
  if (connection === undefined) return;
  const { end, requests } = connection;
  if (end.other !== undefined) {
    if (connection.isHttp1) requests.hear(SYSTEM_CLOCK.monotonicMs());
    return say(end.other, bytes, end);
  }
  if (connection.first === undefined) return;
  connection.first = concatBytes(connection.first, bytes);
  const protocol = sniff(connection.first);
  if (protocol === undefined) return;
  const port = shared.backends(protocol);
  if (port === undefined) return sever(end);
  connection.isHttp1 = protocol === "Http1";
  if (connection.isHttp1) requests.hear(SYSTEM_CLOCK.monotonicMs());
  socket.pause();
  socket.timeout(shared.idleSeconds);
  const { first } = connection;
  connection.first = undefined;
  passOn(connection, { first, port, passed: shared.passed }).catch(() => sever(end));
}

type Passing = {
  readonly first: Uint8Array;
  /** Where the protocol is served. */
  readonly port: number;
  readonly passed: Map<number, Client>;
};

async function passOn(client: Connection, { first, port, passed }: Passing): Promise<void> {
  const { end } = client;
  let back: End | undefined;
  const closed = (socket: BackSocket): void => {
    passed.delete(socket.localPort);
    if (back === undefined) return;
    refuse(client, MALFORMED_TEXT, back);
    close(back);
  };
  await Bun.connect({
    hostname: LOOPBACK,
    port,
    allowHalfOpen: true,
    socket: {
      open: (socket) => {
        back = endOf(socket);
        if (end.isClosed) return sever(back);
        passed.set(socket.localPort, client);
        join(end, back);
        say(back, first, end);
        if (back.waiting === undefined) end.socket.resume();
      },
      data: (_, bytes) => {
        if (back === undefined) return;
        const refusal = client.requests.isOpen ? refusalFor(bytes) : undefined;
        if (refusal === undefined) say(end, bytes, back);
        else refuse(client, refusal, back);
      },
      drain: () => back && flush(back),
      end: () => {
        if (back === undefined) return;
        refuse(client, MALFORMED_TEXT, back);
        finish(end);
      },
      close: closed,
      error: () => back && sever(back),
    },
  });
}

/** Tells what is wrong with a request whose head nobody could read, after all earlier answers. */
function refuse({ end, requests, isHttp1 }: Connection, text: string, back: End): void {
  if (!isHttp1 || !requests.isOpen) return;
  say(end, utf8(text), back);
  finish(end);
}

// A client that hangs up before it is passed on has nothing to say.
function hangUp({ end }: Connection): void {
  if (end.other === undefined) sever(end);
  else finish(end.other);
}

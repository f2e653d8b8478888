/**
 * The front of a port: looks at the first bytes of a connection and joins it to the server that
 * speaks its protocol. Only here is the client's address known, so limits by address are here.
 *
 * @module
 */
import { concatBytes } from "../../base/bytes.ts";
import { Gate, type GateLimits } from "./gate.ts";
import { type Protocol, sniff } from "./sniff.ts";
import { close, type End, endOf, finish, flush, join, say, sever } from "./splice.ts";

/** The port of this machine on which a protocol is served; `undefined` before that. */
export type Backends = (protocol: Protocol) => number | undefined;

/** A front that listens. */
export type Front = {
  readonly port: number;
  readonly gate: Gate;
  readonly stop: () => void;
};

/** Where and for whom a front listens. */
export type FrontOptions = {
  readonly hostname: string;
  readonly port: number;
  readonly backends: Backends;
  readonly limits?: GateLimits;
};

/** A client, with its first bytes until its protocol is known. */
type Client = { readonly end: End; readonly address: string; first: Uint8Array | undefined };

type ClientSocket = Bun.Socket<Client | undefined>;
type BackSocket = Bun.Socket;

const LOOPBACK = "127.0.0.1";
/** A client says something within this time. */
const FIRST_BYTES_SECONDS = 20;
/** A connection on which nothing is said for so long is closed. */
const IDLE_SECONDS = 600;

/** Listens. */
export function openFront({ hostname, port, backends, limits }: FrontOptions): Front {
  const gate = new Gate(limits);
  const clients = new Set<End>();
  const open = (socket: ClientSocket): void => {
    const address = socket.remoteAddress;
    if (!gate.enter(address)) {
      socket.data = undefined;
      socket.terminate();
      return;
    }
    const end = endOf(socket);
    socket.data = { end, address, first: new Uint8Array(0) };
    clients.add(end);
    socket.timeout(FIRST_BYTES_SECONDS);
  };
  const closed = ({ data }: ClientSocket): void => {
    if (data === undefined || !clients.delete(data.end)) return;
    gate.leave(data.address);
    close(data.end);
  };
  const listener = Bun.listen<Client | undefined>({
    hostname,
    port,
    allowHalfOpen: true,
    socket: {
      open,
      data: (socket, bytes) => hear(socket, bytes, gate, backends),
      drain: ({ data }) => data && flush(data.end),
      end: ({ data }) => data && hangUp(data),
      timeout: ({ data }) => data && sever(data.end),
      close: closed,
      error: ({ data }) => data && sever(data.end),
    },
  });
  const stop = (): void => {
    listener.stop();
    for (const end of clients) sever(end);
  };
  return { port: listener.port, gate, stop };
}

function hear(socket: ClientSocket, bytes: Uint8Array, gate: Gate, backends: Backends): void {
  const client = socket.data;
  if (client === undefined) return;
  const { end } = client;
  if (end.other !== undefined) return say(end.other, bytes, end);
  if (client.first === undefined) return;
  client.first = concatBytes(client.first, bytes);
  const protocol = sniff(client.first);
  if (protocol === undefined) return;
  const port = backends(protocol);
  if (port === undefined) return sever(end);
  socket.pause();
  socket.timeout(IDLE_SECONDS);
  const { first } = client;
  client.first = undefined;
  passOn(client, first, port, gate).catch(() => sever(end));
}

async function passOn(client: Client, first: Uint8Array, port: number, gate: Gate): Promise<void> {
  const { end, address } = client;
  let back: End | undefined;
  const closed = (socket: BackSocket): void => {
    gate.forget(socket.localPort);
    if (back !== undefined) close(back);
  };
  await Bun.connect({
    hostname: LOOPBACK,
    port,
    allowHalfOpen: true,
    socket: {
      open: (socket) => {
        back = endOf(socket);
        if (end.isClosed) return sever(back);
        gate.pass(socket.localPort, address);
        join(end, back);
        say(back, first, end);
        if (back.waiting === undefined) end.socket.resume();
      },
      data: (_, bytes) => back && say(end, bytes, back),
      drain: () => back && flush(back),
      end: () => back && finish(end),
      close: closed,
      error: () => back && sever(back),
    },
  });
}

// A client that hangs up before it is passed on has nothing to say.
function hangUp({ end }: Client): void {
  if (end.other === undefined) sever(end);
  else finish(end.other);
}

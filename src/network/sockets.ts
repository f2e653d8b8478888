/**
 * The sockets of a transport: the one that takes calls, and those that make them.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { Connection, PeerSocket } from "./connection.ts";
import { SOCKET_HANDLERS } from "./socket-handlers.ts";
import type { TlsOptions } from "./tls.ts";

/** A socket that takes calls. */
export type Listener = Bun.TCPSocketListener<Connection | undefined>;

/** Where a socket listens. */
export type SocketAddress = { readonly host: string; readonly port: number };

/** Listens, alone on the port; `accept` gets every socket before its handshake. */
export function listenForPeers(
  { host, port }: SocketAddress,
  tls: TlsOptions,
  accept: (socket: PeerSocket) => void,
): Listener {
  try {
    return Bun.listen<Connection | undefined>({
      hostname: host,
      port,
      exclusive: true,
      tls,
      socket: { ...SOCKET_HANDLERS, open: accept },
    });
  } catch (error) {
    throw new SomaError("listen_failed", `cannot listen on ${host}:${port}`, {
      hint: "free the port or choose another in the configuration",
      cause: error,
    });
  }
}

/** Calls a peer, for `connection`. */
export async function dialPeer(
  { host, port }: SocketAddress,
  tls: TlsOptions,
  connection: Connection,
): Promise<void> {
  await Bun.connect<Connection | undefined>({
    hostname: host,
    port,
    tls,
    data: connection,
    socket: { ...SOCKET_HANDLERS, open: (socket) => connection.opened(socket) },
  });
}

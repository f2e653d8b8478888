/**
 * The listening socket of a transport.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { Connection, PeerSocket } from "./connection.ts";
import { SOCKET_HANDLERS } from "./socket-handlers.ts";
import type { TlsOptions } from "./tls.ts";

/** A socket that takes calls. */
export type Listener = Bun.TCPSocketListener<Connection | undefined>;

/** Where to listen. */
export type ListenAddress = { readonly host: string; readonly port: number };

/** Listens, alone on the port; `accept` gets every socket before its handshake. */
export function listenForPeers(
  { host, port }: ListenAddress,
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

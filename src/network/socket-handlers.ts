/**
 * The events of a socket, handed to the connection that is its data.
 *
 * @module
 */
import { systemCode } from "../base/errors.ts";
import type { Connection, PeerSocket } from "./connection.ts";

/** Hands what happens to a socket to its connection. `open` differs by who called. */
export const SOCKET_HANDLERS: Omit<Bun.SocketHandler<Connection | undefined>, "open"> = {
  handshake: (socket: PeerSocket): void => socket.data?.handshaken(socket),
  data: (socket: PeerSocket, chunk: Uint8Array): void => socket.data?.receive(chunk),
  drain: (socket: PeerSocket): void => socket.data?.drained(),
  close: (socket: PeerSocket, error?: Error): void =>
    socket.data?.closed(error === undefined ? "peer closed the connection" : error.message),
  error: (socket: PeerSocket, error: Error): void => failed(socket, error),
};

// The runtime reports both a broken TLS session, which has a code, and an error thrown by our own
// handlers, which must not end here.
function failed(socket: PeerSocket, error: Error): void {
  if (systemCode(error) === undefined) {
    queueMicrotask(() => {
      throw error;
    });
  }
  socket.data?.terminate();
}

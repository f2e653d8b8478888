/**
 * Clients that behave badly on purpose: they come and go, say half of something, or say nothing.
 *
 * @module
 */
import { connect, type Socket } from "node:net";

/** How a client begins that does not go on. */
export const BEGINNINGS: readonly string[] = [
  "",
  "P",
  "PRI * HTTP/2.0\r\n\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
  "GET /x HT",
  "POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n\r\nsome",
  "\x16\x03\x01\x02\0",
];

/** Opens a connection, says a beginning and goes away. */
export function dropIn(port: number, beginning: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect(port, "127.0.0.1", () => {
    socket.write(beginning, () => socket.destroy());
  });
  socket.on("error", () => undefined);
  socket.on("close", () => resolve());
  return promise;
}

/** Opens a connection, says a beginning and stays; whatever comes back is thrown away. */
export function stay(port: number, beginning: string): Socket {
  const socket = connect(port, "127.0.0.1", () => socket.write(beginning));
  socket.on("data", () => undefined);
  socket.on("error", () => undefined);
  return socket;
}

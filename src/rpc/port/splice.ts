/**
 * Two sockets joined: what one says, the other hears. A reader that is slow stops the writer, so a
 * pair holds little; each direction ends by itself, so a client may stop sending and still be
 * answered.
 *
 * @module
 */
import { concatBytes } from "../../base/bytes.ts";

/** One end of a pair. */
export type End = {
  readonly socket: Bun.Socket<unknown>;
  /** What the socket has not taken yet. */
  waiting: Uint8Array | undefined;
  /** Nothing more will be said to it. */
  isFinished: boolean;
  isClosed: boolean;
  other: End | undefined;
};

/** Bytes that may arrive after a writer was stopped: what the system had read already. */
const WAITING_BYTES_MAX = 4 * 1024 * 1024;

/** The end at a socket. */
export function endOf(socket: Bun.Socket<unknown>): End {
  return { socket, waiting: undefined, isFinished: false, isClosed: false, other: undefined };
}

/** Joins two ends. */
export function join(left: End, right: End): void {
  left.other = right;
  right.other = left;
}

/** Says `bytes` to an end; `from`, where they come from, is stopped while the end has no room. */
export function say(to: End, bytes: Uint8Array, from: End): void {
  if (to.isClosed || to.isFinished) return;
  if (to.waiting !== undefined) return keep(to, concatBytes(to.waiting, bytes));
  const taken = Math.max(0, to.socket.write(bytes));
  if (taken === bytes.length) return;
  // The buffer of the runtime is used again after this.
  keep(to, bytes.slice(taken));
  from.socket.pause();
}

/** The end has room again. */
export function flush(to: End): void {
  const { waiting } = to;
  if (waiting !== undefined) {
    const taken = Math.max(0, to.socket.write(waiting));
    to.waiting = taken === waiting.length ? undefined : waiting.subarray(taken);
    if (to.waiting !== undefined) return;
    if (to.other?.isClosed === false) to.other.socket.resume();
  }
  if (to.isFinished) to.socket.shutdown();
}

/** The other side of `to` says no more. */
export function finish(to: End): void {
  if (to.isFinished || to.isClosed) return;
  to.isFinished = true;
  if (to.waiting === undefined) to.socket.shutdown();
}

/** An end is gone: its other one is let go once it has heard everything. */
export function close(end: End): void {
  end.isClosed = true;
  end.waiting = undefined;
  const { other } = end;
  if (other === undefined || other.isClosed) return;
  if (other.waiting === undefined) other.socket.end();
  else other.isFinished = true;
}

/** Ends both at once. */
export function sever(end: End): void {
  for (const one of [end, end.other]) {
    if (one === undefined || one.isClosed) continue;
    one.isClosed = true;
    one.waiting = undefined;
    one.socket.terminate();
  }
}

function keep(to: End, bytes: Uint8Array): void {
  to.waiting = bytes;
  if (bytes.length > WAITING_BYTES_MAX) sever(to);
}

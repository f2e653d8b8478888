/**
 * Messages inside a gRPC body: a flag, a length of four bytes, the message. Compression is not
 * spoken here, so the flag is 0.
 *
 * @module
 */
import { concatBytes } from "../../base/bytes.ts";
import { err, ok, type Result } from "../../base/result.ts";

/** Bytes in front of a message. */
const FRAME_HEADER_BYTES: number = 5;

/** Why a body is not a sequence of messages. */
export type FrameFault = "Compressed" | "TooLarge" | "Truncated" | "Many" | "None";

/** A message with its header. */
export function frameMessage(message: Uint8Array): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_BYTES + message.length);
  new DataView(frame.buffer).setUint32(1, message.length);
  frame.set(message, FRAME_HEADER_BYTES);
  return frame;
}

/** Cuts a body that arrives in pieces into messages. */
export class FrameReader {
  private readonly bytesMax: number;
  private pieces: Uint8Array[] = [];
  private held = 0;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  /** Bytes of a message that is not complete. */
  get pendingBytes(): number {
    return this.held;
  }

  /** The messages that are complete with this piece; nothing more may come after a fault. */
  push(piece: Uint8Array): Result<readonly Uint8Array[], FrameFault> {
    this.pieces.push(piece);
    this.held += piece.length;
    const messages: Uint8Array[] = [];
    for (;;) {
      if (this.held < FRAME_HEADER_BYTES) return ok(messages);
      const header = this.gather(FRAME_HEADER_BYTES);
      if (header[0] !== 0) return err("Compressed");
      const { buffer, byteOffset, byteLength } = header;
      const length = new DataView(buffer, byteOffset, byteLength).getUint32(1);
      if (length > this.bytesMax) return err("TooLarge");
      const end = FRAME_HEADER_BYTES + length;
      if (this.held < end) return ok(messages);
      messages.push(this.take(end).subarray(FRAME_HEADER_BYTES));
    }
  }

  // Joins pieces until the first has at least so many bytes: each byte is copied a few times at
  // most, because what is joined is all there is.
  private gather(count: number): Uint8Array {
    const [first] = this.pieces;
    if (first !== undefined && first.length >= count) return first;
    const joined = concatBytes(...this.pieces);
    this.pieces = [joined];
    return joined;
  }

  private take(count: number): Uint8Array {
    const first = this.gather(count);
    this.held -= count;
    const rest = first.subarray(count);
    this.pieces = rest.length === 0 ? this.pieces.slice(1) : [rest, ...this.pieces.slice(1)];
    return first.subarray(0, count);
  }
}

/**
 * Frames: a 4-byte big-endian length, then as many bytes: one for the kind, the rest the payload.
 * A length of 0 or above the limit is refused before anything is allocated; the buffer of a frame
 * is allocated once, when its length is known.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { CHECKPOINT_LIMITS } from "../protocol/limits.ts";

const MIB = 1_048_576;

/** The largest frame between validators: the largest checkpoint, and room for what is around it. */
export const FRAME_BYTES_MAX: number = CHECKPOINT_LIMITS.bytesMax + 2 * MIB;

/** What a frame is for. */
export const FRAME_KIND = { hello: 1, message: 2, heartbeat: 3, goodbye: 4 } as const;

// Bytes in front of a payload: the length and the kind.
const FRAME_HEADER_BYTES = 5;

const LENGTH_BYTES = 4;
const EMPTY = new Uint8Array(0);

/** The bytes of one frame, ready to be queued for any number of peers. */
export function encodeFrame(kind: number, payload: Uint8Array): Uint8Array {
  assert(payload.length < FRAME_BYTES_MAX, "payload fits in a frame");
  const frame = new Uint8Array(FRAME_HEADER_BYTES + payload.length);
  new DataView(frame.buffer).setUint32(0, payload.length + 1);
  frame[LENGTH_BYTES] = kind;
  frame.set(payload, FRAME_HEADER_BYTES);
  return frame;
}

/** Takes one frame; false stops the reader, because the connection is gone. */
export type FrameHandler = (kind: number, payload: Uint8Array) => boolean;

/** Cuts a stream of bytes into frames, whatever pieces it arrives in. */
export class FrameReader {
  /** The largest length accepted; the owner raises it when it knows the peer. */
  limitBytes: number;
  private readonly lengthBytes = new Uint8Array(LENGTH_BYTES);
  private lengthFilled = 0;
  private body: Uint8Array | undefined;
  private bodyFilled = 0;
  private fault: string | undefined;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  /** Hands every frame that `chunk` completes to `deliver`; returns why the stream is unusable. */
  push(chunk: Uint8Array, deliver: FrameHandler): string | undefined {
    let rest = chunk;
    while (rest.length > 0 && this.fault === undefined) {
      rest = this.body === undefined ? this.takeLength(rest) : this.takeBody(rest);
      const body = this.body;
      if (body === undefined || this.bodyFilled < body.length) continue;
      this.body = undefined;
      if (!deliver(body[0]!, body.subarray(1))) break;
    }
    return this.fault;
  }

  private takeLength(chunk: Uint8Array): Uint8Array {
    const taken = Math.min(LENGTH_BYTES - this.lengthFilled, chunk.length);
    this.lengthBytes.set(chunk.subarray(0, taken), this.lengthFilled);
    this.lengthFilled += taken;
    if (this.lengthFilled < LENGTH_BYTES) return EMPTY;
    this.lengthFilled = 0;
    const length = new DataView(this.lengthBytes.buffer).getUint32(0);
    if (length === 0) this.fault = "frame of length 0";
    else if (length > this.limitBytes) {
      this.fault = `frame of ${length} bytes, at most ${this.limitBytes} are allowed`;
    } else {
      this.body = new Uint8Array(length);
      this.bodyFilled = 0;
    }
    return chunk.subarray(taken);
  }

  private takeBody(chunk: Uint8Array): Uint8Array {
    const body = this.body;
    assert(body !== undefined, "a frame is being filled");
    const taken = Math.min(body.length - this.bodyFilled, chunk.length);
    body.set(chunk.subarray(0, taken), this.bodyFilled);
    this.bodyFilled += taken;
    return chunk.subarray(taken);
  }
}

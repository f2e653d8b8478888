/**
 * A growing byte buffer with the fixed-width writes that BCS is made of. It does not check ranges:
 * the codecs do, once, where the name of the type is known.
 *
 * @module
 */

import { assert } from "../base/assert.ts";

const START_SIZE_BYTES = 256;
/** The largest buffer that is kept to be used again: one for a whole block. */
const KEPT_SIZE_BYTES = 2_097_152;
const FEW_FLOATS = 32;
const HEX_BASE = 16;
const NO_DIGIT = 0xff;

/** The value of each character as a lower-case hexadecimal digit. */
const DIGITS = Uint8Array.from({ length: 256 }, (_, code) => {
  const value = "0123456789abcdef".indexOf(String.fromCharCode(code));
  return value < 0 ? NO_DIGIT : value;
});

/** An append-only buffer; it doubles when full, so a write costs O(1) on average. */
export class Writer {
  private buffer: Uint8Array;
  private view: DataView;
  private used = 0;

  constructor(sizeBytes: number = START_SIZE_BYTES) {
    this.buffer = new Uint8Array(sizeBytes);
    this.view = new DataView(this.buffer.buffer);
  }

  /** How many bytes are written. */
  get length(): number {
    return this.used;
  }

  /** Appends one byte. */
  u8(value: number): void {
    const at = this.advance(1);
    this.buffer[at] = value;
  }

  /** Appends 2 bytes, little-endian. */
  u16(value: number): void {
    const at = this.advance(2);
    this.view.setUint16(at, value, true);
  }

  /** Appends 4 bytes, little-endian. */
  u32(value: number): void {
    const at = this.advance(4);
    this.view.setUint32(at, value, true);
  }

  /** Appends 8 bytes, little-endian. */
  u64(value: bigint): void {
    const at = this.advance(8);
    this.view.setBigUint64(at, value, true);
  }

  /** Appends bytes as they are. */
  raw(bytes: Uint8Array): void {
    const at = this.advance(bytes.length);
    this.buffer.set(bytes, at);
  }

  /**
   * Appends finite 32-bit floats, little-endian. Every machine that Bun runs on is, so they lie in
   * memory as on the wire.
   */
  f32s(values: Float32Array): void {
    // A finite number less itself is 0; of infinity and NaN that is NaN, which the sum stays.
    let sum = 0;
    for (let index = 0; index < values.length; index++) {
      const value = values[index]!;
      sum += value - value;
    }
    assert(sum === 0, "a float is finite");
    // A view of memory costs more than a few floats.
    if (values.length > FEW_FLOATS) {
      return this.raw(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
    const at = this.advance(values.byteLength);
    for (let index = 0; index < values.length; index++) {
      this.view.setFloat32(at + index * values.BYTES_PER_ELEMENT, values[index]!, true);
    }
  }

  /** Appends the bytes of `hex`; whether all its digits are lower-case ones. */
  hex(hex: string): boolean {
    const size = hex.length >>> 1;
    const at = this.advance(size);
    const { buffer } = this;
    let seen = 0;
    for (let index = 0; index < size; index++) {
      const high = DIGITS[hex.charCodeAt(2 * index)] ?? NO_DIGIT;
      const low = DIGITS[hex.charCodeAt(2 * index + 1)] ?? NO_DIGIT;
      seen |= high | low;
      buffer[at + index] = (high << 4) | low;
    }
    return seen < HEX_BASE;
  }

  /** A copy of what is written, exactly as long as it is. */
  finish(): Uint8Array {
    return this.buffer.slice(0, this.used);
  }

  /** A copy of what is written from `start` on. */
  since(start: number): Uint8Array {
    return this.buffer.slice(start, this.used);
  }

  /** What is written, in place: the next write may change it. */
  peek(): Uint8Array {
    return this.buffer.subarray(0, this.used);
  }

  /** Forgets what is written, and a buffer that has grown large. */
  reset(): void {
    this.used = 0;
    if (this.buffer.length > KEPT_SIZE_BYTES) this.replace(new Uint8Array(START_SIZE_BYTES));
  }

  private advance(size: number): number {
    const at = this.used;
    const end = at + size;
    if (end > this.buffer.length) this.grow(end);
    this.used = end;
    return at;
  }

  private grow(size: number): void {
    const wider = new Uint8Array(Math.max(size, this.buffer.length * 2));
    wider.set(this.buffer.subarray(0, this.used));
    this.replace(wider);
  }

  private replace(buffer: Uint8Array): void {
    this.buffer = buffer;
    this.view = new DataView(buffer.buffer);
  }
}

// Writers to use again, one for each encoding inside an encoding: making one costs more than
// filling it.
const idle: Writer[] = [];

/** Writes a value of one type. */
type Source<T> = { readonly write: (writer: Writer, value: T) => void };

/** The bytes that `source` writes for `value`. */
export function written<T>(source: Source<T>, value: T): Uint8Array {
  return withWriter((writer) => {
    source.write(writer, value);
    return writer.finish();
  });
}

/**
 * What `use` makes of the bytes that `source` writes for `value`, with `prefix` before them. They
 * are not copied, so they are gone when it returns.
 */
export function useWritten<T, R>(
  source: Source<T>,
  value: T,
  prefix: Uint8Array,
  use: (bytes: Uint8Array) => R,
): R {
  return withWriter((writer) => {
    writer.raw(prefix);
    source.write(writer, value);
    return use(writer.peek());
  });
}

function withWriter<R>(work: (writer: Writer) => R): R {
  const writer = idle.pop() ?? new Writer();
  try {
    return work(writer);
  } finally {
    writer.reset();
    idle.push(writer);
  }
}

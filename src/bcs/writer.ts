/**
 * A growing byte buffer with the fixed-width writes that BCS is made of. It does not check ranges:
 * the codecs do, once, where the name of the type is known.
 *
 * @module
 */

const START_SIZE_BYTES = 256;

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

  /** Appends the bytes of `hex`, which has an even count of digits. */
  hex(hex: string): void {
    const size = hex.length >>> 1;
    const at = this.advance(size);
    this.buffer.subarray(at, at + size).setFromHex(hex);
  }

  /** A copy of what is written, exactly as long as it is. */
  finish(): Uint8Array {
    return this.buffer.slice(0, this.used);
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
    this.buffer = wider;
    this.view = new DataView(wider.buffer);
  }
}

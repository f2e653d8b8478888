/**
 * A cursor over bytes from outside. Every read checks that the bytes are there; a failed check
 * leaves by `fail`, which only `decode` catches, so that callers see a fault value and no throw.
 * The path of field names is kept as it goes: it names the fault and bounds the nesting.
 *
 * @module
 */

const NESTING_MAX = 64;
const SHIFT_32 = 32n;

/** Where in a value the bytes went wrong, and why. */
export type DecodeFault = { readonly path: string; readonly reason: string };

/** How `Reader.fail` leaves a decoder; never seen outside of `decode`. */
export class Malformed extends Error {
  readonly fault: DecodeFault;

  constructor(fault: DecodeFault) {
    super(fault.reason);
    this.fault = fault;
  }
}

/** A cursor that reads little-endian integers and byte ranges, front to back. */
export class Reader {
  readonly bytes: Uint8Array;
  private readonly path: (string | number)[] = [];
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** How many bytes are read. */
  get offset(): number {
    return this.at;
  }

  /** How many bytes are left. */
  get remaining(): number {
    return this.bytes.length - this.at;
  }

  /** The next byte. */
  u8(): number {
    return this.bytes[this.advance(1)]!;
  }

  /** The next 2 bytes, little-endian. */
  u16(): number {
    const at = this.advance(2);
    return this.bytes[at]! | (this.bytes[at + 1]! << 8);
  }

  /** The next 4 bytes, little-endian. */
  u32(): number {
    return this.u32At(this.advance(4));
  }

  /** The next 8 bytes, little-endian. */
  u64(): bigint {
    const at = this.advance(8);
    const high = this.u32At(at + 4);
    const low = BigInt(this.u32At(at));
    return high === 0 ? low : (BigInt(high) << SHIFT_32) | low;
  }

  /** The next `size` bytes, as a view of the input: nothing is copied. */
  raw(size: number): Uint8Array {
    const at = this.advance(size);
    return this.bytes.subarray(at, at + size);
  }

  /** What is read from `start` on, as a view of the input. */
  since(start: number): Uint8Array {
    return this.bytes.subarray(start, this.at);
  }

  /** Steps into a field or item. */
  enter(name: string | number): void {
    this.path.push(name);
    if (this.path.length > NESTING_MAX) this.fail(`nested deeper than ${NESTING_MAX}`);
  }

  /** Steps out of it again. */
  leave(): void {
    this.path.pop();
  }

  /** Gives up, naming the field that the cursor is in. */
  fail(reason: string): never {
    throw new Malformed({ path: this.path.join("."), reason });
  }

  // A `DataView` would be made for every value, most of which are small.
  private u32At(at: number): number {
    const { bytes } = this;
    const low = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
    return (low | (bytes[at + 3]! << 24)) >>> 0;
  }

  private advance(size: number): number {
    const at = this.at;
    const end = at + size;
    if (end > this.bytes.length) {
      this.fail(`needs ${size} bytes, ${this.bytes.length - at} are left`);
    }
    this.at = end;
    return at;
  }
}

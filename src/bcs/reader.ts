/**
 * A cursor over bytes from outside. Every read checks that the bytes are there; a failed check
 * leaves by `fail`, which only `decode` catches, so that callers see a fault value and no throw.
 * The path of field names is kept as it goes: it names the fault and bounds the nesting.
 *
 * @module
 */

const NESTING_MAX = 64;

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
  private readonly view: DataView;
  private readonly path: (string | number)[] = [];
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
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
    return this.view.getUint8(this.advance(1));
  }

  /** The next 2 bytes, little-endian. */
  u16(): number {
    return this.view.getUint16(this.advance(2), true);
  }

  /** The next 4 bytes, little-endian. */
  u32(): number {
    return this.view.getUint32(this.advance(4), true);
  }

  /** The next 8 bytes, little-endian. */
  u64(): bigint {
    return this.view.getBigUint64(this.advance(8), true);
  }

  /** The next `size` bytes, as a view of the input: nothing is copied. */
  raw(size: number): Uint8Array {
    const at = this.advance(size);
    return this.bytes.subarray(at, at + size);
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

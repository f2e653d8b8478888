/**
 * Room in the shared memory of the WebAssembly kernels: first fit, free neighbours joined, more
 * pages when nothing fits. Every piece is followed by spare bytes, because kernels may read, but
 * never write, a little beyond the end of a row.
 *
 * @module
 */
import { assert, present } from "../../base/assert.ts";
import { SomaError } from "../../base/errors.ts";

type Piece = { readonly address: number; readonly bytes: number };

const PAGE_BYTES = 65_536;
const ALIGNMENT = 64;
const SPARE_BYTES = 64;

/** The pieces of one memory. */
export class Heap {
  readonly memory: WebAssembly.Memory;
  /** By address; no two touch. */
  private free: Piece[] = [];
  private readonly used = new Map<number, number>();

  constructor(pagesMax: number) {
    this.memory = new WebAssembly.Memory({ initial: 1, maximum: pagesMax, shared: true });
    // Address 0 stays unused, so that no piece is there by accident.
    this.free.push({ address: ALIGNMENT, bytes: PAGE_BYTES - ALIGNMENT });
  }

  /** The address of a new piece; its content is arbitrary. */
  take(size: number): number {
    const bytes = Math.ceil((size + SPARE_BYTES) / ALIGNMENT) * ALIGNMENT;
    let place = this.free.findIndex((piece) => piece.bytes >= bytes);
    if (place < 0) {
      this.grow(bytes);
      place = this.free.length - 1;
    }
    const piece = present(this.free[place], "a piece that is large enough");
    const rest = { address: piece.address + bytes, bytes: piece.bytes - bytes };
    this.free.splice(place, 1, ...(rest.bytes > 0 ? [rest] : []));
    this.used.set(piece.address, bytes);
    return piece.address;
  }

  /** Gives a piece back. */
  giveBack(address: number): void {
    const bytes = this.used.get(address);
    assert(bytes !== undefined, "a piece is given back once");
    this.used.delete(address);
    this.insert({ address, bytes });
  }

  /** `count` numbers at `address`; valid until the next piece is taken. */
  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, count);
  }

  private insert(piece: Piece): void {
    const after = this.free.findIndex(({ address }) => address > piece.address);
    const place = after < 0 ? this.free.length : after;
    const [left, right] = [this.free[place - 1], this.free[place]];
    const joinsLeft = left !== undefined && left.address + left.bytes === piece.address;
    const joinsRight = right !== undefined && piece.address + piece.bytes === right.address;
    const first = joinsLeft ? left : piece;
    const bytes = piece.bytes + (joinsLeft ? left.bytes : 0) + (joinsRight ? right.bytes : 0);
    const from = place - (joinsLeft ? 1 : 0);
    this.free.splice(from, Number(joinsLeft) + Number(joinsRight), { ...first, bytes });
  }

  /** Makes the last piece at least `bytes` long. */
  private grow(bytes: number): void {
    const end = this.memory.buffer.byteLength;
    const last = this.free.at(-1);
    const there = last !== undefined && last.address + last.bytes === end ? last.bytes : 0;
    const pages = Math.ceil((bytes - there) / PAGE_BYTES);
    try {
      this.memory.grow(pages);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new SomaError("backend_memory", `no room for ${bytes} bytes in WASM memory`, {
        hint: "load fewer models at a time",
        cause: error,
      });
    }
    this.insert({ address: end, bytes: pages * PAGE_BYTES });
  }
}

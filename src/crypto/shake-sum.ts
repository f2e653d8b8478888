/**
 * Sums of SHAKE256 expansions, lane by lane of 16 bits, which a homomorphic hash of a set is made
 * of. It is WebAssembly, built here: every object that a transaction writes is expanded to two
 * kilobytes twice; by a general implementation, most of the time goes into the memory for these.
 * Two elements are expanded at once, side by side in vectors.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { keccakModule, MEMORY } from "./keccak-module.ts";

/** Bytes of an expansion and of a sum: 1,024 lanes. */
export const SUM_BYTES = 2_048;

/** The longest element: it fits into one block of the sponge with its padding. */
export const ELEMENT_BYTES_MAX: number = MEMORY.rateBytes - 1;

/** One expansion to add, or to take away again. */
export type Summand = { readonly element: Uint8Array; readonly sign: 1 | -1 };

type Instance = {
  readonly bytes: Uint8Array;
  readonly accumulate: (first: number, second: number) => void;
};

// FIPS 202: what follows the message of an XOF, and the last bit of the block.
const XOF_SUFFIX = 0x1f;
const LAST_BIT = 0x80;

// A cache: the compiled code. Its memory carries nothing from one call to the next.
let instance: Instance | undefined;

/** `sum`, of 2,048 bytes, with the expansion of each element added or taken away, as a new sum. */
export function sumExpansions(sum: Uint8Array, summands: Iterable<Summand>): Uint8Array {
  assert(sum.length === SUM_BYTES, "a sum has 2,048 bytes");
  const { bytes, accumulate } = (instance ??= instantiate());
  bytes.set(sum, MEMORY.sum);
  let waiting: 1 | -1 | undefined;
  for (const { element, sign } of summands) {
    fillBlock(bytes, MEMORY.states[waiting === undefined ? 0 : 1], element);
    if (waiting !== undefined) accumulate(waiting, sign);
    waiting = waiting === undefined ? sign : undefined;
  }
  // The other state holds an element of before, which counts nothing.
  if (waiting !== undefined) accumulate(waiting, 0);
  return bytes.slice(MEMORY.sum, MEMORY.sum + SUM_BYTES);
}

/** Pads an element to one block of the sponge. */
function fillBlock(bytes: Uint8Array, start: number, element: Uint8Array): void {
  assert(element.length <= ELEMENT_BYTES_MAX, "an element fits into one block");
  bytes.fill(0, start, start + MEMORY.stateBytes);
  bytes.set(element, start);
  bytes[start + element.length] = XOF_SUFFIX;
  bytes[start + MEMORY.rateBytes - 1]! |= LAST_BIT;
}

function instantiate(): Instance {
  const module = new WebAssembly.Module(keccakModule());
  const { memory, accumulate } = new WebAssembly.Instance(module).exports;
  // The module of this program exports exactly these.
  const { buffer } = memory as WebAssembly.Memory;
  const bytes = new Uint8Array(buffer);
  return { bytes, accumulate: accumulate as Instance["accumulate"] };
}

/**
 * What goes through the pipes between a process and its child: a header of a few fields, then parts
 * of plain numbers. Layout: length of the header, u32 little-endian; the header as JSON, with the
 * length of each part; the parts.
 *
 * @module
 */
import { SomaError } from "../../base/errors.ts";

/** One message; the fields of the header are the sender's and the reader's to agree on. */
export type Frame<H> = { readonly header: H; readonly parts: readonly Uint8Array[] };

type Sized = { readonly sizes: readonly number[] };

const LENGTH_BYTES = 4;
const HEADER_BYTES_MAX = 65_536;

/** The pieces of a frame, to be written one after another. */
export function encodeFrame<H extends object>({ header, parts }: Frame<H>): Uint8Array[] {
  const sized = { ...header, sizes: parts.map((part) => part.length) };
  const text = new TextEncoder().encode(JSON.stringify(sized));
  const head = new Uint8Array(LENGTH_BYTES + text.length);
  new DataView(head.buffer).setUint32(0, text.length, true);
  head.set(text, LENGTH_BYTES);
  return [head, ...parts];
}

/**
 * Reads a frame by asking for so many bytes at a time; the asking may wait, so it is a generator
 * that a caller drives with or without promises.
 */
export function* decodeFrame<H>(): Generator<number, Frame<H>, Uint8Array<ArrayBuffer>> {
  const head = yield LENGTH_BYTES;
  const length = new DataView(head.buffer, head.byteOffset).getUint32(0, true);
  if (length > HEADER_BYTES_MAX) throw garbled();
  const header = parseHeader<H>(yield length);
  const parts: Uint8Array[] = [];
  for (const size of header.sizes) parts.push(yield size);
  return { header, parts };
}

/** The numbers of a part, which must be whole ones of `Type`. */
export function numbersOf<T>(
  part: Uint8Array | undefined,
  Type: new (buffer: ArrayBufferLike) => T,
): T {
  return new Type((part ?? new Uint8Array(0)).slice().buffer);
}

/** The bytes of some numbers, without copying them. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function parseHeader<H>(bytes: Uint8Array): H & Sized {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as H & Sized;
  } catch (error) {
    if (error instanceof SyntaxError) throw garbled();
    throw error;
  }
}

function garbled(): SomaError {
  return new SomaError("backend_garbled", "the process that runs the kernels writes nonsense", {
    hint: "its driver writes to standard output; choose another --device",
  });
}

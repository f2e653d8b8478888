/**
 * The safetensors container: 8 bytes of header length (little-endian), a JSON header that gives
 * every tensor its dtype, shape and byte range, then the bytes. Ranges must cover the data exactly,
 * without gap or overlap, and be as long as the shape says; a file that parses has one reading.
 *
 * @module
 */
import { compareText, concatBytes, fromUtf8, readU64le, u64le, utf8 } from "../base/bytes.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Tensor } from "../types/tensor.ts";

/** What is wrong with a weights file; `tensor` says where, unless it is the file as a whole. */
export type WeightsFault = {
  readonly kind: "container" | "tensor" | "missing" | "shape" | "dtype" | "not_finite";
  readonly tensor: string | undefined;
  readonly reason: string;
};

/** A sentence about `fault`, to follow the name of the file. */
export function weightsFaultText({ tensor, reason }: WeightsFault): string {
  return tensor === undefined ? reason : `tensor ${tensor}: ${reason}`;
}

/** Where a tensor lies in its file: bytes [begin, end). */
export type TensorEntry = {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
};

const LENGTH_BYTES = 8;
const F32_BYTES = 4;
/** The longest header that is read. */
export const HEADER_BYTES_MAX: number = 4 * 1024 * 1024;
const TENSORS_MAX = 65_536;
const RANK_MAX = 8;
const METADATA_KEY = "__metadata__";

const DTYPE_BYTES: ReadonlyMap<string, number> = new Map([
  ["BOOL", 1],
  ["U8", 1],
  ["I8", 1],
  ["F8_E4M3", 1],
  ["F8_E5M2", 1],
  ["U16", 2],
  ["I16", 2],
  ["F16", 2],
  ["BF16", 2],
  ["U32", 4],
  ["I32", 4],
  ["F32", 4],
  ["U64", 8],
  ["I64", 8],
  ["F64", 8],
]);

/** The tensors of a file of `fileBytes` bytes, in the order of their bytes; `head` begins it. */
export function parseHeader(
  head: Uint8Array,
  fileBytes: number,
): Result<readonly TensorEntry[], WeightsFault> {
  const header = headerText(head, fileBytes);
  if (!header.ok) return header;
  const fields = parseObject(header.value.text);
  if (fields === undefined) return err(containerFault("its header is not a JSON object"));
  const names = Object.keys(fields).filter((name) => name !== METADATA_KEY);
  if (names.length > TENSORS_MAX) return err(containerFault(`more than ${TENSORS_MAX} tensors`));
  const entries: TensorEntry[] = [];
  for (const name of names) {
    const entry = parseEntry(name, fields[name], header.value.dataBegin);
    if (!entry.ok) return entry;
    entries.push(entry.value);
  }
  entries.sort((left, right) => left.begin - right.begin || left.end - right.end);
  const fault = checkCoverage(entries, header.value.dataBegin, fileBytes);
  return fault === undefined ? ok(entries) : err(fault);
}

/** Whether a tensor has a dtype that can be read as f32. */
export function isFloat({ dtype }: TensorEntry): boolean {
  return FLOAT_READERS.has(dtype);
}

/** The values of a float tensor as f32; `undefined` for dtypes that are not floats. */
export function readTensor(file: Uint8Array, entry: TensorEntry): Float32Array | undefined {
  const values = viewTensor(file, entry);
  return values?.buffer === file.buffer ? values.slice() : values;
}

/** The same in the memory of `file` where that holds f32 already: it must not be changed then. */
export function viewTensor(file: Uint8Array, entry: TensorEntry): Float32Array | undefined {
  const read = FLOAT_READERS.get(entry.dtype);
  if (read === undefined) return undefined;
  const view = new DataView(file.buffer, file.byteOffset + entry.begin, entry.end - entry.begin);
  const width = DTYPE_BYTES.get(entry.dtype)!;
  if (entry.dtype === "F32" && view.byteOffset % width === 0 && IS_LITTLE_ENDIAN) {
    return new Float32Array(file.buffer, view.byteOffset, view.byteLength / width);
  }
  const values = new Float32Array(view.byteLength / width);
  for (let index = 0; index < values.length; index++) values[index] = read(view, index * width);
  return values;
}

/** Where the values of a tensor begin in a file that holds nothing but f32 tensors. */
export type TensorPlace = { readonly shape: readonly number[]; readonly begin: number };

/** A file before its values are in it: what it begins with, and where each tensor goes. */
export type FilePlan = {
  readonly head: Uint8Array;
  readonly places: ReadonlyMap<string, TensorPlace>;
  readonly sizeBytes: number;
};

/** The file of f32 tensors of these shapes, sorted by name. */
export function planSafetensors(shapes: ReadonlyMap<string, readonly number[]>): FilePlan {
  const header: [string, unknown][] = [];
  const offsets = new Map<string, number>();
  let offset = 0;
  for (const name of [...shapes.keys()].toSorted(compareText)) {
    const shape = shapes.get(name)!;
    const end = offset + shape.reduce((product, side) => product * side, F32_BYTES);
    header.push([name, { dtype: "F32", shape, data_offsets: [offset, end] }]);
    offsets.set(name, offset);
    offset = end;
  }
  const head = headOf(JSON.stringify(Object.fromEntries(header)));
  const places = new Map<string, TensorPlace>();
  for (const [name, shape] of shapes) {
    places.set(name, { shape, begin: head.length + offsets.get(name)! });
  }
  return { head, places, sizeBytes: head.length + offset };
}

/** A file of f32 tensors, sorted by name; the same tensors always give the same bytes. */
export function writeSafetensors(tensors: ReadonlyMap<string, Tensor>): Uint8Array {
  const shapes = new Map([...tensors].map(([name, { shape }]) => [name, shape]));
  const { head, places, sizeBytes } = planSafetensors(shapes);
  const file = new Uint8Array(sizeBytes);
  file.set(head);
  for (const [name, { begin }] of places) {
    file.set(littleEndian(tensors.get(name)!.values), begin);
  }
  return file;
}

/** The values as a file holds them. */
export function littleEndian(values: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * F32_BYTES));
  for (let index = 0; index < values.length; index++) {
    view.setFloat32(index * F32_BYTES, values[index]!, true);
  }
  return new Uint8Array(view.buffer);
}

// Spaces bring the data to a multiple of 8, as every writer of the format does.
function headOf(text: string): Uint8Array {
  const padded = utf8(text.padEnd(text.length + (-utf8(text).length & 7)));
  return concatBytes(u64le(BigInt(padded.length)), padded);
}

type Header = { readonly text: string; readonly dataBegin: number };

function headerText(head: Uint8Array, fileBytes: number): Result<Header, WeightsFault> {
  if (head.length < LENGTH_BYTES) return err(containerFault("shorter than its length field"));
  const length = readU64le(head);
  if (length > BigInt(HEADER_BYTES_MAX)) {
    return err(
      containerFault(`its header claims ${length} bytes; ${HEADER_BYTES_MAX} are allowed`),
    );
  }
  const dataBegin = LENGTH_BYTES + Number(length);
  if (dataBegin > Math.min(head.length, fileBytes)) {
    return err(containerFault("it ends within its header"));
  }
  const text = fromUtf8(head.subarray(LENGTH_BYTES, dataBegin));
  return text === undefined
    ? err(containerFault("its header is not UTF-8"))
    : ok({ text, dataBegin });
}

type Fields = { readonly [name: string]: unknown };

function parseObject(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseEntry(
  name: string,
  value: unknown,
  dataBegin: number,
): Result<TensorEntry, WeightsFault> {
  const fault = (reason: string): Result<never, WeightsFault> =>
    err({ kind: "tensor", tensor: name, reason });
  if (!isObject(value)) return fault("its entry is not an object");
  const { dtype, shape, data_offsets: range } = value;
  const width = typeof dtype === "string" ? DTYPE_BYTES.get(dtype) : undefined;
  if (typeof dtype !== "string" || width === undefined) return fault("its dtype is unknown");
  if (!isSizes(shape) || shape.length > RANK_MAX) return fault("its shape is not a list of sizes");
  if (!isSizes(range) || range.length !== 2) return fault("its data_offsets are not two offsets");
  const [begin, end] = [range[0]! + dataBegin, range[1]! + dataBegin];
  const size = shape.reduce((product, side) => product * side, width);
  if (end - begin !== size) return fault(`its shape needs ${size} bytes; it has ${end - begin}`);
  return ok({ name, dtype, shape, begin, end });
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function checkCoverage(
  entries: readonly TensorEntry[],
  dataBegin: number,
  fileBytes: number,
): WeightsFault | undefined {
  let covered = dataBegin;
  for (const { name, begin, end } of entries) {
    if (begin !== covered) {
      return { kind: "tensor", tensor: name, reason: "its bytes do not follow the one before it" };
    }
    covered = end;
  }
  if (covered > fileBytes) return containerFault(`it ends ${covered - fileBytes} bytes too early`);
  if (covered < fileBytes) return containerFault(`${fileBytes - covered} bytes follow its tensors`);
  return undefined;
}

function containerFault(reason: string): WeightsFault {
  return { kind: "container", tensor: undefined, reason };
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

type FloatReader = (view: DataView, offset: number) => number;

const scratch = new DataView(new ArrayBuffer(4));

const FLOAT_READERS: ReadonlyMap<string, FloatReader> = new Map<string, FloatReader>([
  ["F16", (view, offset) => view.getFloat16(offset, true)],
  ["BF16", readBfloat16],
  ["F32", (view, offset) => view.getFloat32(offset, true)],
  ["F64", (view, offset) => view.getFloat64(offset, true)],
]);

// A bfloat16 is the upper half of an f32.
function readBfloat16(view: DataView, offset: number): number {
  scratch.setUint32(0, view.getUint16(offset, true) << 16);
  return scratch.getFloat32(0);
}

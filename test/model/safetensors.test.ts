/**
 * The container: what it accepts, and a named fault for everything else.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { concatBytes, u64le, utf8 } from "../../src/base/bytes.ts";
import {
  parseHeader,
  readTensor,
  type TensorEntry,
  weightsFaultText,
  writeSafetensors,
} from "../../src/model/safetensors.ts";

const PAIR = new Map([
  ["b", { shape: [2], values: new Float32Array([1, -2]) }],
  ["a.weight", { shape: [2, 3], values: new Float32Array([1, 2, 3, 4, 5, 6]) }],
]);

test("what is written can be read, sorted by name, data at a multiple of 8", () => {
  const file = writeSafetensors(PAIR);
  const entries = parse(file);
  expect(entries.map(({ name, shape }) => [name, ...shape])).toEqual([
    ["a.weight", 2, 3],
    ["b", 2],
  ]);
  expect(entries[0]!.begin % 8).toBe(0);
  expect([...readTensor(file, entries[0]!)!]).toEqual([1, 2, 3, 4, 5, 6]);
  expect([...readTensor(file, entries[1]!)!]).toEqual([1, -2]);
});

test("the smallest file has no tensors", () => {
  expect(parse(container("{}"))).toEqual([]);
  expect(parse(container('{"__metadata__":{"format":"pt"}}'))).toEqual([]);
});

test("the header need not be padded, and the file may lie anywhere in memory", () => {
  const file = container('{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', [0, 0, 192, 63]);
  const shifted = concatBytes(new Uint8Array(3), file).subarray(3);
  expect([...readTensor(shifted, parse(shifted)[0]!)!]).toEqual([1.5]);
});

test("floats of 16 and 64 bits become f32; other types are not floats", () => {
  const cases: readonly [string, number[], number | undefined][] = [
    ["F16", [0, 0x3e], 1.5],
    ["F16", [0x00, 0xc0], -2],
    ["BF16", [0xc0, 0x3f], 1.5],
    ["BF16", [0x80, 0x7f], Infinity],
    ["F64", [0, 0, 0, 0, 0, 0, 0xf8, 0x3f], 1.5],
    ["I16", [1, 0], undefined],
    ["U8", [1], undefined],
  ];
  for (const [dtype, data, value] of cases) {
    const entry = `{"dtype":"${dtype}","shape":[1],"data_offsets":[0,${data.length}]}`;
    const file = container(`{"x":${entry}}`, data);
    expect(readTensor(file, parse(file)[0]!)?.[0]).toBe(value);
  }
});

const ONE_BYTE = '{"dtype":"U8","shape":[1],"data_offsets":[0,1]}';

const BAD: Readonly<Record<string, [Uint8Array, string]>> = {
  "no bytes": [new Uint8Array(0), "length field"],
  "seven bytes": [new Uint8Array(7), "length field"],
  "a length of 2^64 − 1": [new Uint8Array(8).fill(255), "claims 18446744073709551615 bytes"],
  "a header beyond the file": [concatBytes(u64le(3n), utf8("{}")), "within its header"],
  "bytes that are not UTF-8": [concatBytes(u64le(1n), Uint8Array.of(0xff)), "UTF-8"],
  "an empty header": [container(""), "JSON"],
  "a header that is a list": [container("[]"), "JSON object"],
  "a header cut short": [container("{"), "JSON"],
  "an entry that is a number": [container('{"x":1}'), "tensor x: its entry"],
  "an unknown dtype": [tensor("F31", "[1]", "[0,4]", 4), "tensor x: its dtype"],
  "no shape": [container('{"x":{"dtype":"F32","data_offsets":[0,4]}}', [0, 0, 0, 0]), "its shape"],
  "a negative side": [tensor("F32", "[-1]", "[0,4]", 4), "its shape"],
  "a fractional side": [tensor("F32", "[1.5]", "[0,4]", 4), "its shape"],
  "nine dimensions": [tensor("F32", "[1,1,1,1,1,1,1,1,1]", "[0,4]", 4), "its shape"],
  "three offsets": [tensor("F32", "[1]", "[0,4,4]", 4), "its data_offsets"],
  "offsets that fall": [tensor("F32", "[1]", "[4,0]", 4), "needs 4 bytes; it has -4"],
  "a shape that overflows": [
    tensor("F32", "[9007199254740991,9007199254740991]", "[0,4]", 4),
    "needs",
  ],
  "a shape that is too small": [tensor("F32", "[1]", "[0,8]", 8), "needs 4 bytes; it has 8"],
  "data missing": [tensor("F32", "[2]", "[0,8]", 4), "ends 4 bytes too early"],
  "data left over": [tensor("F32", "[1]", "[0,4]", 5), "1 bytes follow"],
  "a gap at the front": [tensor("F32", "[1]", "[4,8]", 8), "do not follow"],
  "two tensors on the same bytes": [
    container(`{"x":${ONE_BYTE},"y":${ONE_BYTE}}`, [0]),
    "tensor y: its bytes do not follow",
  ],
};

for (const [name, [file, text]] of Object.entries(BAD)) {
  test(`refused: ${name}`, () => {
    const parsed = parseHeader(file, file.length);
    expect(parsed.ok ? "read" : weightsFaultText(parsed.error)).toContain(text);
  });
}

test("cut anywhere, a file is refused", () => {
  const file = writeSafetensors(PAIR);
  for (let size = 0; size < file.length; size++) {
    expect(parseHeader(file.subarray(0, size), size).ok).toBe(false);
  }
});

test("the header alone is enough to find the tensors of a file that is not in memory", () => {
  const file = writeSafetensors(PAIR);
  const head = file.subarray(0, parse(file)[0]!.begin);
  const parsed = parseHeader(head, file.length);
  expect(parsed.ok && parsed.value).toEqual(parse(file));
});

function parse(file: Uint8Array): readonly TensorEntry[] {
  const parsed = parseHeader(file, file.length);
  if (!parsed.ok) throw new Error(weightsFaultText(parsed.error));
  return parsed.value;
}

function container(header: string, data: readonly number[] = []): Uint8Array {
  const text = utf8(header);
  return concatBytes(u64le(BigInt(text.length)), text, Uint8Array.from(data));
}

function tensor(dtype: string, shape: string, offsets: string, dataBytes: number): Uint8Array {
  const entry = `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;
  return container(`{"x":${entry}}`, Array<number>(dataBytes).fill(0));
}

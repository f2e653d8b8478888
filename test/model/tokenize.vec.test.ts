/**
 * Cutting data into sequences, against the published cases.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { PAD, sequenceAt, sequenceCount } from "../../src/model/tokenize.ts";
import { vector, vectorNames } from "../vectors/scoring.ts";

type Inputs = { readonly size: number; readonly seq_len: number };
type Expected = Readonly<Record<"token_ids" | "pos_ids" | "targets", number[][]>>;

for (const name of vectorNames("tokenize_")) {
  test(name, () => {
    const { inputs, expected } = vector<Inputs, Expected>(name);
    const data = Uint8Array.from({ length: inputs.size }, (_, i) => i % 256);
    const count = sequenceCount(data.length, inputs.seq_len);
    const rows = Array.from({ length: count }, (_, i) => sequenceAt(data, i, inputs.seq_len));
    expect(rows.map(({ tokens }) => [...tokens])).toEqual(expected.token_ids);
    expect(rows.map(({ positions }) => [...positions])).toEqual(expected.pos_ids);
    expect(rows.map(({ targets }) => [...targets])).toEqual(expected.targets);
  });
}

test("sequences by size", () => {
  const sizes = [0, 1, 9, 10, 11, 20, 21];
  expect(sizes.map((size) => sequenceCount(size, 10))).toEqual([0, 1, 1, 1, 2, 2, 3]);
});

test("one byte short of full ends with EOS and no PAD", () => {
  const { tokens, targets } = sequenceAt(new Uint8Array(1023), 0, 1024);
  expect([...tokens.subarray(-2)]).toEqual([0, 257]);
  expect([...targets.subarray(-2)]).toEqual([257, PAD]);
});

test("a view into a larger buffer reads its own bytes", () => {
  const data = Uint8Array.from({ length: 64 }, (_, i) => i).subarray(40);
  expect([...sequenceAt(data, 0, 4).tokens]).toEqual([40, 41, 42, 43]);
});

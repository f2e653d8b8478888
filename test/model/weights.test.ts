/**
 * Tensor names and shapes of a model, and faults that name the tensor.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { SMALL, V1 } from "../../src/model/config.ts";
import { weightsFaultText, writeSafetensors } from "../../src/model/safetensors.ts";
import {
  buildWeights,
  initialWeights,
  readWeights,
  writeWeights,
} from "../../src/model/weights.ts";
import { seededTensors, seededWeights, TINY } from "./seeded-weights.ts";

type Tensors = Map<string, { shape: readonly number[]; values: Float32Array }>;

test("a full model has the published tensors and parameters", () => {
  const names: string[] = [];
  let parameters = 0;
  buildWeights(V1, (name, shape) => {
    names.push(name);
    parameters += shape.reduce((product, side) => product * side, 1);
    return new Float32Array(0);
  });
  expect(names.length).toBe(389);
  expect(parameters).toBe(1_209_684_232);
  expect(names).toContain("encoder.layers.23.pwff.linear_outer.bias");
});

test("weights survive their file", () => {
  const read = readWeights(TINY, writeWeights(TINY, seededTensors(42)));
  expect(read.ok && read.value).toEqual(seededWeights(TINY, 42));
});

test("tensors that the model does not know are ignored", () => {
  const tensors = tinyTensors();
  tensors.set("optimizer.step", { shape: [1], values: new Float32Array([NaN]) });
  expect(readWeights(TINY, writeSafetensors(tensors)).ok).toBe(true);
});

const CHANGES: Readonly<Record<string, [(tensors: Tensors) => void, string]>> = {
  "a missing weight": [
    (tensors) => tensors.delete("predictor.weight"),
    "tensor predictor.weight: it is not in the file",
  ],
  "a missing bias": [
    (tensors) => tensors.delete("encoder.layers.1.attention.key.bias"),
    "tensor encoder.layers.1.attention.key.bias: it is not in the file",
  ],
  "a transposed weight": [
    (tensors) => reshape(tensors, "encoder.layers.0.pwff.linear_inner.weight", [8, 4]),
    "its shape is [8,4]; the model needs [4,8]",
  ],
  "a rank too many": [
    (tensors) => reshape(tensors, "final_norm.gamma", [1, 4]),
    "its shape is [1,4]; the model needs [4]",
  ],
  "a NaN": [
    (tensors) => tensors.get("embedding.weight")!.values.fill(NaN, 5, 6),
    "tensor embedding.weight: element 5 is NaN",
  ],
  "an infinity": [
    (tensors) => tensors.get("final_norm.beta")!.values.fill(-Infinity, 0, 1),
    "tensor final_norm.beta: element 0 is -Infinity",
  ],
};

for (const [name, [change, text]] of Object.entries(CHANGES)) {
  test(`refused: ${name}`, () => {
    const tensors = tinyTensors();
    change(tensors);
    const read = readWeights(TINY, writeSafetensors(tensors));
    expect(read.ok ? "read" : weightsFaultText(read.error)).toContain(text);
  });
}

test("refused: no tensors, no bytes, garbage", () => {
  for (const file of [writeSafetensors(new Map()), new Uint8Array(0), new Uint8Array(8).fill(7)]) {
    expect(readWeights(TINY, file).ok).toBe(false);
  }
});

test("refused: integers where floats belong", () => {
  const file = writeWeights(TINY, seededTensors(1));
  const text = new TextDecoder("latin1").decode(file);
  const integers = Uint8Array.from(text.replace('"F32"', '"I32"'), (char) => char.charCodeAt(0));
  const read = readWeights(TINY, integers);
  expect(read.ok ? "read" : weightsFaultText(read.error)).toContain(
    "its dtype is I32, not a float",
  );
});

test("initial weights differ by seed and tensor, and are the same again", () => {
  const file = (seed: bigint): string => writeWeights(SMALL, initialWeights(seed)).toHex();
  expect(file(1n)).toBe(file(1n));
  expect(file(1n)).not.toBe(file(2n));
  const { layers } = buildWeights(SMALL, initialWeights(1n));
  const [first] = layers;
  expect(first!.attention.query.weight).not.toEqual(first!.attention.key.weight);
  expect(Math.max(...first!.outer.weight)).toBeLessThan(1 / Math.sqrt(32));
  expect(
    [...first!.norm1.gamma, ...first!.inner.bias].every((x, i) => x === (i < 16 ? 1 : 0)),
  ).toBe(true);
});

function tinyTensors(): Tensors {
  const tensors: Tensors = new Map();
  buildWeights(TINY, (name, shape) => {
    const values = seededTensors(42)(name, shape);
    tensors.set(name, { shape, values });
    return values;
  });
  return tensors;
}

function reshape(tensors: Tensors, name: string, shape: readonly number[]): void {
  tensors.set(name, { shape, values: tensors.get(name)!.values });
}

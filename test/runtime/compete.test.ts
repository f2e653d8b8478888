/**
 * A competition on resident models: verdict, progress, cancelling, and what is refused.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";

import { evaluate, judge } from "../../src/model/compete.ts";
import type { TensorSource } from "../../src/model/weights.ts";
import type { LoadedModel } from "../../src/runtime/backend.ts";
import { compete, type Progress } from "../../src/runtime/compete.ts";
import { openWasm } from "../../src/runtime/cpu/open.ts";
import { seededTensors, seededWeights, TINY } from "../model/seeded-weights.ts";

const cpu = await openWasm(1);
afterAll(() => cpu.close());

const DATA = Uint8Array.from({ length: 50 }, (_, i) => i * 5);
const TARGET = new Float32Array([1, 2, 3, 4]);

test("the verdict is that of the specification", async () => {
  const bases = [42, 7, 90];
  const models = await Promise.all(bases.map((base) => load(base)));
  const verdict = await compete({ models, data: DATA, seed: 5n, target: TARGET });
  const evaluations = bases.map((base) => evaluate(TINY, seededWeights(TINY, base), DATA, 5n));
  const expected = judge(evaluations, TARGET)!;
  expect(verdict.winner).toBe(expected.winner);
  for (const [i, loss] of expected.losses.entries()) expect(verdict.losses[i]).toBeCloseTo(loss, 4);
  for (const [i, x] of expected.embedding.entries()) expect(verdict.embedding[i]).toBeCloseTo(x, 5);
  expect(verdict.distance).toBeCloseTo(expected.distance!, 6);
});

test("progress counts every sequence of every model once", async () => {
  const seen: Progress[] = [];
  const models = [await load(1), await load(2)];
  const onProgress = (progress: Progress): void => void seen.push(progress);
  await compete({ models, data: DATA, seed: 0n, target: undefined }, { onProgress });
  // 7 sequences in batches of 2.
  expect(seen.map(({ done }) => done)).toEqual([2, 4, 6, 7, 9, 11, 13, 14]);
  expect(seen.map(({ model }) => model)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  expect(seen.every(({ total }) => total === 14)).toBe(true);
});

test("larger calls give the same verdict", async () => {
  const model = await load(3);
  const grouped: LoadedModel = {
    config: TINY,
    sequencesPerCall: 3,
    memoryBytes: model.memoryBytes,
    streams: model.streams,
    score: (sequences, directions) => model.score(sequences, directions),
    unload: () => model.unload(),
  };
  const competition = { data: DATA, seed: 0n, target: TARGET };
  const single = await compete({ ...competition, models: [model] });
  expect(await compete({ ...competition, models: [grouped] })).toEqual(single);
});

test("a caller can stop it between calls", async () => {
  const abort = new AbortController();
  const watch = { signal: abort.signal, onProgress: () => abort.abort(new Error("enough")) };
  const running = compete({ models: [await load(1)], data: DATA, seed: 0n, target: TARGET }, watch);
  await expect(running).rejects.toThrow("enough");
});

test("a model without a finite loss does not win", async () => {
  const broken: TensorSource = (name, shape) =>
    name === "predictor.bias" ? new Float32Array(264).fill(NaN) : seededTensors(1)(name, shape);
  const models = [await cpu.load(TINY, broken), await load(2)];
  const verdict = await compete({ models, data: DATA, seed: 0n, target: TARGET });
  expect(verdict.winner).toBe(1);
  expect(verdict.losses[0]).toBeNaN();
  const alone = compete({ models: models.slice(0, 1), data: DATA, seed: 0n, target: TARGET });
  await expect(alone).rejects.toThrow("no model has a finite loss");
});

test("an embedding or a target without direction is refused", async () => {
  const flat: TensorSource = (name, shape) =>
    name.startsWith("final_norm") ? new Float32Array(4) : seededTensors(1)(name, shape);
  const models = [await cpu.load(TINY, flat)];
  await expect(compete({ models, data: DATA, seed: 0n, target: TARGET })).rejects.toThrow(
    "direction",
  );
  const sound = [await load(1)];
  const zero = new Float32Array(4);
  await expect(compete({ models: sound, data: DATA, seed: 0n, target: zero })).rejects.toThrow(
    "direction",
  );
});

test("what cannot be scored is named", async () => {
  const models = [await load(1)];
  const competition = { models, data: DATA, seed: 0n, target: TARGET };
  await expect(compete({ ...competition, models: [] })).rejects.toThrow("no model");
  await expect(compete({ ...competition, data: new Uint8Array(0) })).rejects.toThrow("no data");
  await expect(compete({ ...competition, target: new Float32Array(16) })).rejects.toThrow(
    "16 dimensions",
  );
});

function load(base: number): Promise<LoadedModel> {
  return cpu.load(TINY, seededTensors(base));
}

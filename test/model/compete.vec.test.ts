/**
 * Whole evaluations against the published losses and embeddings, and the choice of a winner.
 *
 * @module
 */
import { expect, test } from "bun:test";

import {
  batchDirections,
  batchSequences,
  evaluate,
  judge,
  scoreSequence,
  selectWinner,
} from "../../src/model/compete.ts";
import { SMALL } from "../../src/model/config.ts";
import { vector, vectorNames, worstError } from "../vectors/scoring.ts";
import { seededWeights, TINY } from "./seeded-weights.ts";

type Inputs = { readonly data_len: number; readonly seed: number; readonly weights_seed_S: number };
type Expected = {
  readonly loss: number;
  readonly embedding: readonly number[];
  readonly "cosine_distance_to_0.1_vector": number;
  readonly per_batch: readonly Readonly<Record<"ce_div_total" | "sigreg", number>>[];
};

for (const name of vectorNames("runner_")) {
  const config = name.startsWith("runner_tiny") ? TINY : SMALL;
  const { inputs, expected } = vector<Inputs, Expected>(name);
  const weights = seededWeights(config, inputs.weights_seed_S);
  const data = Uint8Array.from({ length: inputs.data_len }, (_, i) => i % 256);

  test(`${name}: loss, embedding, distance`, () => {
    const evaluation = evaluate(config, weights, data, BigInt(inputs.seed));
    const verdict = judge([evaluation], new Float32Array(config.dim).fill(0.1))!;
    expect(worstError([verdict.losses[0]!], [expected.loss])).toBeLessThan(1e-5);
    expect(worstError(verdict.embedding, expected.embedding)).toBeLessThan(1e-5);
    const distance = expected["cosine_distance_to_0.1_vector"];
    expect(Math.abs(verdict.distance! - distance)).toBeLessThan(1e-5);
  });

  test(`${name}: cross entropy and SIGReg of every batch`, () => {
    for (const [batch, part] of expected.per_batch.entries()) {
      const directions = batchDirections(config, BigInt(inputs.seed), batch);
      const sums = batchSequences(config, data, batch).map((sequence) =>
        scoreSequence(config, weights, sequence, directions),
      );
      const positions = sums.length * config.positions;
      const crossEntropy = sums.reduce((sum, row) => sum + row.crossEntropy, 0) / positions;
      const sigreg = sums.reduce((sum, row) => sum + row.sigreg, 0) / positions;
      expect(worstError([crossEntropy, sigreg], [part.ce_div_total, part.sigreg])).toBeLessThan(
        1e-5,
      );
    }
  });
}

test("batches draw their noise from seed + index and weigh the same", () => {
  const weights = seededWeights(TINY, 42);
  const data = Uint8Array.from({ length: 20 }, (_, i) => i * 7);
  const both = evaluate(TINY, weights, data, 3n);
  const first = evaluate(TINY, weights, data.subarray(0, 16), 3n);
  const directions = batchDirections(TINY, 4n, 0);
  const [sequence] = batchSequences(TINY, data, 1);
  const second = scoreSequence(TINY, weights, sequence!, directions);
  const secondLoss = (second.crossEntropy + 0.02 * second.sigreg) / TINY.positions;
  expect(both.loss).toBeCloseTo((first.loss + secondLoss) / 2, 5);
});

test("the seed, the data and the weights each change the loss; the same again does not", () => {
  const data = new TextEncoder().encode("a whole sequence");
  const loss = (base: number, bytes: Uint8Array, seed: bigint): number =>
    evaluate(TINY, seededWeights(TINY, base), bytes, seed).loss;
  const original = loss(42, data, 0n);
  expect(loss(42, data, 0n)).toBe(original);
  expect(loss(42, data, 1n)).not.toBe(original);
  expect(loss(43, data, 0n)).not.toBe(original);
  expect(loss(42, data.subarray(1), 0n)).not.toBe(original);
});

test("the largest seed wraps", () => {
  const directions = batchDirections(TINY, 0xffff_ffff_ffff_ffffn, 1);
  expect([...directions]).toEqual([...batchDirections(TINY, 0n, 0)]);
});

test("evaluating no data is our bug", () => {
  expect(() => evaluate(TINY, seededWeights(TINY, 1), new Uint8Array(0), 0n)).toThrow("data");
});

test("the lowest loss wins, the first of equals, never one that is not finite", () => {
  const { inputs, expected } = vector<{ losses: number[] }, number>("select_best");
  expect(selectWinner(inputs.losses)).toBe(expected);
  expect(selectWinner([2])).toBe(0);
  expect(selectWinner([])).toBeUndefined();
  expect(selectWinner([3, 1, 1])).toBe(1);
  expect(selectWinner([NaN, 2, -Infinity])).toBe(1);
  expect(selectWinner([NaN])).toBeUndefined();
});

test("the verdict is about the winner", () => {
  const embeddings = [new Float32Array([1, 0]), new Float32Array([0, 1])];
  const evaluations = [0.9, 0.1].map((loss, i) => ({ loss, embedding: embeddings[i]! }));
  const verdict = judge(evaluations, new Float32Array([1, 0]))!;
  expect(verdict).toEqual({
    winner: 1,
    losses: [0.9, 0.1],
    embedding: embeddings[1]!,
    distance: 1,
  });
  expect(judge(evaluations, undefined)!.distance).toBeUndefined();
  expect(judge([], undefined)).toBeUndefined();
});

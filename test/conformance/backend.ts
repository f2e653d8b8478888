/**
 * What every backend must keep: on random models, random data and positions up to a mebibyte, it
 * agrees with the specification to 1e-5; it meets the published vectors; what it scored before
 * leaves no trace in what it scores next; and weights that do not fit are streamed to the same end.
 * The single kernels have a suite of their own.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { Prng } from "../../src/base/prng.ts";
import { normalArray } from "../../src/crypto/normal.ts";
import {
  batchDirections,
  type Evaluation,
  scoreSequence,
  type Sums,
  Tally,
} from "../../src/model/compete.ts";
import { type ModelConfig, SMALL } from "../../src/model/config.ts";
import { cosineDistance } from "../../src/model/embedding.ts";
import { PAD, type Sequence, sequenceAt } from "../../src/model/tokenize.ts";
import { buildWeights, initialWeights, type TensorSource } from "../../src/model/weights.ts";
import type { Backend } from "../../src/runtime/backend.ts";
import { compete } from "../../src/runtime/compete.ts";
import { residentBytes } from "../../src/runtime/plan.ts";
import { proveBackend } from "../../src/runtime/prove.ts";
import { seededTensors, TINY } from "../model/seeded-weights.ts";
import { vector, vectorNames, worstError } from "../vectors/scoring.ts";
import { randomSeed } from "./seed.ts";

const TOLERANCE = 1e-5;
const FEATURES_FEW = 8;

const SHAPES: Readonly<Record<string, ModelConfig>> = {
  "one head of two features": { ...SMALL, dim: 2, heads: 1, hidden: 3, layers: 1, positions: 5 },
  "heads of two": { ...SMALL, dim: 4, heads: 2, hidden: 8, layers: 2, positions: 8 },
  "heads of six": { ...SMALL, dim: 18, heads: 3, hidden: 7, layers: 3, positions: 33 },
  "one wide head": { ...SMALL, dim: 10, heads: 1, hidden: 40, layers: 1, positions: 17 },
  "more tokens than bytes need": { ...SMALL, vocabulary: 301, positions: 16 },
  "the small model": { ...SMALL, positions: 200 },
};

/** Wide enough that sums are long and rows fill tiles; heads as wide as those of the full model. */
const LARGER: ModelConfig = {
  ...SMALL,
  dim: 256,
  hidden: 512,
  layers: 2,
  heads: 1,
  positions: 128,
};

/** Declares the suite for the backend that `open` gives. `BACKEND_SEED` repeats a run. */
export function backendConformance(name: string, open: () => Promise<Backend>): void {
  const seed = randomSeed();
  let backend: Backend;

  describe(`backend ${name}, seed ${seed}`, () => {
    beforeAll(async () => {
      backend = await open();
    });
    afterAll(() => backend.close());

    test("it proves itself", () => proveBackend(backend));

    for (const [shape, config] of Object.entries(SHAPES)) {
      test(`${shape}: full, short and one-byte sequences`, async () => {
        const tensors = randomTensors(config, seed);
        for (const size of [config.positions, config.positions - 2, 1]) {
          const sequence = sequenceAt(new Prng(seed).bytes(size), 0, config.positions);
          await expectAgreement(backend, config, tensors, [sequence]);
        }
      });
    }

    test("offsets up to a mebibyte", async () => {
      const config = { ...SMALL, positions: 64 };
      const data = new Prng(seed).bytes(1024 * 1024);
      const sequences = [1, 1023, 16_383].map((index) => sequenceAt(data, index, 64));
      await expectAgreement(backend, config, randomTensors(config, seed), sequences);
    });

    test("a larger model far into a file: loss to 1e-5, cosine to 1e-4", async () => {
      const data = new Prng(seed).bytes(1024 * 1024);
      const tensors = remembered(initialWeights(BigInt(seed)));
      const directions = batchDirections(LARGER, 0n, 0);
      const last = data.length / LARGER.positions - 1;
      const sequences = [0, last >> 1, last].map((at) => sequenceAt(data, at, LARGER.positions));
      const model = await backend.load(LARGER, tensors);
      const weights = buildWeights(LARGER, tensors);
      for (const sequence of sequences) {
        const actual = evaluation(await model.score([sequence], directions));
        const expected = evaluation([scoreSequence(LARGER, weights, sequence, directions)]);
        expect(worstError([actual.loss], [expected.loss])).toBeLessThan(TOLERANCE);
        expect(cosineDistance(actual.embedding, expected.embedding)).toBeLessThan(1e-4);
      }
      await model.unload();
    });

    test("scores of one model depend neither on earlier calls nor on other models", async () => {
      const config = { ...SMALL, positions: 24 };
      const directions = batchDirections(config, 0n, 0);
      const [first, second] = [
        await backend.load(config, randomTensors(config, seed)),
        await backend.load(config, randomTensors(config, seed + 1)),
      ];
      const one = [sequenceAt(new Prng(seed).bytes(24), 0, 24)];
      const other = [sequenceAt(new Prng(seed + 1).bytes(9), 0, 24)];
      const before = await first.score(one, directions);
      await second.score(one, directions);
      await first.score(other, directions);
      expect(await first.score(one, directions)).toEqual(before);
      await first.unload();
      await second.unload();
    });

    test("a sequence scores the same whatever stands beside it", async () => {
      const config = { ...SMALL, positions: 30, batch: 5 };
      const model = await backend.load(config, randomTensors(config, seed));
      const directions = batchDirections(config, 0n, 0);
      const data = new Prng(seed).bytes(140);
      const sequences = [0, 1, 2, 3, 4].map((index) => sequenceAt(data, index, 30));
      const alone: Sums[] = [];
      for (const one of sequences) alone.push(...(await model.score([one], directions)));
      expect(total(await model.score(sequences, directions))).toEqual(total(alone));
      await model.unload();
    });

    test("in too little memory the weights are streamed to the same sums", async () => {
      const config = { ...SMALL, layers: 4, positions: 20 };
      const tensors = randomTensors(config, seed);
      const directions = batchDirections(config, 0n, 0);
      const sequences = [0, 1].map((index) => sequenceAt(new Prng(seed).bytes(40), index, 20));
      const whole = await backend.load(config, tensors);
      const tight = await backend.load(config, tensors, residentBytes(config) - 1);
      expect([whole.streams, tight.streams]).toEqual([false, true]);
      expect(tight.memoryBytes).toBeLessThan(whole.memoryBytes);
      const sums = total(await whole.score(sequences, directions));
      expect(total(await tight.score(sequences, directions))).toEqual(sums);
      await whole.unload();
      await tight.unload();
    });

    test("a tensor that cannot be read fails the load, and leaves nothing behind", async () => {
      const config = { ...SMALL, positions: 8 };
      const tensors = randomTensors(config, seed);
      const torn = new Error("the file is torn");
      const source: TensorSource = (tensor, shape) => {
        if (tensor === "encoder.layers.1.norm_2.beta") throw torn;
        return tensors(tensor, shape);
      };
      await expect(backend.load(config, source)).rejects.toBe(torn);
      await proveBackend(backend);
    });

    test("a load that is cancelled ends between layers, and leaves nothing behind", async () => {
      const config = { ...SMALL, layers: 6, positions: 8 };
      const tensors = randomTensors(config, seed);
      const controller = new AbortController();
      const asked: string[] = [];
      const source: TensorSource = (tensor, shape) => {
        asked.push(tensor);
        if (tensor === "encoder.layers.1.norm_2.beta") controller.abort("not wanted");
        return tensors(tensor, shape);
      };
      const loading = backend.load(config, source, undefined, controller.signal);
      await expect(loading).rejects.toBe("not wanted");
      expect(asked.filter((tensor) => tensor.startsWith("encoder.layers.2"))).toEqual([]);
      await proveBackend(backend);
    });

    test("weights that are not finite give sums that are not finite", async () => {
      const config = { ...SMALL, positions: 8 };
      const tensors = randomTensors(config, seed);
      tensors("encoder.layers.0.pwff.linear_inner.weight", [])[3] = NaN;
      const model = await backend.load(config, tensors);
      const sequence = sequenceAt(new Uint8Array(8), 0, 8);
      const sums = total(await model.score([sequence], batchDirections(config, 0n, 0)));
      expect([sums.crossEntropy, sums.sigreg].some(Number.isFinite)).toBe(false);
      await model.unload();
    });

    for (const record of vectorNames("runner_")) {
      test(`published: ${record}`, () => expectVector(backend, record));
    }
  });
}

type Inputs = { readonly data_len: number; readonly seed: number; readonly weights_seed_S: number };
type Expected = {
  readonly loss: number;
  readonly embedding: readonly number[];
  readonly "cosine_distance_to_0.1_vector": number;
};

async function expectVector(backend: Backend, name: string): Promise<void> {
  const config = name.startsWith("runner_tiny") ? TINY : SMALL;
  const { inputs, expected } = vector<Inputs, Expected>(name);
  const model = await backend.load(config, seededTensors(inputs.weights_seed_S));
  const data = Uint8Array.from({ length: inputs.data_len }, (_, i) => i % 256);
  const target = new Float32Array(config.dim).fill(0.1);
  const verdict = await compete({ models: [model], data, seed: BigInt(inputs.seed), target });
  expect(worstError([verdict.losses[0]!], [expected.loss])).toBeLessThan(TOLERANCE);
  expect(worstError(verdict.embedding, expected.embedding)).toBeLessThan(TOLERANCE);
  const distance = expected["cosine_distance_to_0.1_vector"];
  expect(Math.abs(verdict.distance! - distance)).toBeLessThan(TOLERANCE);
  await model.unload();
}

async function expectAgreement(
  backend: Backend,
  config: ModelConfig,
  tensors: TensorSource,
  sequences: readonly Sequence[],
): Promise<void> {
  const directions = batchDirections(config, 7n, 0);
  const model = await backend.load(config, tensors);
  const weights = buildWeights(config, tensors);
  const expected = sequences.map((one) => scoreSequence(config, weights, one, directions));
  // Normalising a handful of features magnifies what f32 rounds, and what it rounds in a sequence
  // of one byte is not averaged: all positions but the first are the same.
  const isFew = config.dim < FEATURES_FEW;
  const isOne = sequences.some(({ targets }) => targets[1] === PAD);
  const tolerance = TOLERANCE * (isFew ? 20 : isOne ? 5 : 1);
  expectSums(await model.score(sequences, directions), expected, tolerance);
  await model.unload();
}

function expectSums(
  actualParts: readonly Sums[],
  expectedParts: readonly Sums[],
  tolerance: number,
): void {
  const [actual, expected] = [total(actualParts), total(expectedParts)];
  expect(actual.positions).toBe(expected.positions);
  expect(
    worstError([actual.crossEntropy, actual.sigreg], [expected.crossEntropy, expected.sigreg]),
  ).toBeLessThan(tolerance);
  const scale = Math.max(...expected.representation.map(Math.abs));
  for (const [i, value] of expected.representation.entries()) {
    expect(Math.abs(actual.representation[i]! - value)).toBeLessThan(tolerance * scale);
  }
}

function total(parts: readonly Sums[]): Sums {
  const dim = parts[0]!.representation.length;
  return {
    positions: parts.reduce((sum, part) => sum + part.positions, 0),
    crossEntropy: parts.reduce((sum, part) => sum + part.crossEntropy, 0),
    sigreg: parts.reduce((sum, part) => sum + part.sigreg, 0),
    representation: new Float64Array(dim).map((_, i) =>
      parts.reduce((sum, part) => sum + part.representation[i]!, 0),
    ),
  };
}

/** What the sequences of one batch make of a model. */
function evaluation(parts: readonly Sums[]): Evaluation {
  const tally = new Tally(parts[0]!.representation.length);
  tally.add(parts);
  return tally.evaluation();
}

/** The same tensor for the same name, however often it is asked for. */
function remembered(source: TensorSource): TensorSource {
  const tensors = new Map<string, Float32Array>();
  return (name, shape) => {
    const values = tensors.get(name) ?? source(name, shape);
    tensors.set(name, values);
    return values;
  };
}

/** Every tensor from a stream of its own. */
export function randomTensors(config: ModelConfig, seed: number): TensorSource {
  const tensors = new Map<string, Float32Array>();
  buildWeights(config, (name, shape) => {
    const count = shape.reduce((product, side) => product * side, 1);
    tensors.set(name, normalArray((BigInt(seed) << 16n) + BigInt(tensors.size), count));
  });
  return (name) => tensors.get(name)!;
}

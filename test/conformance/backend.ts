/**
 * What every backend must do: agree with the specification in `src/model` on models of odd shapes,
 * on the small model and at large offsets, for weights and data that are drawn anew in every run.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { Prng } from "../../src/base/prng.ts";
import { normalArray } from "../../src/crypto/normal.ts";
import { batchDirections, scoreSequence, type Sums } from "../../src/model/compete.ts";
import { type ModelConfig, SMALL } from "../../src/model/config.ts";
import type { Weights } from "../../src/model/forward.ts";
import { type Sequence, sequenceAt } from "../../src/model/tokenize.ts";
import { buildWeights, type TensorSource } from "../../src/model/weights.ts";
import type { Backend } from "../../src/runtime/backend.ts";
import { worstError } from "../vectors/scoring.ts";

const TOLERANCE = 1e-5;

const SHAPES: Readonly<Record<string, ModelConfig>> = {
  "one head of two features": { ...SMALL, dim: 2, heads: 1, hidden: 3, layers: 1, positions: 5 },
  "heads of two": { ...SMALL, dim: 4, heads: 2, hidden: 8, layers: 2, positions: 8 },
  "heads of six": { ...SMALL, dim: 18, heads: 3, hidden: 7, layers: 3, positions: 33 },
  "one wide head": { ...SMALL, dim: 10, heads: 1, hidden: 40, layers: 1, positions: 17 },
  "more tokens than bytes need": { ...SMALL, vocabulary: 301, positions: 16 },
  "the small model": { ...SMALL, positions: 200 },
};

/** Declares the suite for one backend. `BACKEND_SEED` repeats a run. */
export function backendConformance(backend: Backend): void {
  const seed = Number(Bun.env["BACKEND_SEED"] ?? crypto.getRandomValues(new Uint32Array(1))[0]);

  describe(`backend ${backend.name}, seed ${seed}`, () => {
    for (const [name, config] of Object.entries(SHAPES)) {
      test(`${name}: full, short and one-byte sequences`, async () => {
        const weights = randomWeights(config, seed);
        for (const size of [config.positions, config.positions - 2, 1]) {
          const sequence = sequenceAt(new Prng(seed).bytes(size), 0, config.positions);
          await expectAgreement(backend, config, weights, [sequence]);
        }
      });
    }

    test("offsets up to a mebibyte", async () => {
      const config = { ...SMALL, positions: 64 };
      const data = new Prng(seed).bytes(1024 * 1024);
      const sequences = [1, 1023, 16_383].map((index) => sequenceAt(data, index, 64));
      await expectAgreement(backend, config, randomWeights(config, seed), sequences);
    });

    test("scores of one model depend neither on earlier calls nor on other models", async () => {
      const config = { ...SMALL, positions: 24 };
      const directions = batchDirections(config, 0n, 0);
      const [first, second] = [
        await backend.load(config, randomWeights(config, seed)),
        await backend.load(config, randomWeights(config, seed + 1)),
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

    test("weights that are not finite give sums that are not finite", async () => {
      const config = { ...SMALL, positions: 8 };
      const weights = randomWeights(config, seed);
      weights.layers[0]!.inner.weight[3] = NaN;
      const model = await backend.load(config, weights);
      const sequence = sequenceAt(new Uint8Array(8), 0, 8);
      const sums = total(await model.score([sequence], batchDirections(config, 0n, 0)));
      expect([sums.crossEntropy, sums.sigreg].some(Number.isFinite)).toBe(false);
      await model.unload();
    });
  });
}

async function expectAgreement(
  backend: Backend,
  config: ModelConfig,
  weights: Weights,
  sequences: readonly Sequence[],
): Promise<void> {
  const directions = batchDirections(config, 7n, 0);
  const model = await backend.load(config, weights);
  const actual = total(await model.score(sequences, directions));
  const expected = total(
    sequences.map((sequence) => scoreSequence(config, weights, sequence, directions)),
  );
  expect(actual.positions).toBe(expected.positions);
  expect(
    worstError([actual.crossEntropy, actual.sigreg], [expected.crossEntropy, expected.sigreg]),
  ).toBeLessThan(TOLERANCE);
  const scale = Math.max(...expected.representation.map(Math.abs));
  for (const [i, value] of expected.representation.entries()) {
    expect(Math.abs(actual.representation[i]! - value)).toBeLessThan(TOLERANCE * scale);
  }
  await model.unload();
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

/** Every tensor from a stream of its own. */
function randomWeights(config: ModelConfig, seed: number): Weights {
  let stream = BigInt(seed) << 16n;
  const source: TensorSource = (_name, shape) =>
    normalArray(
      stream++,
      shape.reduce((product, side) => product * side, 1),
    );
  return buildWeights(config, source);
}

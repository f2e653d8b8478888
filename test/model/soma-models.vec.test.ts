/**
 * The published `soma-models`: weights that it saved load here and score to the same loss, and
 * weights that we saved do there.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { batchDirections, scoreSequence } from "../../src/model/compete.ts";
import { SIGREG_COEFFICIENT } from "../../src/model/sigreg.ts";
import { sequenceAt } from "../../src/model/tokenize.ts";
import { initialWeights, readWeights, writeWeights } from "../../src/model/weights.ts";
import vector from "../vectors/soma_models.json";

/** What 32-bit floats of two libraries differ by, relative to the value. */
const TOLERANCE = 1e-5;

type Answer = (typeof vector.theirs.answers)[number];

const { config } = vector;
const seed = BigInt(vector.seed);
const directions = batchDirections(config, seed, 0);
const files: readonly (readonly [string, Uint8Array, readonly Answer[]])[] = [
  ["theirs", Uint8Array.fromBase64(vector.theirs.weights), vector.theirs.answers],
  ["ours", writeWeights(config, initialWeights(seed)), vector.ours.answers],
];

function close(actual: number, expected: number): void {
  const scale = Math.max(1, Math.abs(expected));
  expect(Math.abs(actual - expected) / scale).toBeLessThan(TOLERANCE);
}

describe.each(files)("weights of %s", (_, file, answers) => {
  const weights = readWeights(config, file);
  if (!weights.ok) throw new Error(`${weights.error.tensor}: ${weights.error.reason}`);

  test.each(answers.map((answer, index) => [index, answer] as const))(
    "data %i",
    (index, answer) => {
      const data = Uint8Array.fromBase64(vector.data[index]!);
      const sequence = sequenceAt(data, 0, config.positions);
      const sums = scoreSequence(config, weights.value, sequence, directions);
      close(sums.crossEntropy, answer.cross_entropy);
      close((SIGREG_COEFFICIENT * sums.sigreg) / sums.positions, answer.sigreg);
      const embedding = Array.from(sums.representation, (sum) => sum / sums.positions);
      expect(embedding).toHaveLength(answer.embedding.length);
      for (const [place, value] of embedding.entries()) close(value, answer.embedding[place]!);
    },
  );
});

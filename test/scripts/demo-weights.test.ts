/**
 * The gradients that train the demo models, against finite differences of the loss.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { Learner } from "../../scripts/demo-weights/learner.ts";
import { normalArray } from "../../src/crypto/normal.ts";
import { sequenceAt } from "../../src/model/tokenize.ts";
import { initialWeights } from "../../src/model/weights.ts";
import { TINY } from "../model/seeded-weights.ts";

const CONFIG = { ...TINY, heads: 1, positions: 12 };
const SEQUENCE = sequenceAt(new TextEncoder().encode("a gradient"), 0, CONFIG.positions);
const STEP = 1e-3;

const names = [...newLearner().tensors.keys()];

for (const [index, name] of names.entries()) {
  test(`${name}: the gradient predicts how the loss changes`, () => {
    const learner = newLearner();
    learner.learn(SEQUENCE, 1);
    const gradient = learner.gradients.get(name)!;
    const direction = normalArray(BigInt(index), gradient.length);
    const predicted = gradient.reduce((sum, slope, i) => sum + slope * direction[i]!, 0);
    const measured =
      (lossAlong(name, direction, STEP) - lossAlong(name, direction, -STEP)) / (2 * STEP);
    expect(Math.abs(predicted - measured)).toBeLessThan(1e-3 * Math.abs(measured) + 1e-3);
  });
}

function newLearner(): Learner {
  const start = initialWeights(7n);
  return new Learner(CONFIG, (name, shape) => {
    const values = start(name, shape);
    const noise = normalArray(BigInt(name.length), values.length, 0, 0.3);
    return values.map((value, i) => value + noise[i]!);
  });
}

function lossAlong(name: string, direction: Float32Array, step: number): number {
  const learner = newLearner();
  const tensor = learner.tensors.get(name)!;
  for (const [i, value] of direction.entries()) tensor[i]! += step * value;
  return learner.learn(SEQUENCE, 1);
}

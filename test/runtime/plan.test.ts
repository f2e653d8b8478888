/**
 * How models are laid out in memory: whole if they fit, streamed if not, refused if nothing helps.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { SMALL, V1 } from "../../src/model/config.ts";
import { buildWeights } from "../../src/model/weights.ts";
import { planMemory, weightBytes } from "../../src/runtime/plan.ts";

const GIB = 2 ** 30;

test("the bytes of all weights are those of the tensors, and of one batch's directions", () => {
  for (const config of [SMALL, V1]) {
    let numbers = config.dim * 256;
    buildWeights(config, (_name, shape) => {
      numbers += shape.reduce((product, side) => product * side, 1);
    });
    expect(weightBytes(config).all).toBe(4 * numbers);
  }
});

test("the full model stays where there is room for it, with a whole batch beside it", () => {
  const plan = planMemory(V1, { memoryBytes: 80 * GIB, blockBytesMax: 80 * GIB });
  expect(plan).toMatchObject({ streams: false, sequences: 16 });
});

test("a pass takes no more than keeps the hardware busy, unless weights stream", () => {
  const limits = { memoryBytes: 80 * GIB, blockBytesMax: 80 * GIB, rowsEnough: 2048 };
  expect(planMemory(V1, limits)).toMatchObject({ streams: false, sequences: 2 });
  expect(planMemory(V1, { ...limits, memoryBytes: 3 * GIB }).sequences).toBe(16);
});

test("it streams through little memory", () => {
  const plan = planMemory(V1, { memoryBytes: 3 * GIB, blockBytesMax: 3 * GIB });
  expect(plan).toMatchObject({ streams: true, sequences: 16 });
  expect(plan.bytes).toBeLessThan(3 * GIB);
  expect(planMemory(V1, { memoryBytes: GIB / 2, blockBytesMax: GIB }).sequences).toBeLessThan(5);
});

test("blocks stay below the largest that is allowed", () => {
  const plan = planMemory(V1, { memoryBytes: 80 * GIB, blockBytesMax: 128 * 1024 * 1024 });
  expect(plan).toMatchObject({ streams: false, sequences: 4 });
});

test("a model that fits in no way is refused with what it needs", () => {
  expect(() => planMemory(V1, { memoryBytes: GIB / 8, blockBytesMax: GIB })).toThrow("MiB");
});

/**
 * What a forward pass costs, and what a speed is good for.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { SMALL, V1 } from "../../src/model/config.ts";
import { flopsOf, speedClass } from "../../src/runtime/speed.ts";

test("a sequence of the full model takes 2.5 TFLOP, of the small one next to nothing", () => {
  expect(flopsOf(V1) / 1e12).toBeCloseTo(2.58, 1);
  expect(flopsOf(V1) / flopsOf(SMALL)).toBeGreaterThan(20_000);
});

test("classes begin where they say", () => {
  expect(speedClass(79e9)).toBe("small models");
  expect(speedClass(80e9)).toBe("full models, slowly");
  expect(speedClass(2e12)).toBe("full models");
});

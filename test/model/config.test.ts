/**
 * Which configurations can be a model.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { checkConfig, headDimOf, SMALL, V1 } from "../../src/model/config.ts";

test("configurations that cannot be a model say why", () => {
  expect(checkConfig(V1)).toBeUndefined();
  expect(checkConfig(SMALL)).toBeUndefined();
  expect(checkConfig({ ...SMALL, layers: 0 })).toContain("layers");
  expect(checkConfig({ ...SMALL, hidden: 1.5 })).toContain("hidden");
  expect(checkConfig({ ...SMALL, heads: 3 })).toContain("multiple of heads");
  expect(checkConfig({ ...SMALL, heads: 16 })).toContain("even");
  expect(checkConfig({ ...SMALL, vocabulary: 263 })).toContain("vocabulary");
});

test("features of a head", () => {
  expect([headDimOf(V1), headDimOf(SMALL)]).toEqual([256, 4]);
});

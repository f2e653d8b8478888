/**
 * What the faults of a run may do together: never more than the smallest committee bears, and over
 * the seeds all that it does bear.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { Prng } from "../../src/base/prng.ts";
import { type Burden, drawBurden, traitorsMax } from "../../src/simulator/burden.ts";
import type { FaultName } from "../../src/simulator/faults/names.ts";

const SEEDS = Array.from({ length: 200 }, (_, seed) => seed);

function draw(
  validators: number,
  traitors: number,
  faults: readonly FaultName[],
): Burden<number>[] {
  const all = Array.from({ length: validators }, (_, index) => index);
  return SEEDS.map((seed) => drawBurden(all, all.slice(0, traitors), faults, new Prng(seed)));
}

function sizes(burdens: readonly Burden<number>[]): Set<string> {
  return new Set(burdens.map(({ weak, leavers }) => `${weak.length} ${leavers.length}`));
}

describe("the burden of a committee", () => {
  const names = ["wipe", "rekey", "retire"] as const;

  test.each([1, 2, 3, 4, 5, 7, 10, 13])("of %d is less than a third, also later", (validators) => {
    for (let traitors = 0; traitors <= traitorsMax(validators); traitors++) {
      for (const { weak, leavers } of draw(validators, traitors, names)) {
        const left = validators - leavers.length;
        expect(traitors + weak.length).toBeLessThanOrEqual(traitorsMax(left));
        const named = [...weak, ...leavers];
        expect(new Set(named).size).toBe(named.length);
        expect(named.every((index) => index >= traitors)).toBe(true);
      }
    }
  });

  test("of four is one without memory, or committees that become smaller", () => {
    expect(sizes(draw(4, 0, names))).toEqual(new Set(["1 0", "0 1", "0 2"]));
  });

  test("of seven is both at once", () => {
    expect(sizes(draw(7, 0, names))).toEqual(new Set(["1 0", "2 0", "1 1", "1 2"]));
    expect(sizes(draw(7, 1, names))).toEqual(new Set(["1 0", "0 1", "0 2"]));
  });

  test("is nobody for whom no fault was chosen", () => {
    expect(sizes(draw(7, 0, ["crash", "retire"]))).toEqual(new Set(["0 2"]));
    expect(sizes(draw(7, 0, ["wipe"]))).toEqual(new Set(["1 0", "2 0"]));
    expect(sizes(draw(7, 0, ["partition", "lie"]))).toEqual(new Set(["0 0"]));
  });

  test("is nothing beside as many traitors as there may be", () => {
    expect(sizes(draw(4, 1, names))).toEqual(new Set(["0 0"]));
  });
});

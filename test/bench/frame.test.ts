/**
 * The arithmetic of benches: which samples count, and which side of a rate is the slow one.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { micros, rate, rowsOf, runBench } from "./frame.ts";

/** A bench of `count` samples that gives 1, 2, 3, … after the warm-up. */
function counting(unit: string, count: number) {
  let next = 0;
  const sample = (): number => next++;
  return { name: "counting", unit, samples: count, setup: () => ({ sample }) };
}

test("the median and the slow end of times", async () => {
  const result = await runBench("area", counting("ms", 200));
  expect(result).toMatchObject({ median: 100, p99: 198, n: 200 });
});

test("the slow end of a rate is its low end", async () => {
  const result = await runBench("area", counting("calls/s", 200));
  expect(result).toMatchObject({ median: 100, p99: 2, n: 200 });
});

test("at least thirty samples, unless a bench asks for fewer", async () => {
  const bench = { ...counting("ms", 1), name: "slow" };
  expect((await runBench("area", bench)).n).toBe(1);
  expect(
    (
      await runBench(
        "area",
        micros("nothing", 1, () => 0),
      )
    ).n,
  ).toBeGreaterThanOrEqual(30);
});

test("a closed bench is closed, and rows carry area, name, value, unit and n", async () => {
  let closed = 0;
  const setup = () => ({ sample: () => 5, close: () => void closed++ });
  const result = await runBench("area", { name: "five", unit: "ms", samples: 3, setup });
  expect(closed).toBe(1);
  expect(rowsOf(result)).toEqual([
    { area: "area", name: "five", value: 5, unit: "ms", n: 3 },
    { area: "area", name: "five, p99", value: 5, unit: "ms", n: 3 },
  ]);
});

test("a rate counts what every call does", async () => {
  const busy = (): void => Bun.sleepSync(2);
  const { setup } = rate("sleep", { amount: 1, unit: "calls/s" }, 2, busy);
  const { sample } = await setup();
  expect(await sample()).toBeLessThanOrEqual(500);
});

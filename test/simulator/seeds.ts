/**
 * The seeds of continuous integration, in shards that run at the same time. Each is a network of
 * four validators and a fullnode for a virtual minute, with the faults that the seed draws; every
 * tenth runs twice, and its trace must be the same. SEEDS=A..B adds others to the first shard.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { runScenario, type ScenarioResult } from "../../src/simulator/scenario.ts";

/** Seeds of one shard. */
const SHARD_SEEDS = 31;

/** Declares the tests of shard `shard`, counted from 0. */
export function testShard(shard: number): void {
  const first = shard * SHARD_SEEDS + 1;
  for (let seed = first; seed < first + SHARD_SEEDS; seed++) testSeed(seed);
  const asked = /^(\d+)\.\.(\d+)$/.exec(process.env["SEEDS"] ?? "");
  if (shard > 0 || asked === null) return;
  for (let seed = Number(asked[1]); seed <= Number(asked[2]); seed++) testSeed(seed);
}

function testSeed(seed: number): void {
  test(`soma sim --seed ${seed} --minutes 1`, () => {
    const result = run(seed);
    expect(result.invariant).toBeUndefined();
    if (seed % 10 === 0) expect(run(seed)).toEqual(result);
  });
}

function run(seed: number): ScenarioResult {
  return runScenario({ seed, validators: 4, minutes: 1, faults: "all" });
}

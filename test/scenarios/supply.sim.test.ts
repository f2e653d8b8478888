/**
 * All money is there, to the shannon: the checker of the world adds up every live object after each
 * checkpoint, and here the ends of epochs are looked at once more.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { sumValue } from "../../src/ledger/conservation.ts";
import { TOTAL_SUPPLY } from "../../src/types/coin.ts";
import { ECONOMY_ID } from "../../src/types/entry.ts";
import { SOMA } from "../ledger/fixtures.ts";
import { stake } from "./deeds.ts";
import { Scene, statusOf } from "./scene.ts";

// Whatever an epoch collected is in the state again when the next begins.
function checkSupply(scene: Scene): void {
  for (const { disk } of scene.running) expect(sumValue(disk.liveObjects())).toBe(TOTAL_SUPPLY);
}

function staked(scene: Scene): bigint {
  return scene.system.validators.total_stake;
}

test("across_epoch_with_staking", () => {
  const scene = new Scene();
  const before = staked(scene);
  for (const name of ["alice", "bob", "carol"]) {
    expect(statusOf(stake(scene, name, "v0", 100n * SOMA))).toBe("Success");
  }
  scene.endEpoch();
  expect(scene.epoch).toBe(1n);
  expect(staked(scene)).toBeGreaterThanOrEqual(before + 300n * SOMA);
  checkSupply(scene);
});

test("multi_epoch", () => {
  const scene = new Scene();
  for (let epoch = 1n; epoch <= 3n; epoch++) {
    stake(scene, "alice", "v1", SOMA);
    scene.endEpoch();
    expect(scene.epoch).toBe(epoch);
    checkSupply(scene);
  }
});

test("emission_pool_accounting", () => {
  const scene = new Scene({ epochDurationMs: 20_000n });
  const before = scene.content("Economy", ECONOMY_ID);
  const stakes = staked(scene);
  scene.until("the epoch is over", () => scene.epoch === 1n);
  const after = scene.content("Economy", ECONOMY_ID);
  // One emission went out for the new epoch; what the old one did not spend came back.
  const emission = before.validator_budget + before.target_budget_start;
  expect(after.emission_fund).toBeGreaterThan(before.emission_fund - emission);
  expect(after.emission_fund).toBeLessThan(before.emission_fund);
  expect(staked(scene)).toBeGreaterThan(stakes);
  checkSupply(scene);
});

/**
 * Paying out targets when nobody claims: the claimer's part stays in the fund.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { expireTarget, payFund, settleTarget } from "../../../src/ledger/economy/settlement.ts";
import { openTargets } from "../../../src/ledger/readers.ts";
import { View } from "../../../src/ledger/view.ts";
import { ECONOMY_ID } from "../../../src/types/entry.ts";
import { account, digestFrom } from "../fixtures.ts";
import { submissionTo } from "../lifecycle.ts";
import { World } from "../world.ts";

const alice = account("alice");

function fund(view: View): bigint {
  return view.get("Economy", ECONOMY_ID).emission_fund;
}

test("a settled target pays submitter and model, and the fund what a claimer would get", () => {
  const world = new World();
  const { id } = openTargets(world)[0]!;
  world.run(alice, submissionTo(world, id, world.coin(alice, 1)));
  const { reward_pool } = world.content("Target", id);
  const view = new View(world, digestFrom("edge"));
  const before = fund(view);
  settleTarget(view, id, undefined);
  expect(fund(view) - before).toBe((reward_pool * 50n) / 10_000n);
  expect(view.find(id)).toBeUndefined();
});

test("an expired target goes back whole when nobody claims it", () => {
  const world = new World();
  const { id, target } = openTargets(world)[0]!;
  const view = new View(world, digestFrom("edge"));
  const before = fund(view);
  expect(expireTarget(view, id, undefined)).toBe(0n);
  expect(fund(view) - before).toBe(target.reward_pool);
  payFund(view, 0n);
  expect(fund(view) - before).toBe(target.reward_pool);
});

/**
 * Random sequences of all kinds by several accounts over several epochs, with hostile amounts,
 * coins that pay and are spent at once, inputs named twice, stale and foreign. The world checks
 * after each transaction that supply is exactly the total and that versions rise.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import fc from "fast-check";

import { heldBalance } from "../../src/ledger/economy/pool.ts";
import { composeSystemState } from "../../src/ledger/system-view.ts";
import type { Action } from "./action-kinds.ts";
import { actions, perform } from "./actions.ts";
import { statusOf, World } from "./world.ts";

const RUNS = 40;
const ACTIONS_MAX = 200;

/** Kinds that succeed so often that a run without them would say that the generator is broken. */
const COMMON = [
  "AddStake",
  "AddStakeToModel",
  "ChangeEpoch",
  "ClaimRewards",
  "CreateModel",
  "PayCoins",
  "SubmitData",
  "TransferCoin",
  "TransferObjects",
  "WithdrawStake",
];

function play(list: readonly Action[], reload: boolean, succeeded: Set<string>): World {
  const world = new World({}, reload);
  for (const action of list) {
    const execution = perform(world, action);
    if (execution !== undefined && statusOf(execution) === "Success") succeeded.add(action.kind);
  }
  return world;
}

describe("any sequence of transactions", () => {
  test("W25 conserves money, throws nothing, and replays from bytes to the same effects", () => {
    const succeeded = new Set<string>();
    fc.assert(
      fc.property(actions(ACTIONS_MAX), (list) => {
        const plain = play(list, false, succeeded);
        for (const { content } of plain.list("Pool")) {
          expect(heldBalance(content)).toBeGreaterThanOrEqual(0n);
        }
        const { validators } = composeSystemState(plain).validators;
        const power = validators.reduce((sum, { voting_power }) => sum + voting_power, 0n);
        expect(power).toBe(10_000n);
        expect(play(list, true, succeeded).trail).toEqual(plain.trail);
      }),
      { numRuns: RUNS },
    );
    expect(COMMON.filter((kind) => !succeeded.has(kind))).toEqual([]);
  }, 30_000);
});

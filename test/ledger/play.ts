/**
 * The property of the ledger: random sequences of all kinds by several accounts over several
 * epochs, with hostile amounts, malformed tensors, coins that pay and are spent at once, inputs
 * named twice, stale and foreign, and validators that come and go. The world checks after each
 * transaction that supply is exactly the total and that versions rise.
 *
 * @module
 */
import { expect } from "bun:test";

import fc from "fast-check";

import { heldBalance } from "../../src/ledger/economy/pool.ts";
import { EPOCH_STATE_ID, VALIDATOR_INDEX_ID } from "../../src/types/entry.ts";
import type { Action } from "./action-kinds.ts";
import { actions, perform } from "./actions.ts";
import { statusOf, World } from "./world.ts";

/** How much to try. */
export type Effort = { readonly runs: number; readonly actionsMax: number; readonly seed?: number };

/** Tries random sequences; returns the kinds that succeeded in one of them. */
export function tryAll({ runs, actionsMax, seed }: Effort): ReadonlySet<string> {
  const succeeded = new Set<string>();
  fc.assert(
    fc.property(actions(actionsMax), (list) => {
      const plain = play(list, false, succeeded);
      checkState(plain);
      // Every object passes through its bytes here, as in a store.
      expect(play(list, true, succeeded).trail).toEqual(plain.trail);
    }),
    { numRuns: runs, ...(seed === undefined ? {} : { seed }) },
  );
  return succeeded;
}

function play(list: readonly Action[], reload: boolean, succeeded: Set<string>): World {
  const world = new World({}, reload);
  for (const action of list) {
    const execution = perform(world, action);
    if (execution !== undefined && statusOf(execution) === "Success") succeeded.add(action.kind);
    if (action.kind === "ChangeEpoch") checkState(world);
  }
  return world;
}

function checkState(world: World): void {
  // Safe mode would hide that the rules have met amounts they have no answer to.
  expect(world.content("EpochState", EPOCH_STATE_ID).safe_mode).toBe(false);
  for (const { content } of world.list("Pool")) {
    expect(heldBalance(content)).toBeGreaterThanOrEqual(0n);
    expect(content.pool_token_balance).toBeGreaterThanOrEqual(content.pending_pool_token_withdraw);
    expect(content.rewards_pool).toBeLessThanOrEqual(content.soma_balance);
  }
  const { active } = world.content("ValidatorIndex", VALIDATOR_INDEX_ID);
  expect(active.reduce((sum, { voting_power }) => sum + voting_power, 0)).toBe(10_000);
}

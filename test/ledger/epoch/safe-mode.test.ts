/**
 * Safe mode: an epoch change that meets amounts it has no answer to puts money aside, turns nothing
 * over, and is made up for by the next one that succeeds.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../../src/base/assert.ts";
import { isProtocolFault } from "../../../src/ledger/epoch/safe-mode.ts";
import { openTargets } from "../../../src/ledger/readers.ts";
import { composeSystemState } from "../../../src/ledger/system-view.ts";
import type { ObjectId } from "../../../src/types/address.ts";
import {
  type ContentOf,
  ECONOMY_ID,
  EPOCH_STATE_ID,
  PARAMETERS_ID,
  poolEntryId,
  type StateContent,
  VALIDATOR_INDEX_ID,
} from "../../../src/types/entry.ts";
import { account, DAY_MS, SOMA } from "../fixtures.ts";
import { statusOf, World } from "../world.ts";

function alter(world: World, id: ObjectId, content: StateContent): void {
  world.objects.set(id, { ...world.find(id)!, content });
}

/** Makes one pool owe more than it has; returns what mends it. */
function breakPool(world: World): () => void {
  const { active } = world.content("ValidatorIndex", VALIDATOR_INDEX_ID);
  const id = poolEntryId(active[0]!.pool_id);
  const sound = world.content("Pool", id);
  const { soma_balance } = sound;
  alter(world, id, {
    ...sound,
    pending_total_soma_withdraw: 2n * soma_balance,
    pending_stake: 2n * soma_balance,
  });
  return () => alter(world, id, sound);
}

function state(world: World): ContentOf<"EpochState"> {
  return world.content("EpochState", EPOCH_STATE_ID);
}

describe("W23 safe mode", () => {
  test("the epoch begins with what was; its money waits; users go on", () => {
    const world = new World();
    world.endEpoch();
    const mend = breakPool(world);
    const alice = account("alice");
    const kind = { kind: "TransferCoin", amount: SOMA, recipient: account("bob") } as const;
    world.run(alice, { ...kind, coin: world.coin(alice) });
    const { fees } = world;
    const before = world.content("Economy", ECONOMY_ID);
    const index = world.content("ValidatorIndex", VALIDATOR_INDEX_ID);
    world.endEpoch();
    expect(state(world)).toMatchObject({
      epoch: 2n,
      safe_mode: true,
      start_timestamp_ms: world.nowMs,
    });
    expect(state(world).safe_mode_accumulated_fees).toBe(fees);
    expect(state(world).safe_mode_accumulated_emissions).toBe(1_370n * SOMA);
    expect(world.content("Economy", ECONOMY_ID)).toEqual({
      ...before,
      emission_fund: before.emission_fund - 1_370n * SOMA,
    });
    expect(world.content("ValidatorIndex", VALIDATOR_INDEX_ID)).toEqual(index);
    expect(openTargets(world)).toEqual([]);
    expect(composeSystemState(world).safe_mode).toBe(true);
    expect(statusOf(world.run(alice, { ...kind, coin: world.coin(alice) }))).toBe("Success");
    mend();
    world.endEpoch();
    expect(state(world)).toMatchObject({
      epoch: 3n,
      safe_mode: false,
      safe_mode_accumulated_fees: 0n,
      safe_mode_accumulated_emissions: 0n,
    });
    expect(openTargets(world)).toHaveLength(4);
  });

  test("what two such epochs put aside is spent at once by the next", () => {
    const world = new World();
    const mend = breakPool(world);
    world.endEpoch();
    world.endEpoch();
    const held = state(world).safe_mode_accumulated_emissions;
    expect(held).toBe(2n * 1_370n * SOMA);
    mend();
    world.endEpoch();
    const { validator_budget, target_budget_start } = world.content("Economy", ECONOMY_ID);
    expect(validator_budget + target_budget_start).toBe(held + 1_370n * SOMA);
  });

  test("what expired while nothing was swept is swept by the next", () => {
    const world = new World();
    const expired = openTargets(world).map(({ id }) => id);
    world.endEpoch();
    const mend = breakPool(world);
    world.endEpoch();
    world.endEpoch();
    expect(expired.every((id) => world.find(id) !== undefined)).toBe(true);
    mend();
    world.endEpoch();
    expect(expired.filter((id) => world.find(id) !== undefined)).toEqual([]);
  });

  test("stakes that waited through it earn from the next change on", () => {
    const world = new World();
    const alice = account("alice");
    const mend = breakPool(world);
    const coin_ref = world.coin(alice, 1);
    const stake = { kind: "AddStake", address: account("v3"), coin_ref, amount: SOMA } as const;
    expect(statusOf(world.run(alice, stake))).toBe("Success");
    world.endEpoch();
    mend();
    world.endEpoch();
    world.endEpoch(DAY_MS);
    const receipt = world.list("StakedSoma", alice)[0]!.id;
    const before = world.balance(alice);
    const withdrawal = { kind: "WithdrawStake", staked_soma: world.ref(receipt) } as const;
    expect(statusOf(world.run(alice, withdrawal))).toBe("Success");
    expect(world.balance(alice)).toBeGreaterThan(before + SOMA);
  });

  test("a bug is not answered with safe mode: the node stops", () => {
    const world = new World();
    expect(isProtocolFault(new AssertionError("bug"))).toBe(false);
    expect(isProtocolFault(new TypeError("bug"))).toBe(false);
    // An entry of another kind in the place of the economy.
    alter(world, ECONOMY_ID, world.content("Parameters", PARAMETERS_ID));
    expect(() => world.endEpoch()).toThrow(AssertionError);
  });
});

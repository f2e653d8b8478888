/**
 * The validator set at the epoch change.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { addStake, emptyPool } from "../../../src/ledger/economy/pool.ts";
import type { Edge } from "../../../src/ledger/epoch/edge.ts";
import { turnValidators } from "../../../src/ledger/epoch/validators.ts";
import { NOTHING_STAGED } from "../../../src/ledger/validator-metadata.ts";
import { View } from "../../../src/ledger/view.ts";
import { deriveObjectId } from "../../../src/types/address.ts";
import {
  PARAMETERS_ID,
  poolEntryId,
  VALIDATOR_INDEX_ID,
  validatorEntryId,
} from "../../../src/types/entry.ts";
import type { OtherValidator } from "../../../src/types/stake-entry.ts";
import { account, DAY_MS, digestFrom, genesisValidator, SOMA } from "../fixtures.ts";
import { committee, joining, stakeOn } from "../validators.ts";
import { World } from "../world.ts";

const alice = account("alice");
const bob = account("bob");

describe("stake below the limits", () => {
  test("low stake is borne for seven epochs, very low not at all", () => {
    for (const [kept, epochs] of [
      [60n, 8],
      [10n, 1],
    ] as const) {
      const world = new World();
      world.run(alice, joining());
      const stake = stakeOn(world, alice, 400n * SOMA);
      stakeOn(world, alice, kept * SOMA);
      world.endEpoch();
      expect(committee(world)).toContain(alice);
      world.run(bob, { kind: "WithdrawStake", staked_soma: world.ref(stake) });
      let count = 0;
      // Short epochs, so that pay does not lift the stake over the limit.
      for (; committee(world).includes(alice) && count < 20; count++) world.endEpoch(1n);
      expect(count).toBe(epochs);
    }
  });
});

describe("the queue of candidates", () => {
  test("in a crowded one, those that nobody staked on give their places back", () => {
    for (const [size, left] of [
      [512, 512],
      [513, 1],
    ] as const) {
      const world = new World();
      const view = new View(world, digestFrom("edge"));
      const queue = Array.from({ length: size }, (_, place) => candidate(view, place));
      const [backed] = queue;
      const entry = poolEntryId(backed!.pool_id);
      view.write(entry, { kind: "Pool", ...addStake(view.get("Pool", entry), 1n) });
      view.update("ValidatorIndex", VALIDATOR_INDEX_ID, { candidates: queue });
      turnValidators(view, edgeOf(world));
      const { candidates, inactive } = view.get("ValidatorIndex", VALIDATOR_INDEX_ID);
      expect(candidates).toHaveLength(left);
      expect(candidates[0]).toEqual(backed);
      expect(inactive).toEqual([]);
    }
  });
});

/** A candidate with an empty pool. */
function candidate(view: View, place: number): OtherValidator {
  const name = `candidate-${place}`;
  const address = account(name);
  const pool_id = deriveObjectId(digestFrom("queue"), place);
  const { account: soma_address, commission_rate, ...keys } = genesisValidator(name);
  view.write(poolEntryId(pool_id), {
    kind: "Pool",
    ...emptyPool({ kind: "Validator", address }),
  });
  view.write(validatorEntryId(pool_id), {
    kind: "Validator",
    metadata: { soma_address, ...keys, ...NOTHING_STAGED },
    commission_rate,
    next_epoch_commission_rate: commission_rate,
    commission_stake: undefined,
    disputes_epoch: 0n,
    disputes_opened: 0n,
  });
  return { address, pool_id };
}

function edgeOf(world: World): Edge {
  return {
    epoch: 1n,
    startMs: world.nowMs + DAY_MS,
    elapsedMs: DAY_MS,
    endedStartMs: world.nowMs,
    fees: 0n,
    randomness: digestFrom("randomness"),
    transaction: digestFrom("edge"),
    version: 1n,
    protocol: world.content("Parameters", PARAMETERS_ID).protocol,
  };
}

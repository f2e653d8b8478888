/**
 * Staking: what a pool does not take, and that nothing is taken then.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import { readParameters } from "../../src/ledger/call.ts";
import { stakeCoin } from "../../src/ledger/staking.ts";
import { View } from "../../src/ledger/view.ts";
import { poolEntryId, VALIDATOR_INDEX_ID } from "../../src/types/entry.ts";
import type { Pool } from "../../src/types/stake-entry.ts";
import { account, digestFrom } from "./fixtures.ts";
import { World } from "./world.ts";

const alice = account("alice");

/** Tries to stake 5 shannons in a validator's pool with these fields changed. */
function stakeIn(changes: Partial<Pool>): { readonly fault: unknown; readonly view: View } {
  const world = new World();
  const digest = digestFrom("transaction");
  const view = new View(world, digest);
  const [seat] = world.content("ValidatorIndex", VALIDATOR_INDEX_ID).active;
  const { pool_id } = present(seat, "a validator");
  view.update("Pool", poolEntryId(pool_id), changes);
  const [gas, coin] = [world.coin(alice, 0), world.coin(alice, 1)];
  const parameters = readParameters(view);
  const call = {
    view,
    digest,
    sender: alice,
    context: world.context(),
    parameters,
    gas: gas.object_id,
    valueFee: 0n,
  };
  const staked = stakeCoin(call, pool_id, coin.object_id, 5n);
  return { fault: staked.ok ? undefined : staked.error, view };
}

test("a pool that has ended, or has records of too many epochs, takes no more", () => {
  const rate = { epoch: 0n, soma_amount: 1n, pool_token_amount: 1n, stakes: 1n };
  const rates = Array.from({ length: 32_768 }, () => rate);
  for (const changes of [{ deactivation_epoch: 0n }, { rates }]) {
    const { fault, view } = stakeIn(changes);
    expect(fault).toEqual({ kind: "InvalidArguments", reason: "the pool takes no more stake" });
    expect([...view.changes()]).toHaveLength(1);
  }
});

test("a stake takes pool, coin and receipt along", () => {
  const { fault, view } = stakeIn({});
  expect(fault).toBeUndefined();
  const kinds = [...view.changes()].map(({ after }) => after?.content.kind);
  expect(kinds.toSorted((a, b) => ((a ?? "") < (b ?? "") ? -1 : 1))).toEqual([
    "Coin",
    "Pool",
    "StakedSoma",
  ]);
});

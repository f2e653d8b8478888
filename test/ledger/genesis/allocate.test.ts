/**
 * Allocations: coins, stake in validators and stake in models, all from the first epoch on.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { allocate, type Founders } from "../../../src/ledger/genesis/allocate.ts";
import { modelIds } from "../../../src/ledger/readers.ts";
import { View } from "../../../src/ledger/view.ts";
import { modelEntryId, poolEntryId, VALIDATOR_INDEX_ID } from "../../../src/types/entry.ts";
import { account, digestFrom, SOMA, testConfig } from "../fixtures.ts";
import { World } from "../world.ts";

const alice = account("alice");

test("stake in a model counts beside the model's own", () => {
  const allocations = [
    ...testConfig().allocations,
    { recipient: alice, amount: 9n * SOMA, staked_with_model: 1 },
  ];
  const world = new World({ allocations });
  const model = world.content("Model", modelEntryId(modelIds(world)[1]!));
  expect(world.content("Pool", poolEntryId(model.pool_id))).toMatchObject({
    soma_balance: 10n * SOMA,
    early_stakes: 2n,
    activation_epoch: 0n,
  });
  const [stake] = world.list("StakedSoma", alice);
  expect(stake!.content).toMatchObject({ principal: 9n * SOMA, stake_activation_epoch: 0n });
  const paid = world.run(alice, { kind: "WithdrawStake", staked_soma: world.ref(stake!.id) });
  expect(paid.effects.status.kind).toBe("Success");
});

test("each allocation makes one object, in order", () => {
  const world = new World();
  const view = new View({ find: () => undefined }, digestFrom("genesis"));
  const { active } = world.content("ValidatorIndex", VALIDATOR_INDEX_ID);
  for (const { pool_id } of active) {
    const pool = { ...world.content("Pool", poolEntryId(pool_id)), activation_epoch: undefined };
    view.write(poolEntryId(pool_id), pool);
  }
  const founders: Founders = { seats: active, models: [] };
  const before = [...view.changes()].length;
  allocate(
    view,
    [
      { recipient: alice, amount: 5n },
      { recipient: alice, amount: 7n, staked_with_validator: active[0]!.address },
    ],
    founders,
  );
  const made = [...view.changes()].slice(before).map(({ after }) => after?.content.kind);
  expect(made).toEqual(["Coin", "StakedSoma"]);
});

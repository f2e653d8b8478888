/**
 * Models from genesis, and from creation to competing.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import { modelEntryId } from "../../src/types/entry.ts";
import { genesisModel, SOMA } from "../ledger/fixtures.ts";
import { commitmentOf, revealOf } from "../ledger/lifecycle.ts";
import { modelOf } from "./deeds.ts";
import { Scene, statusOf } from "./scene.ts";

test("test_genesis_model_bootstrap", () => {
  const model = { ...genesisModel("prose", 5n * SOMA), commission_rate: 0n };
  const scene = new Scene({ config: { models: [model] } });
  const { models, staking_pool_mappings, total_model_stake } = scene.system.model_registry;
  expect(models.size).toBe(1);
  const [id, shown] = present([...models][0], "the model");
  expect(shown).toMatchObject({
    kind: "Active",
    owner: model.owner,
    architecture_version: 1n,
    commission_rate: 0n,
    decryption_key: model.decryption_key,
    pending_update: undefined,
  });
  expect(shown.staking_pool.soma_balance).toBe(5n * SOMA);
  expect(total_model_stake).toBe(5n * SOMA);
  expect(staking_pool_mappings.get(shown.staking_pool.id)).toBe(id);
});

test("test_model_commit_reveal_round_trip", () => {
  const scene = new Scene({ config: { models: [] } });
  const created = scene.run("alice", {
    kind: "CreateModel",
    stake_amount: 5n * SOMA,
    commission_rate: 0n,
    architecture_version: 1n,
  });
  expect(statusOf(created)).toBe("Success");
  const id = modelOf(created);
  const shown = (): unknown => scene.system.model_registry.models.get(id);
  expect(scene.system.model_registry.models.size).toBe(1);
  expect(shown()).toMatchObject({ kind: "Created", create_epoch: 0n });
  expect(statusOf(scene.run("alice", commitmentOf(id, "prose")))).toBe("Success");
  expect(shown()).toMatchObject({ kind: "Pending", commit_epoch: 0n });
  scene.endEpoch();
  expect(shown()).toMatchObject({ kind: "Pending" });
  expect(statusOf(scene.run("alice", revealOf(id, "prose")))).toBe("Success");
  expect(shown()).toMatchObject({ kind: "Active", architecture_version: 1n });
  expect(scene.system.model_registry.total_model_stake).toBe(5n * SOMA);
  // It competes from the next epoch on: all targets of an epoch meet the same models.
  expect(scene.content("Model", modelEntryId(id)).current).toBeUndefined();
  scene.endEpoch();
  expect(scene.content("Model", modelEntryId(id)).current).toBeDefined();
  expect(scene.system.target_state.targets_generated_this_epoch).toBe(4n);
});

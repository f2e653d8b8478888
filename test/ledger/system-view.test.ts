/**
 * The system state that clients read: it encodes, it adds up, and it shows models as they go.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { decode, encode } from "../../src/bcs/schema.ts";
import { composeSystemState } from "../../src/ledger/system-view.ts";
import { TOTAL_SUPPLY } from "../../src/types/coin.ts";
import type { StakingPool } from "../../src/types/pool.ts";
import { type SystemState, systemState } from "../../src/types/system-state.ts";
import { account, SOMA } from "./fixtures.ts";
import { commitmentOf, createModel, publishModel, revealOf } from "./lifecycle.ts";
import { World } from "./world.ts";

const alice = account("alice");

/** The equation that watchers of the published network check. */
function published(world: World, state: SystemState): bigint {
  const pools: StakingPool[] = [
    ...state.validators.validators.map((validator) => validator.staking_pool),
    ...state.validators.pending_validators.map((validator) => validator.staking_pool),
    ...[...state.validators.inactive_validators.values()].map(
      (validator) => validator.staking_pool,
    ),
    ...[...state.model_registry.models.values()].map((model) => model.staking_pool),
  ];
  let sum = state.emission_pool.balance + world.fees;
  for (const pool of pools) {
    sum += pool.soma_balance + pool.pending_stake - pool.pending_total_soma_withdraw;
  }
  for (const { content } of world.list("Coin")) sum += content.balance;
  for (const { content } of world.list("Target")) sum += content.reward_pool + content.bond_amount;
  return sum;
}

describe("the system state", () => {
  test("passes through its bytes, and all money is in what it shows, epoch after epoch", () => {
    const world = new World();
    publishModel(world, alice, "alpha");
    createModel(world, alice, 3n * SOMA);
    for (let count = 0; count < 4; count++) {
      const state = composeSystemState(world);
      const bytes = encode(systemState, state);
      const decoded = decode(systemState, bytes);
      expect(decoded.ok && encode(systemState, decoded.value).toHex()).toBe(bytes.toHex());
      expect(published(world, state)).toBe(TOTAL_SUPPLY);
      world.endEpoch();
    }
  });

  test("shows parameters, validators, targets and the emission of an epoch", () => {
    const state = composeSystemState(new World());
    expect(state).toMatchObject({
      epoch: 0n,
      protocol_version: 1n,
      safe_mode: false,
      emission_pool: { emission_per_epoch: 1_370n * SOMA },
      target_state: { hits_this_epoch: 0n, hits_ema: 0n, targets_generated_this_epoch: 4n },
      parameters: { value_fee_bps: 10n, base_fee: 1_000n, target_embedding_dim: 16n },
    });
    expect(state.validators.validators.map((validator) => validator.voting_power)).toEqual([
      2_500n,
      2_500n,
      2_500n,
      2_500n,
    ]);
    expect(state.validators.total_stake).toBe(80_000n * SOMA);
    expect(state.validators.validators[0]!.next_epoch_stake).toBe(20_000n * SOMA);
    expect(state.model_registry.total_model_stake).toBe(3n * SOMA);
  });

  test("shows a model in each of its states", () => {
    const world = new World();
    const id = createModel(world, alice);
    const model = () => composeSystemState(world).model_registry.models.get(id);
    expect(model()).toMatchObject({ kind: "Created", create_epoch: 0n });
    world.run(alice, commitmentOf(id, "alpha"));
    expect(model()).toMatchObject({ kind: "Pending", commit_epoch: 0n });
    world.endEpoch();
    world.run(alice, revealOf(id, "alpha"));
    expect(model()).toMatchObject({ kind: "Active", pending_update: undefined });
    world.endEpoch();
    world.run(alice, commitmentOf(id, "beta"));
    expect(model()).toMatchObject({ kind: "Active", pending_update: { commit_epoch: 2n } });
    world.run(alice, { kind: "DeactivateModel", model_id: id });
    expect(model()).toMatchObject({
      kind: "Inactive",
      manifest: { url: commitmentOf(id, "alpha").manifest.url },
    });
  });
});

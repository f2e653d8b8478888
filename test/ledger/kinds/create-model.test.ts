/**
 * CreateModel: ids, stake, and what is refused.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { modelIds } from "../../../src/ledger/readers.ts";
import { deriveObjectId } from "../../../src/types/address.ts";
import { account, SOMA } from "../fixtures.ts";
import { modelOf, modelPoolOf } from "../lifecycle.ts";
import { statusOf, World } from "../world.ts";

const alice = account("alice");

const CREATE = {
  kind: "CreateModel",
  stake_amount: SOMA,
  commission_rate: 1_000n,
  architecture_version: 1n,
} as const;

describe("CreateModel", () => {
  test("makes model, pool and receipt under the ids 0, 1 and 2 at the published fee", () => {
    const world = new World();
    const { effects } = world.run(alice, CREATE);
    const [id, poolId, stake] = [0, 1, 2].map((n) => deriveObjectId(effects.transaction_digest, n));
    expect(modelOf(world, id!)).toMatchObject({
      owner: alice,
      pool_id: poolId,
      phase: { kind: "Created" },
    });
    expect(modelPoolOf(world, id!)).toMatchObject({ soma_balance: SOMA, founding_stake: stake });
    expect(world.content("StakedSoma", stake!)).toMatchObject({
      principal: SOMA,
      stake_activation_epoch: 1n,
    });
    expect(effects.transaction_fee).toEqual({
      base_fee: 1_000n,
      operation_fee: 900n,
      value_fee: 500_000n,
      total_fee: 501_900n,
    });
    expect(modelIds(world).at(-1)).toBe(id);
  });

  test("refuses another architecture, low stake, high commission, a poor coin", () => {
    const world = new World();
    const create = (changes: object): string =>
      statusOf(world.run(alice, { ...CREATE, ...changes }));
    expect(create({ architecture_version: 2n })).toBe("ModelArchitectureVersionMismatch");
    expect(create({ stake_amount: SOMA - 1n })).toBe("ModelMinStakeNotMet");
    expect(create({ commission_rate: 10_001n })).toBe("ModelCommissionRateTooHigh");
    expect(create({ stake_amount: 1_000n * SOMA })).toBe("InsufficientCoinBalance");
    expect(create({ stake_amount: 0xffff_ffff_ffff_ffffn })).toBe("InsufficientCoinBalance");
    expect(world.list("Model")).toHaveLength(3);
  });
});

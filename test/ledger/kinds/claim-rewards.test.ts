/**
 * ClaimRewards: who is paid what, and when.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { type Execution } from "../../../src/ledger/outcome.ts";
import { openTargets } from "../../../src/ledger/readers.ts";
import { type ObjectId } from "../../../src/types/address.ts";
import { modelEntryId, PARAMETERS_ID, poolEntryId } from "../../../src/types/entry.ts";
import { type KindOf } from "../../../src/types/transaction-kind.ts";
import { account, SOMA } from "../fixtures.ts";
import { economyOf, submissionTo } from "../lifecycle.ts";
import { faultOf, statusOf, World } from "../world.ts";

const alice = account("alice");
const bob = account("bob");

/** Submits to the first open target with another coin than the one that pays. */
function submit(world: World, changes: Partial<KindOf<"SubmitData">> = {}): Execution {
  const { id } = openTargets(world)[0]!;
  return world.run(alice, submissionTo(world, id, world.coin(alice, 1), changes));
}

function claim(world: World, target: ObjectId, sender = bob): Execution {
  return world.run(sender, { kind: "ClaimRewards", target_id: target });
}

describe("ClaimRewards", () => {
  test("pays submitter, model, claimer and bond, two epochs after the fill", () => {
    const world = new World();
    const { id } = openTargets(world)[0]!;
    submit(world);
    const target = world.content("Target", id);
    const model = world.content("Model", modelEntryId(target.winning_model_id!));
    expect(faultOf(claim(world, id))).toEqual({
      kind: "AuditWindowOpen",
      fill_epoch: 0n,
      current_epoch: 0n,
    });
    world.endEpoch();
    expect(statusOf(claim(world, id))).toBe("AuditWindowOpen");
    world.endEpoch();
    const pool = (): bigint => world.content("Pool", poolEntryId(model.pool_id)).soma_balance;
    const before = {
      alice: world.balance(alice),
      owner: world.balance(model.owner),
      bob: world.balance(bob),
      pool: pool(),
    };
    const execution = claim(world, id);
    expect(statusOf(execution)).toBe("Success");
    const reward = target.reward_pool;
    const half = (reward * 4_975n) / 10_000n;
    const forClaimer = (reward * 50n) / 10_000n;
    const commission = half / 10n;
    const fee = execution.effects.transaction_fee;
    const { value_fee_ppm } = world.content("Parameters", PARAMETERS_ID);
    expect(fee.value_fee).toBe((reward * value_fee_ppm) / 2_000_000n);
    expect(world.balance(alice) - before.alice).toBe(
      reward - half - forClaimer + target.bond_amount,
    );
    expect(world.balance(model.owner) - before.owner).toBe(commission);
    expect(pool() - before.pool).toBe(half - commission);
    expect(world.balance(bob) - before.bob).toBe(forClaimer - fee.total_fee);
    expect(execution.deleted).toEqual([id]);
    expect(statusOf(claim(world, id))).toBe("TargetNotFound");
  });

  test("a model that ended takes no share into its pool; its owner gets all of it", () => {
    const world = new World();
    const { id, target } = openTargets(world)[0]!;
    submit(world);
    const model = target.model_ids[0]!;
    const { owner } = world.content("Model", modelEntryId(model));
    world.run(bob, {
      kind: "TransferCoin",
      coin: world.coin(bob, 1),
      amount: SOMA,
      recipient: owner,
    });
    world.run(owner, { kind: "DeactivateModel", model_id: model });
    world.endEpoch();
    world.endEpoch();
    const before = world.balance(owner);
    expect(statusOf(claim(world, id))).toBe("Success");
    expect(world.balance(owner) - before).toBe((target.reward_pool * 4_975n) / 10_000n);
  });

  test("W6 an expired target goes back to the fund; the claimer gets ten base fees at most", () => {
    const world = new World();
    const { id, target } = openTargets(world)[0]!;
    expect(statusOf(claim(world, id))).toBe("TargetNotFilled");
    world.endEpoch();
    const fund = economyOf(world).emission_fund;
    const before = world.balance(bob);
    const execution = claim(world, id);
    expect(statusOf(execution)).toBe("Success");
    expect(economyOf(world).emission_fund - fund).toBe(target.reward_pool - 10_000n);
    expect(world.balance(bob) - before).toBe(10_000n - execution.effects.transaction_fee.total_fee);
  });
});

/**
 * SubmitData: every check, the bond, and the target that follows.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { executeTransaction } from "../../../src/ledger/execute.ts";
import { type Execution } from "../../../src/ledger/outcome.ts";
import { openTargets } from "../../../src/ledger/readers.ts";
import { deriveObjectId } from "../../../src/types/address.ts";
import { modelEntryId } from "../../../src/types/entry.ts";
import { scalarTensor, type Tensor, vectorTensor } from "../../../src/types/tensor.ts";
import { type KindOf } from "../../../src/types/transaction-kind.ts";
import { account, digestFrom, embeddingOf, SOMA } from "../fixtures.ts";
import { economyOf, submissionTo } from "../lifecycle.ts";
import { faultOf, statusOf, World } from "../world.ts";

const alice = account("alice");
const bob = account("bob");

/** Submits to the first open target with another coin than the one that pays. */
function submit(world: World, changes: Partial<KindOf<"SubmitData">> = {}): Execution {
  const { id } = openTargets(world)[0]!;
  return world.run(alice, submissionTo(world, id, world.coin(alice, 1), changes));
}

/** As `submit`, for values that no decoder lets through; nothing is kept. */
function submitRaw(world: World, changes: Partial<KindOf<"SubmitData">>): string {
  const { id } = openTargets(world)[0]!;
  const kind = submissionTo(world, id, world.coin(alice, 1), changes);
  const data = { kind, sender: alice, gas_payment: [world.coin(alice)] };
  return statusOf(executeTransaction(world, data, digestFrom("raw"), world.context()));
}

function sized(size: bigint): Partial<KindOf<"SubmitData">> {
  const metadata = { checksum: digestFrom("data"), size };
  return { data_manifest: { url: "http://127.0.0.1/data", metadata } };
}

/** A vector at a distance of 1 from the target: what is left after its part along the target. */
function orthogonalTo({ values }: Tensor): Tensor {
  const other = embeddingOf("other").values;
  let dot = 0;
  let square = 0;
  for (const [index, value] of values.entries()) {
    dot += value * other[index]!;
    square += value * value;
  }
  return vectorTensor([...values].map((value, index) => other[index]! - (value * dot) / square));
}

describe("SubmitData", () => {
  test("fills the target, takes the bond, counts the hit and makes one new target", () => {
    const world = new World();
    const { id } = openTargets(world)[0]!;
    const before = economyOf(world);
    const reward = before.target_budget / before.reward_divisor;
    const execution = submit(world);
    expect(statusOf(execution)).toBe("Success");
    const target = world.content("Target", id);
    expect(target).toMatchObject({
      status: { kind: "Filled", fill_epoch: 0n },
      submitter: alice,
      winning_model_id: target.model_ids[0]!,
      winning_model_owner: world.content("Model", modelEntryId(target.model_ids[0]!)).owner,
    });
    // 10,000 bytes × 65, or 5 % of the reward if that is more.
    const bond = target.reward_pool / 20n;
    expect(target.bond_amount).toBe(bond > 650_000n ? bond : 650_000n);
    expect(economyOf(world)).toMatchObject({
      hits: 1n,
      target_budget: before.target_budget - reward,
      targets_generated: 5n,
    });
    const made = deriveObjectId(execution.effects.transaction_digest, 2);
    expect(world.content("Target", made)).toMatchObject({
      reward_pool: reward,
      generation_epoch: 0n,
    });
    expect(world.find(made)!.owner).toEqual({ kind: "Shared", initial_shared_version: 1n });
    // Target, replacement, bond coin, gas, and the entries as one.
    expect(execution.effects.transaction_fee).toMatchObject({
      operation_fee: 1_500n,
      value_fee: 0n,
    });
  });

  test("one coin may be both bond and gas, down to the last shannon of bond", () => {
    const world = new World();
    const coin = world.coin(alice);
    const { id } = openTargets(world)[0]!;
    const execution = world.run(alice, submissionTo(world, id, coin), [coin]);
    expect(statusOf(execution)).toBe("Success");
    const { bond_amount } = world.content("Target", id);
    expect(world.content("Coin", coin.object_id).balance).toBe(
      1_000n * SOMA - bond_amount - execution.effects.transaction_fee.total_fee,
    );
  });

  test("the second submission is refused, pays the base fee, and wears out its bond coin", () => {
    const world = new World();
    const { id } = openTargets(world)[0]!;
    world.run(alice, submissionTo(world, id, world.coin(alice, 1)));
    const coin = world.coin(bob, 1);
    const late = world.run(bob, submissionTo(world, id, coin));
    expect(statusOf(late)).toBe("TargetNotOpen");
    expect(late.effects.transaction_fee.total_fee).toBe(1_000n);
    expect(world.ref(coin.object_id).version).toBe(late.effects.version);
    expect(world.ref(id).version).toBe(late.effects.version);
    expect(world.content("Target", id).submitter).toBe(alice);
  });

  test("W3 a claimed distance must be a number, the true one, and within the threshold", () => {
    const world = new World();
    const { target } = openTargets(world)[0]!;
    const status = (changes: Partial<KindOf<"SubmitData">>): string =>
      statusOf(submit(world, changes));
    for (const claimed of [Number.NaN, Infinity, -Infinity]) {
      const distance_score = scalarTensor(claimed);
      expect(submitRaw(world, { distance_score })).toBe("InvalidArguments");
    }
    for (const claimed of [-0.5, 0.0002, 2]) {
      expect(status({ distance_score: scalarTensor(claimed) })).toBe("InvalidArguments");
    }
    expect(status({ distance_score: vectorTensor([0, 0]) })).toBe("InvalidArguments");
    expect(status({ distance_score: vectorTensor([]) })).toBe("InvalidArguments");
    const opposite = vectorTensor([...target.embedding.values].map((value) => -value));
    const far = submit(world, { embedding: opposite, distance_score: scalarTensor(2) });
    expect(faultOf(far)).toEqual({
      kind: "DistanceExceedsThreshold",
      score: scalarTensor(2),
      threshold: target.distance_threshold,
    });
    const across = { embedding: orthogonalTo(target.embedding), distance_score: scalarTensor(1) };
    expect(status(across)).toBe("Success");
  });

  test("W2 embeddings of the wrong size or without direction are faults", () => {
    const world = new World();
    expect(faultOf(submit(world, { embedding: vectorTensor([1, 2]) }))).toEqual({
      kind: "EmbeddingDimensionMismatch",
      expected: 16n,
      actual: 2n,
    });
    const nothing = vectorTensor(Array.from({ length: 16 }, () => 0));
    expect(statusOf(submit(world, { embedding: nothing }))).toBe("InvalidArguments");
    const huge = vectorTensor(Array.from({ length: 16 }, () => 3.4e38));
    expect(statusOf(submit(world, { embedding: huge }))).toBe("InvalidArguments");
  });

  test("W3 sizes: empty is refused, the limit holds, a byte more does not", () => {
    const world = new World();
    expect(statusOf(submit(world, sized(0n)))).toBe("InvalidArguments");
    expect(faultOf(submit(world, sized(1_048_577n)))).toEqual({
      kind: "DataExceedsMaxSize",
      size: 1_048_577n,
      max_size: 1_048_576n,
    });
    expect(statusOf(submit(world, sized(0xffff_ffff_ffff_ffffn)))).toBe("DataExceedsMaxSize");
    expect(statusOf(submit(world, sized(1_048_576n)))).toBe("Success");
  });

  test("losses: one, or one a model, all finite", () => {
    const world = new World();
    for (const losses of [[], [1, 1, 1, 1], [Number.NaN], [Infinity]]) {
      expect(submitRaw(world, { loss_score: vectorTensor(losses) })).toBe("InvalidArguments");
    }
    expect(statusOf(submit(world, { loss_score: vectorTensor([2.5]) }))).toBe("Success");
  });

  test("the model must be listed, the target must be one, and the bond must be there", () => {
    const world = new World();
    const stranger = deriveObjectId(digestFrom("nothing"), 0);
    expect(statusOf(submit(world, { model_id: stranger }))).toBe("ModelNotInTarget");
    expect(statusOf(submit(world, { target_id: stranger }))).toBe("TargetNotFound");
    const coin = world.coin(bob);
    const hijack = submit(world, { target_id: coin.object_id });
    expect(statusOf(hijack)).toBe("TargetNotFound");
    expect(world.ref(coin.object_id)).toEqual(coin);
    const split = world.run(alice, {
      kind: "TransferCoin",
      coin: world.coin(alice, 1),
      amount: 1_000n,
      recipient: alice,
    });
    expect(statusOf(split)).toBe("Success");
    const poor = world.list("Coin", alice).find(({ content }) => content.balance === 1_000n)!;
    const bonded = submit(world, { bond_coin: world.ref(poor.id) });
    expect(faultOf(bonded)).toMatchObject({ kind: "InsufficientBond", provided: 1_000n });
  });

  test("a target is open in the epoch that made it only", () => {
    const world = new World();
    const { id } = openTargets(world)[0]!;
    world.endEpoch();
    const execution = world.run(alice, submissionTo(world, id, world.coin(alice, 1)));
    expect(faultOf(execution)).toEqual({
      kind: "TargetExpired",
      generation_epoch: 0n,
      current_epoch: 1n,
    });
  });

  test("a target accepts a model that was deactivated since; new ones leave it out", () => {
    const world = new World();
    const [first, second] = openTargets(world);
    const model = first!.target.model_ids[0]!;
    const { owner } = world.content("Model", modelEntryId(model));
    const give = {
      kind: "TransferCoin",
      coin: world.coin(bob, 1),
      amount: SOMA,
      recipient: owner,
    } as const;
    world.run(bob, give);
    expect(statusOf(world.run(owner, { kind: "DeactivateModel", model_id: model }))).toBe(
      "Success",
    );
    const filled = world.run(
      alice,
      submissionTo(world, first!.id, world.coin(alice, 1), { model_id: model }),
    );
    expect(statusOf(filled)).toBe("Success");
    const made = deriveObjectId(filled.effects.transaction_digest, 2);
    expect(world.content("Target", made).model_ids).not.toContain(model);
    expect(world.content("Target", made).model_ids).toHaveLength(2);
    expect(second!.target.model_ids).toContain(model);
  });
});

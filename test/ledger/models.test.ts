/**
 * Models: create, commit, reveal, in force; updates in two slots; what late owners lose.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { weightsInForce } from "../../src/ledger/economy/models.ts";
import { findModel, modelIds } from "../../src/ledger/readers.ts";
import { deriveObjectId, type ObjectId } from "../../src/types/address.ts";
import {
  type ContentOf,
  ECONOMY_ID,
  modelEntryId,
  poolEntryId,
  ROUTING_ID,
} from "../../src/types/entry.ts";
import { vectorTensor } from "../../src/types/tensor.ts";
import {
  account,
  commitmentOf,
  created,
  createModel,
  digestFrom,
  faultOf,
  publishModel,
  revealOf,
  SOMA,
  statusOf,
  World,
} from "./world.ts";

const alice = account("alice");
const bob = account("bob");

function model(world: World, id: ObjectId): ContentOf<"Model"> {
  return world.content("Model", modelEntryId(id));
}

function pool(world: World, id: ObjectId): ContentOf<"Pool"> {
  return world.content("Pool", poolEntryId(model(world, id).pool_id));
}

function drawn(world: World): ObjectId[] {
  return world.content("Routing", ROUTING_ID).rows.map((row) => row.model_id);
}

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
    expect(model(world, id!)).toMatchObject({
      owner: alice,
      pool_id: poolId,
      phase: { kind: "Created" },
    });
    expect(pool(world, id!)).toMatchObject({ soma_balance: SOMA, founding_stake: stake });
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
    expect(modelIds(world).at(-1)).toBe(id!);
  });

  test("refuses another architecture, too little stake, too high a commission, too poor a coin", () => {
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

describe("commit and reveal", () => {
  test("a model is active for clients from its reveal on and competes from the next epoch on", () => {
    const world = new World();
    const id = createModel(world, alice);
    expect(findModel(world, id)?.kind).toBe("Created");
    world.run(alice, commitmentOf(id, "alpha"));
    expect(findModel(world, id)?.kind).toBe("Pending");
    world.endEpoch();
    expect(statusOf(world.run(alice, revealOf(id, "alpha")))).toBe("Success");
    expect(findModel(world, id)?.kind).toBe("Active");
    expect(drawn(world)).not.toContain(id);
    world.endEpoch();
    expect(drawn(world)).toContain(id);
    expect(pool(world, id).activation_epoch).toBe(2n);
    expect(model(world, id)).toMatchObject({
      current_from: 2n,
      next: undefined,
      pending: undefined,
    });
  });

  test("only the owner, only in time, only what was committed to", () => {
    const world = new World();
    const id = createModel(world, alice);
    const missing = deriveObjectId(digestFrom("nothing"), 9);
    expect(statusOf(world.run(alice, commitmentOf(missing, "alpha")))).toBe("ModelNotFound");
    expect(statusOf(world.run(bob, commitmentOf(id, "alpha")))).toBe("NotModelOwner");
    expect(statusOf(world.run(alice, revealOf(id, "alpha")))).toBe("ModelInvalidState");
    world.run(alice, commitmentOf(id, "alpha"));
    expect(statusOf(world.run(alice, commitmentOf(id, "beta")))).toBe("ModelInvalidState");
    expect(statusOf(world.run(alice, revealOf(id, "alpha")))).toBe("ModelRevealEpochMismatch");
    world.endEpoch();
    const reveal = revealOf(id, "alpha");
    const status = (changes: object): string =>
      statusOf(world.run(alice, { ...reveal, ...changes }));
    expect(statusOf(world.run(bob, reveal))).toBe("NotModelOwner");
    expect(status({ model_id: missing })).toBe("ModelNotFound");
    expect(status({ decryption_key: new Uint8Array(32) })).toBe(
      "ModelDecryptionKeyCommitmentMismatch",
    );
    expect(status({ embedding: vectorTensor([1]) })).toBe("ModelEmbeddingCommitmentMismatch");
    expect(status({})).toBe("Success");
    expect(status({})).toBe("ModelNoPendingUpdate");
  });

  test("W2 an embedding of the wrong size or without direction is a fault, even when committed to", () => {
    const world = new World();
    const [short, zero] = [createModel(world, alice), createModel(world, alice)];
    const nothing = vectorTensor(new Array<number>(16).fill(0));
    world.run(alice, commitmentOf(short, "alpha", 15));
    world.run(alice, {
      ...commitmentOf(zero, "beta"),
      embedding_commitment: world.commitTo(nothing),
    });
    world.endEpoch();
    expect(faultOf(world.run(alice, revealOf(short, "alpha", 15)))).toEqual({
      kind: "EmbeddingDimensionMismatch",
      expected: 16n,
      actual: 15n,
    });
    const flat = { ...revealOf(zero, "beta"), embedding: nothing };
    expect(statusOf(world.run(alice, flat))).toBe("InvalidArguments");
    world.endEpoch();
    expect(drawn(world)).toHaveLength(3);
  });

  test("W30 an update leaves the running epoch alone, and what it replaced is kept two epochs", () => {
    const world = new World();
    const id = publishModel(world, alice, "alpha");
    const before = model(world, id).current;
    world.run(alice, commitmentOf(id, "beta"));
    world.endEpoch();
    world.run(alice, commitmentOf(id, "gamma"));
    world.endEpoch();
    expect(statusOf(world.run(alice, revealOf(id, "gamma")))).toBe("Success");
    expect(model(world, id).current).toEqual(before);
    world.endEpoch();
    expect(weightsInForce(model(world, id), 4n)?.manifest.url).toEndWith("alpha");
    expect(weightsInForce(model(world, id), 5n)?.manifest.url).toEndWith("gamma");
    world.endEpoch();
    world.endEpoch();
    expect(weightsInForce(model(world, id), 4n)).toBeUndefined();
    expect(model(world, id).past).toEqual([]);
  });

  test("an update that is not revealed in time is dropped without a slash", () => {
    const world = new World();
    const id = publishModel(world, alice, "alpha");
    world.run(alice, commitmentOf(id, "beta"));
    world.endEpoch();
    world.endEpoch();
    expect(model(world, id)).toMatchObject({ pending: undefined, phase: { kind: "Active" } });
    expect(pool(world, id).soma_balance).toBe(SOMA);
    expect(statusOf(world.run(alice, revealOf(id, "beta")))).toBe("ModelNoPendingUpdate");
  });
});

describe("W10 a missed commitment or reveal", () => {
  test("costs half of the stake, once, ends the model, and the half goes to the fund", () => {
    for (const commits of [true, false]) {
      const world = new World();
      const id = createModel(world, alice, 10n * SOMA);
      if (commits) world.run(alice, commitmentOf(id, "alpha"));
      world.endEpoch();
      expect(model(world, id).phase.kind).toBe(commits ? "Pending" : "Created");
      world.endEpoch();
      expect(model(world, id).phase.kind).toBe("Inactive");
      expect(pool(world, id).soma_balance).toBe(5n * SOMA);
      world.endEpoch();
      expect(pool(world, id).soma_balance).toBe(5n * SOMA);
      expect(statusOf(world.run(alice, commitmentOf(id, "alpha")))).toBe("ModelInvalidState");
      expect(findModel(world, id)?.kind).toBe("Inactive");
    }
  });

  test("W5 lowers what every stake is worth alike; nobody is paid in full at others' cost", () => {
    const world = new World();
    const id = createModel(world, alice, 10n * SOMA);
    const coin = world.coin(bob, 1);
    world.run(bob, { kind: "AddStakeToModel", model_id: id, coin_ref: coin, amount: 30n * SOMA });
    world.endEpoch();
    world.endEpoch();
    const paid = [alice, bob].map((owner) => {
      const stake = world.ref(world.list("StakedSoma", owner)[0]!.id);
      const execution = world.run(owner, { kind: "WithdrawStake", staked_soma: stake });
      return world.content("Coin", created(execution, "Coin")[0]!).balance;
    });
    expect(paid).toEqual([5n * SOMA, 15n * SOMA]);
  });

  test("an ended model without stake is forgotten after a while", () => {
    const world = new World();
    const id = createModel(world, alice);
    world.endEpoch();
    world.endEpoch();
    const stake = world.ref(world.list("StakedSoma", alice)[0]!.id);
    world.run(alice, { kind: "WithdrawStake", staked_soma: stake });
    for (let count = 0; count < 4; count++) world.endEpoch();
    expect(world.find(modelEntryId(id))).toBeUndefined();
    expect(modelIds(world)).toHaveLength(3);
  });
});

describe("DeactivateModel and SetModelCommissionRate", () => {
  test("deactivation stops new draws at once and frees the founding stake", () => {
    const world = new World();
    const id = publishModel(world, alice, "alpha");
    const stake = pool(world, id).founding_stake!;
    const withdraw = (): string =>
      statusOf(world.run(alice, { kind: "WithdrawStake", staked_soma: world.ref(stake) }));
    expect(withdraw()).toBe("InvalidArguments");
    expect(statusOf(world.run(bob, { kind: "DeactivateModel", model_id: id }))).toBe(
      "NotModelOwner",
    );
    expect(statusOf(world.run(alice, { kind: "DeactivateModel", model_id: id }))).toBe("Success");
    expect(statusOf(world.run(alice, { kind: "DeactivateModel", model_id: id }))).toBe(
      "ModelNotActive",
    );
    const coin = world.coin(bob, 1);
    const add = { kind: "AddStakeToModel", model_id: id, coin_ref: coin, amount: 1n } as const;
    expect(statusOf(world.run(bob, add))).toBe("ModelAlreadyInactive");
    expect(withdraw()).toBe("Success");
    world.endEpoch();
    expect(drawn(world)).not.toContain(id);
  });

  test("a commission applies from the next epoch on", () => {
    const world = new World();
    const id = createModel(world, alice);
    const set = (new_rate: bigint): string =>
      statusOf(world.run(alice, { kind: "SetModelCommissionRate", model_id: id, new_rate }));
    expect(set(500n)).toBe("ModelNotActive");
    world.run(alice, commitmentOf(id, "alpha"));
    world.endEpoch();
    world.run(alice, revealOf(id, "alpha"));
    expect(set(10_001n)).toBe("ModelCommissionRateTooHigh");
    expect(set(500n)).toBe("Success");
    expect(model(world, id).commission_rate).toBe(1_000n);
    world.endEpoch();
    expect(model(world, id).commission_rate).toBe(500n);
    expect(world.content("Economy", ECONOMY_ID).hits).toBe(0n);
  });
});

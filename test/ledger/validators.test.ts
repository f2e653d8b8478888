/**
 * Validators: joining, staging, leaving, reports, and what the epoch change makes of them.
 *
 * @module
 */
import { beforeAll, describe, expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import { encode, text } from "../../src/bcs/schema.ts";
import { blsKeygen, blsPublicKey } from "../../src/crypto/bls.ts";
import { ed25519PublicKey } from "../../src/crypto/ed25519.ts";
import { proveBlsPossession } from "../../src/crypto/pop.ts";
import { composeSystemState } from "../../src/ledger/system-view.ts";
import type { Address, ObjectId } from "../../src/types/address.ts";
import {
  type ContentOf,
  modelEntryId,
  poolEntryId,
  VALIDATOR_INDEX_ID,
  validatorEntryId,
} from "../../src/types/entry.ts";
import type { KindOf } from "../../src/types/transaction-kind.ts";
import {
  account,
  bytesOf,
  created,
  faultOf,
  genesisValidator,
  joiningAs,
  NOTHING_NEW,
  publishModel,
  SOMA,
  statusOf,
  World,
} from "./world.ts";

const alice = account("alice");
const bob = account("bob");
const [v0, v1, v2, v3] = ["v0", "v1", "v2", "v3"].map(account) as [
  Address,
  Address,
  Address,
  Address,
];

let protocolKey: Uint8Array;
let proof: Uint8Array;

beforeAll(() => {
  const secret = blsKeygen(bytesOf("alice's protocol key", 32));
  protocolKey = blsPublicKey(secret);
  proof = proveBlsPossession(secret, alice);
});

function line(value: string): Uint8Array {
  return encode(text, value);
}

function joining(changes: Partial<KindOf<"AddValidator">> = {}): KindOf<"AddValidator"> {
  return { ...joiningAs("alice", protocolKey, proof), ...changes };
}

function index(world: World): ContentOf<"ValidatorIndex"> {
  return world.content("ValidatorIndex", VALIDATOR_INDEX_ID);
}

function poolIdOf(world: World, address: Address): ObjectId {
  const { active, candidates, inactive } = index(world);
  const found = [...active, ...candidates, ...inactive].find((v) => v.address === address);
  return present(found, "a validator").pool_id;
}

function stakeOn(world: World, address: Address, amount: bigint): ObjectId {
  const kind = { kind: "AddStake", address, coin_ref: world.coin(bob, 0), amount } as const;
  return created(world.run(bob, kind, [world.coin(bob, 1)]), "StakedSoma")[0]!;
}

function committee(world: World): Address[] {
  return index(world).active.map(({ address }) => address);
}

const LEAVE = { kind: "RemoveValidator", pubkey_bytes: new Uint8Array(0) } as const;

describe("joining", () => {
  test("a candidate with enough stake validates from the next epoch on", () => {
    const world = new World();
    expect(statusOf(world.run(alice, joining()))).toBe("Success");
    const pool = poolIdOf(world, alice);
    expect(world.content("Pool", poolEntryId(pool)).activation_epoch).toBeUndefined();
    world.endEpoch();
    expect(committee(world)).not.toContain(alice);
    stakeOn(world, alice, 500n * SOMA);
    const state = composeSystemState(world);
    expect(state.validators.pending_validators[0]!.staking_pool.soma_balance).toBe(500n * SOMA);
    world.endEpoch();
    expect(committee(world)).toContain(alice);
    expect(world.content("Pool", poolEntryId(pool)).activation_epoch).toBe(2n);
    expect(composeSystemState(world).validators.pending_validators).toEqual([]);
  });

  test("too little stake keeps it waiting", () => {
    const world = new World();
    world.run(alice, joining());
    stakeOn(world, alice, 90n * SOMA);
    world.endEpoch();
    expect(committee(world)).not.toContain(alice);
    expect(index(world).candidates).toHaveLength(1);
  });

  test("bad keys, addresses and proofs are named", () => {
    const world = new World();
    const join = (changes: Partial<KindOf<"AddValidator">>): string =>
      statusOf(world.run(alice, joining(changes)));
    expect(join({ pubkey_bytes: new Uint8Array(96) })).toBe("InvalidArguments");
    expect(join({ pubkey_bytes: new Uint8Array(3) })).toBe("InvalidArguments");
    expect(join({ network_pubkey_bytes: new Uint8Array(32).fill(2) })).toBe("InvalidArguments");
    expect(join({ worker_pubkey_bytes: new Uint8Array(31) })).toBe("InvalidArguments");
    expect(join({ net_address: line("somewhere") })).toBe("InvalidArguments");
    expect(join({ net_address: Uint8Array.of(9, 1) })).toBe("InvalidArguments");
    expect(join({ proof_of_possession: new Uint8Array(48) })).toBe("InvalidProofOfPossession");
    expect(join({ proof_of_possession: new Uint8Array(5) })).toBe("InvalidProofOfPossession");
    expect(statusOf(world.run(bob, joining()))).toBe("InvalidProofOfPossession");
    const { worker_pubkey: taken, net_address } = genesisValidator("v2");
    const clash = world.run(alice, joining({ network_pubkey_bytes: taken }));
    expect(faultOf(clash)).toEqual({ kind: "DuplicateValidatorMetadata", field: "network_pubkey" });
    expect(faultOf(world.run(alice, joining({ net_address: line(net_address) })))).toMatchObject({
      field: "net_address",
    });
    const same = joining().network_pubkey_bytes;
    expect(join({ worker_pubkey_bytes: same })).toBe("DuplicateValidatorMetadata");
    expect(statusOf(world.run(v0, joining()))).toBe("DuplicateValidator");
    expect(join({})).toBe("Success");
    expect(join({})).toBe("DuplicateValidator");
  });
});

describe("W8 W11 leaving", () => {
  test("a candidate cancels at once and its stakers get their money back", () => {
    const world = new World();
    world.run(alice, joining());
    const stake = stakeOn(world, alice, 10n * SOMA);
    expect(statusOf(world.run(alice, LEAVE))).toBe("Success");
    expect(index(world).candidates).toEqual([]);
    const pool = poolIdOf(world, alice);
    const paid = world.run(bob, { kind: "WithdrawStake", staked_soma: world.ref(stake) });
    expect(world.content("Coin", created(paid, "Coin")[0]!).balance).toBe(10n * SOMA);
    expect(world.find(poolEntryId(pool))).toBeUndefined();
    expect(statusOf(world.run(alice, LEAVE))).toBe("NotAValidator");
  });

  test("a validator leaves at the epoch change; its stakers withdraw from the old pool after it rejoined", () => {
    const world = new World();
    world.run(alice, joining());
    const stake = stakeOn(world, alice, 500n * SOMA);
    world.endEpoch();
    const old = poolIdOf(world, alice);
    expect(statusOf(world.run(alice, LEAVE))).toBe("Success");
    expect(statusOf(world.run(alice, LEAVE))).toBe("ValidatorAlreadyRemoved");
    expect(composeSystemState(world).validators.pending_removals).toEqual([4n]);
    expect(committee(world)).toContain(alice);
    world.endEpoch();
    expect(committee(world)).not.toContain(alice);
    expect(composeSystemState(world).validators.inactive_validators.has(old)).toBe(true);
    expect(statusOf(world.run(alice, joining()))).toBe("Success");
    const add = {
      kind: "AddStake",
      address: alice,
      coin_ref: world.coin(bob, 0),
      amount: SOMA,
    } as const;
    expect(statusOf(world.run(bob, add, [world.coin(bob, 1)]))).toBe("Success");
    const paid = world.run(bob, { kind: "WithdrawStake", staked_soma: world.ref(stake) });
    expect(statusOf(paid)).toBe("Success");
    expect(world.content("Coin", created(paid, "Coin")[0]!).balance).toBeGreaterThanOrEqual(
      500n * SOMA,
    );
    world.endEpoch();
    expect(poolIdOf(world, alice)).not.toBe(old);
  });

  test("the last validator stays whatever it asks for", () => {
    const world = new World();
    for (const address of [v0, v1, v2, v3]) world.run(address, LEAVE);
    world.endEpoch();
    expect(committee(world)).toHaveLength(1);
    world.endEpoch();
    expect(index(world).active[0]!.voting_power).toBe(10_000);
  });

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

describe("W11 staged metadata", () => {
  const nothing = { kind: "UpdateValidatorMetadata", ...NOTHING_NEW } as const;
  const metadata = (world: World, address: Address) =>
    world.content("Validator", validatorEntryId(poolIdOf(world, address))).metadata;

  test("all eight fields wait for the epoch change and then apply", () => {
    const world = new World();
    const secret = blsKeygen(bytesOf("v0's next key", 32));
    const key = blsPublicKey(secret);
    const [network, worker] = ["n", "w"].map((name) => ed25519PublicKey(bytesOf(name, 32)));
    const update = {
      ...nothing,
      next_epoch_network_address: line("/dns/new/tcp/1"),
      next_epoch_p2p_address: line("/dns/new/tcp/2"),
      next_epoch_primary_address: line("/dns/new/tcp/3"),
      next_epoch_proxy_address: line("/dns/new/tcp/4"),
      next_epoch_protocol_pubkey: key,
      next_epoch_worker_pubkey: worker,
      next_epoch_network_pubkey: network,
      next_epoch_proof_of_possession: proveBlsPossession(secret, v0),
    };
    const before = metadata(world, v0);
    expect(statusOf(world.run(v0, update))).toBe("Success");
    expect(metadata(world, v0).net_address).toBe(before.net_address);
    world.endEpoch();
    expect(metadata(world, v0)).toMatchObject({
      net_address: "/dns/new/tcp/1",
      p2p_address: "/dns/new/tcp/2",
      primary_address: "/dns/new/tcp/3",
      proxy_address: "/dns/new/tcp/4",
      protocol_pubkey: key,
      network_pubkey: network,
      worker_pubkey: worker,
      next_epoch_proxy_address: undefined,
    });
  });

  test("a protocol key needs its proof, and nothing may be another's, now or staged", () => {
    const world = new World();
    const update = (sender: Address, changes: object): string =>
      statusOf(world.run(sender, { ...nothing, ...changes }));
    expect(update(alice, {})).toBe("NotAValidator");
    expect(update(v0, { next_epoch_protocol_pubkey: protocolKey })).toBe(
      "MissingProofOfPossession",
    );
    const wrong = {
      next_epoch_protocol_pubkey: protocolKey,
      next_epoch_proof_of_possession: proof,
    };
    expect(update(v0, wrong)).toBe("InvalidProofOfPossession");
    expect(update(v0, { next_epoch_proof_of_possession: proof })).toBe("InvalidArguments");
    const address = { next_epoch_network_address: line("/dns/wanted/tcp/1") };
    expect(update(v0, address)).toBe("Success");
    expect(update(v1, address)).toBe("DuplicateValidatorMetadata");
    expect(update(v1, { next_epoch_network_address: line("/dns/v0/tcp/8080") })).toBe(
      "DuplicateValidatorMetadata",
    );
    expect(update(v1, {})).toBe("Success");
  });
});

describe("commission and reports", () => {
  test("a commission applies from the next epoch on", () => {
    const world = new World();
    const set = (sender: Address, new_rate: bigint): string =>
      statusOf(world.run(sender, { kind: "SetCommissionRate", new_rate }));
    expect(set(alice, 1n)).toBe("NotAValidator");
    expect(set(v0, 10_001n)).toBe("SomaError");
    expect(set(v0, 10_000n)).toBe("Success");
    const rate = (): bigint =>
      world.content("Validator", validatorEntryId(poolIdOf(world, v0))).commission_rate;
    expect(rate()).toBe(200n);
    world.endEpoch();
    expect(rate()).toBe(10_000n);
  });

  test("whom a quorum reports loses half of its pay to the others", () => {
    const world = new World();
    const report = (sender: Address, reportee: Address): string =>
      statusOf(world.run(sender, { kind: "ReportValidator", reportee }));
    expect(report(alice, v0)).toBe("NotAValidator");
    expect(report(v0, v0)).toBe("CannotReportOneself");
    expect(report(v0, alice)).toBe("NotAValidator");
    const stake = (address: Address): bigint =>
      world.content("Pool", poolEntryId(poolIdOf(world, address))).soma_balance;
    for (const reporter of [v1, v2]) expect(report(reporter, v0)).toBe("Success");
    const before = [v0, v1].map(stake);
    world.endEpoch();
    expect(stake(v0) - before[0]!).toBe(stake(v1) - before[1]!);
    expect(report(v3, v0)).toBe("Success");
    const [a, b] = [stake(v0), stake(v1)];
    world.endEpoch();
    const [lost, won] = [stake(v0) - a, stake(v1) - b];
    expect(won).toBeGreaterThan(lost * 2n);
    const undo = { kind: "UndoReportValidator", reportee: v0 } as const;
    expect(statusOf(world.run(v3, undo))).toBe("Success");
    expect(statusOf(world.run(v3, undo))).toBe("ReportRecordNotFound");
    expect(statusOf(world.run(alice, undo))).toBe("NotAValidator");
  });

  test("a model that a quorum reports ends and loses 95 % of its stake to the fund", () => {
    const world = new World();
    const id = publishModel(world, alice, "alpha", 100n * SOMA);
    const report = { kind: "ReportModel", model_id: id } as const;
    const undo = { kind: "UndoReportModel", model_id: id } as const;
    expect(statusOf(world.run(alice, report))).toBe("NotAValidator");
    expect(statusOf(world.run(v0, undo))).toBe("ReportRecordNotFound");
    for (const reporter of [v0, v1, v2])
      expect(statusOf(world.run(reporter, report))).toBe("Success");
    expect(statusOf(world.run(v2, undo))).toBe("Success");
    world.endEpoch();
    expect(world.content("Model", modelEntryId(id))).toMatchObject({
      phase: { kind: "Active" },
      reporters: new Set(),
    });
    for (const reporter of [v0, v1, v2]) world.run(reporter, report);
    world.endEpoch();
    const { phase, pool_id } = world.content("Model", modelEntryId(id));
    expect(phase.kind).toBe("Inactive");
    expect(world.content("Pool", poolEntryId(pool_id)).soma_balance).toBe(5n * SOMA);
    expect(statusOf(world.run(v0, report))).toBe("ModelNotActive");
  });

  test("stake stays in a model while a third of the power reports it", () => {
    const world = new World();
    const id = publishModel(world, alice, "alpha");
    const kind = {
      kind: "AddStakeToModel",
      model_id: id,
      coin_ref: world.coin(bob),
      amount: SOMA,
    } as const;
    const [stake] = created(world.run(bob, kind, [world.coin(bob, 1)]), "StakedSoma");
    const withdraw = (): string =>
      statusOf(world.run(bob, { kind: "WithdrawStake", staked_soma: world.ref(stake!) }));
    for (const reporter of [v0, v1]) world.run(reporter, { kind: "ReportModel", model_id: id });
    expect(withdraw()).toBe("InvalidArguments");
    world.run(v1, { kind: "UndoReportModel", model_id: id });
    expect(withdraw()).toBe("Success");
  });
});

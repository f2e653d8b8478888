/**
 * Epoch changes with a committee that stays, comes, goes and fails.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import { encode, text } from "../../src/bcs/schema.ts";
import { blsKeygen, blsPublicKey } from "../../src/crypto/bls.ts";
import { proveBlsPossession } from "../../src/crypto/pop.ts";
import type { GenesisValidator } from "../../src/ledger/genesis/config.ts";
import type { SimNode } from "../../src/simulator/sim-node.ts";
import type { Validator } from "../../src/types/validator.ts";
import { bytesOf, SOMA } from "../ledger/fixtures.ts";
import { stake, transfer } from "./deeds.ts";
import { addressOf, Scene, statusOf, validatorOf } from "./scene.ts";

/** Somebody who can prove that the keys of a name are his. */
function candidateOf(name: string): GenesisValidator {
  const secret = blsKeygen(bytesOf(`protocol secret of ${name}`, 32));
  return {
    ...validatorOf(name),
    protocol_pubkey: blsPublicKey(secret),
    proof_of_possession: proveBlsPossession(secret, addressOf(name)),
  };
}

function join(scene: Scene, candidate: GenesisValidator, name: string, soma: bigint): void {
  const added = scene.run(name, {
    kind: "AddValidator",
    pubkey_bytes: candidate.protocol_pubkey,
    network_pubkey_bytes: candidate.network_pubkey,
    worker_pubkey_bytes: candidate.worker_pubkey,
    proof_of_possession: candidate.proof_of_possession,
    net_address: encode(text, candidate.net_address),
    p2p_address: encode(text, candidate.p2p_address),
    primary_address: encode(text, candidate.primary_address),
    proxy_address: encode(text, candidate.proxy_address),
  });
  expect(statusOf(added)).toBe("Success");
  expect(statusOf(stake(scene, name, name, soma * SOMA))).toBe("Success");
}

function leave(scene: Scene, name: string): void {
  const kind = { kind: "RemoveValidator", pubkey_bytes: new Uint8Array(0) } as const;
  expect(statusOf(scene.run(name, kind))).toBe("Success");
}

function members(scene: Scene): readonly string[] {
  return scene.system.validators.validators.map(({ metadata }) => metadata.soma_address).toSorted();
}

function validator(scene: Scene, name: string): Validator | undefined {
  const address = addressOf(name);
  return scene.system.validators.validators.find(
    ({ metadata }) => metadata.soma_address === address,
  );
}

/** Whether a node takes part in consensus. */
function validates({ node }: SimNode): boolean {
  return node?.consensus !== undefined;
}

test("basic_reconfig_end_to_end_test", () => {
  const scene = new Scene();
  scene.endEpoch();
  expect(scene.epoch).toBe(1n);
  const coin = scene.coin("alice");
  expect(statusOf(scene.run("alice", transfer("bob", coin, SOMA), [coin]))).toBe("Success");
});

test("test_reconfig_with_committee_change_basic", () => {
  const newcomer = candidateOf("c0");
  const scene = new Scene({ candidates: [newcomer] });
  const node = present(scene.world.nodes[4], "the newcomer's node");
  expect(validates(node)).toBe(false);
  join(scene, newcomer, "c0", 10_000n);
  scene.endEpoch();
  expect(members(scene)).toHaveLength(5);
  expect(validates(node)).toBe(true);
  leave(scene, "c0");
  scene.endEpoch();
  expect(members(scene)).toHaveLength(4);
  expect(validates(node)).toBe(false);
});

test("test_passive_reconfig_normal", () => {
  const scene = new Scene({ epochDurationMs: 5_000n });
  scene.until("epoch 4", () => scene.epoch >= 4n);
  expect(members(scene)).toHaveLength(4);
});

test("test_passive_reconfig_with_tx_load", () => {
  const scene = new Scene({ epochDurationMs: 5_000n });
  let done = 0;
  while (scene.epoch < 4n) {
    const coin = scene.coin("alice");
    if (statusOf(scene.run("alice", transfer("bob", coin, 1n), [coin])) === "Success") done++;
  }
  expect(done).toBeGreaterThan(4);
  expect(members(scene)).toHaveLength(4);
});

test("test_reconfig_with_committee_change_stress_normal", () => {
  const names = ["c0", "c1", "c2", "c3"];
  const candidates = names.map(candidateOf);
  const scene = new Scene({ candidates });
  for (let round = 0; round < 2; round++) {
    const coming = names.slice(2 * round, 2 * round + 2);
    const going = round === 0 ? ["v0", "v1"] : ["c0", "c1"];
    for (const name of coming) {
      join(scene, present(candidates[names.indexOf(name)], "a candidate"), name, 20_000n);
    }
    for (const name of going) leave(scene, name);
    scene.endEpoch();
    const expected = ["v2", "v3", ...coming].map(addressOf).toSorted();
    expect<readonly string[]>(members(scene)).toEqual(expected);
  }
  const coin = scene.coin("alice");
  expect(statusOf(scene.run("alice", transfer("bob", coin, SOMA), [coin]))).toBe("Success");
});

test("test_reconfig_with_voting_power_decrease_normal", () => {
  const newcomer = candidateOf("c0");
  const scene = new Scene({ candidates: [newcomer] });
  // 160 of 80,160 SOMA: 0.19 %, above the 0.12 % to join.
  join(scene, newcomer, "c0", 160n);
  scene.endEpoch();
  expect(validator(scene, "c0")).toBeDefined();
  // The others have twice that: 0.1 %, between joining and low.
  for (const name of ["v0", "v1", "v2", "v3"]) stake(scene, name, name, 20_000n * SOMA);
  scene.endEpoch();
  const power = (): number => Number(validator(scene, "c0")?.voting_power ?? 0n);
  const risk = (): bigint => scene.system.validators.at_risk_validators.get(addressOf("c0")) ?? 0n;
  expect([power() >= 8 && power() < 12, risk()]).toEqual([true, 0n]);
  for (const name of ["v0", "v1", "v2", "v3"]) stake(scene, name, name, 40_000n * SOMA);
  scene.endEpoch();
  expect([power() >= 4 && power() < 8, risk()]).toEqual([true, 1n]);
  for (let epoch = 0; epoch < 7; epoch++) {
    expect(validator(scene, "c0")).toBeDefined();
    scene.endEpoch();
  }
  expect(validator(scene, "c0")).toBeUndefined();
  expect(members(scene)).toHaveLength(4);
});

test("test_reconfig_with_voting_power_decrease_immediate_removal", () => {
  const newcomer = candidateOf("c0");
  const scene = new Scene({ candidates: [newcomer] });
  const initial = members(scene);
  join(scene, newcomer, "c0", 120n);
  scene.endEpoch();
  expect(members(scene)).toHaveLength(5);
  for (const name of ["v0", "v1", "v2", "v3"]) stake(scene, name, name, 80_000n * SOMA);
  scene.endEpoch();
  expect(members(scene)).toEqual(initial);
});

test("test_inactive_validator_pool_read", () => {
  const scene = new Scene({ validators: 5 });
  leave(scene, "v4");
  scene.endEpoch();
  const { inactive_validators, validators } = scene.system.validators;
  expect(validators).toHaveLength(4);
  const [gone] = [...inactive_validators.values()];
  expect(gone?.metadata.soma_address).toBe(addressOf("v4"));
  expect(gone?.staking_pool.deactivation_epoch).toBe(1n);
  expect(validates(present(scene.world.nodes[4], "its node"))).toBe(false);
});

test("test_validator_candidate_pool_read", () => {
  const newcomer = candidateOf("c0");
  const scene = new Scene({ candidates: [newcomer] });
  join(scene, newcomer, "c0", 1_000n);
  const { pending_validators } = scene.system.validators;
  expect(pending_validators).toHaveLength(1);
  expect(pending_validators[0]?.staking_pool).toMatchObject({
    activation_epoch: undefined,
    soma_balance: 1_000n * SOMA,
  });
  expect(members(scene)).toHaveLength(4);
  scene.endEpoch();
  expect(scene.system.validators.pending_validators).toEqual([]);
  expect(validator(scene, "c0")?.staking_pool.activation_epoch).toBe(1n);
});

test("test_reconfig_with_failing_validator", () => {
  const scene = new Scene({ epochDurationMs: 5_000n });
  for (let round = 0; scene.epoch < 4n; round++) {
    const node = present(scene.world.nodes[round % 4], "a validator");
    scene.world.crash(node, "lost");
    scene.wait(2_000);
    scene.world.start(node);
    scene.wait(1_000);
    expect(round).toBeLessThan(40);
  }
  scene.until("all are there", () =>
    scene.running.every(({ node }) => (node?.epoch.setting.number ?? 0n) >= 4n),
  );
});

test("test_create_advance_epoch_tx_race", () => {
  const scene = new Scene({ epochDurationMs: 3_000n });
  let succeeded = 0;
  while (scene.epoch < 3n) {
    if (statusOf(stake(scene, "alice", "v0", SOMA)) === "Success") succeeded++;
    scene.wait(200);
  }
  expect(succeeded).toBeGreaterThan(0);
  expect(members(scene)).toHaveLength(4);
});

test("test_expired_locks", () => {
  const scene = new Scene();
  const old = scene.coin("alice");
  scene.run("alice", transfer("bob", old, SOMA), [old]);
  scene.endEpoch();
  const [stale] = scene.send(scene.sign("alice", transfer("bob", old, 1n), [old]));
  expect(stale).toMatchObject({ kind: "Refused", refusal: { reason: "Stale" } });
  const fresh = scene.ref(old.object_id);
  expect(statusOf(scene.run("alice", transfer("bob", fresh, SOMA), [fresh]))).toBe("Success");
});

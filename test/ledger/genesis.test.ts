/**
 * Genesis: all money is there, the same configuration gives the same chain, and every committee
 * size from 1 to 100 fits.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { encode } from "../../src/bcs/schema.ts";
import { blsKeygen, blsPublicKey } from "../../src/crypto/bls.ts";
import { proveBlsPossession } from "../../src/crypto/pop.ts";
import { sumValue } from "../../src/ledger/conservation.ts";
import { buildGenesis } from "../../src/ledger/genesis/build.ts";
import {
  type Allocation,
  checkProofs,
  type GenesisConfig,
  type GenesisModel,
  type GenesisValidator,
} from "../../src/ledger/genesis/config.ts";
import { openTargets } from "../../src/ledger/readers.ts";
import { ZERO_DIGEST } from "../../src/types/address.ts";
import { checkpointDigest, contentsDigest } from "../../src/types/checkpoint.ts";
import { TOTAL_SUPPLY } from "../../src/types/coin.ts";
import { effectsDigest } from "../../src/types/effects.ts";
import { stateObject } from "../../src/types/entry.ts";
import { scalarTensor } from "../../src/types/tensor.ts";
import { transactionDigest } from "../../src/types/transaction.ts";
import {
  account,
  bytesOf,
  embeddingOf,
  genesisModel,
  genesisValidator,
  SOMA,
  testConfig,
} from "./fixtures.ts";
import { World } from "./world.ts";

function build(changes: Partial<GenesisConfig> = {}): ReturnType<typeof buildGenesis> {
  return buildGenesis(testConfig(changes));
}

function reason(changes: Partial<GenesisConfig>): string | undefined {
  const built = build(changes);
  return built.ok ? undefined : built.error;
}

describe("genesis", () => {
  test("holds the total supply, and every object has version 1", () => {
    const { genesis } = new World();
    expect(sumValue(genesis.objects)).toBe(TOTAL_SUPPLY);
    expect(genesis.objects.every((object) => object.version === 1n)).toBe(true);
    expect(genesis.objects.every((object) => object.previous_transaction === ZERO_DIGEST)).toBe(
      true,
    );
    expect(genesis.effects.changed_objects).toHaveLength(genesis.objects.length);
  });

  test("transaction, effects, contents and summary name each other", () => {
    const { genesis } = new World();
    const { transaction, effects, contents, summary } = genesis;
    expect(effects.transaction_digest).toBe(transactionDigest(transaction.data));
    expect(contents.transactions).toEqual([
      { transaction: transactionDigest(transaction.data), effects: effectsDigest(effects) },
    ]);
    expect(summary.content_digest).toBe(contentsDigest(contents));
    expect(summary).toMatchObject({
      epoch: 0n,
      sequence_number: 0n,
      network_total_transactions: 1n,
    });
  });

  test("the same configuration gives the same chain, in whatever order it is named", () => {
    const [one, two] = [build(), build({ validators: testConfig().validators.toReversed() })];
    const other = build({ chain_start_ms: 1n });
    if (!one.ok || !two.ok || !other.ok) throw new Error("genesis was refused");
    expect(checkpointDigest(two.value.summary)).toBe(checkpointDigest(one.value.summary));
    expect(checkpointDigest(other.value.summary)).not.toBe(checkpointDigest(one.value.summary));
  });

  test("W29 committees of 1 to 100 fit, with power in proportion", () => {
    for (const size of [1, 2, 3, 4, 9, 10, 11, 50, 100]) {
      const names = Array.from({ length: size }, (_, place) => `validator ${place}`);
      const staked = names.map((name) => ({
        recipient: account(name),
        amount: 20_000n * SOMA,
        staked_with_validator: account(name),
      }));
      const built = build({ validators: names.map(genesisValidator), allocations: staked });
      if (!built.ok) throw new Error(built.error);
      const powers = built.value.committee.members.map((member) => member.voting_power);
      expect(powers).toHaveLength(size);
      expect(Math.max(...powers) - Math.min(...powers)).toBeLessThanOrEqual(1);
    }
  });

  test("opens targets at once when there are models, each with a different point", () => {
    const targets = openTargets(new World());
    expect(targets).toHaveLength(4);
    const points = new Set(targets.map(({ target }) => target.embedding.values.join()));
    expect(points.size).toBe(4);
    expect(targets.every(({ target }) => target.model_ids.length === 3)).toBe(true);
    expect(openTargets(new World({ models: [] }))).toEqual([]);
    expect(
      openTargets(new World({ models: [genesisModel("only")] }))[0]!.target.model_ids,
    ).toHaveLength(1);
  });

  test("objects pass through their bytes unchanged", () => {
    const plain = new World();
    const reloaded = new World({}, true);
    for (const [id, object] of plain.objects) {
      const bytes = encode(stateObject, object).toHex();
      expect(encode(stateObject, reloaded.find(id)!).toHex()).toBe(bytes);
    }
  });
});

describe("a configuration that does not do", () => {
  const { validators, models, allocations } = testConfig();
  const [first, second] = validators as [GenesisValidator, GenesisValidator];
  const model = models[0]!;
  const one = { recipient: account("x"), amount: 1n };

  test("names the validator's field", () => {
    const alone = (changes: Partial<GenesisValidator>): string | undefined =>
      reason({ validators: [{ ...first, ...changes }] });
    expect(reason({ validators: [] })).toBe("validators is empty");
    expect(reason({ validators: [first, first] })).toStartWith("validators[1].account");
    const sameKey = { ...second, network_pubkey: first.worker_pubkey };
    expect(reason({ validators: [first, sameKey] })).toStartWith("validators[1].network_pubkey");
    expect(alone({ commission_rate: 10_001n })).toContain("commission_rate");
    expect(alone({ proof_of_possession: new Uint8Array(3) })).toContain(".proof_of_possession");
    expect(alone({ protocol_pubkey: new Uint8Array(3) })).toContain(".protocol_pubkey");
    expect(alone({ network_pubkey: new Uint8Array(3) })).toContain(".network_pubkey");
    expect(alone({ worker_pubkey: new Uint8Array(3) })).toContain(".worker_pubkey");
    expect(alone({ p2p_address: "x".repeat(257) })).toContain(".p2p_address");
  });

  test("names the parameter", () => {
    const having = (overrides: GenesisConfig["overrides"]): string | undefined =>
      reason({ overrides });
    const nan = scalarTensor(Number.NaN);
    expect(reason({ protocol_version: 99n })).toBe("protocol_version 99 is unknown");
    expect(having({ epoch_duration_ms: 0n })).toContain("epoch_duration_ms");
    expect(having({ target_embedding_dim: 0n })).toContain("target_embedding_dim");
    expect(having({ target_initial_distance_threshold: nan })).toContain("threshold");
    expect(having({ min_submission_data_size: 2_000_000n })).toContain("min_submission");
    expect(having({ target_initial_targets_per_epoch: 10_001n })).toContain("initial_targets");
  });

  test("names the model's field", () => {
    const having = (changes: Partial<GenesisModel>): string | undefined =>
      reason({ models: [{ ...model, ...changes }] });
    const manifest = { ...model.manifest, url: "file:///etc/passwd" };
    expect(having({ manifest })).toStartWith("models[0].manifest.url");
    expect(having({ decryption_key: new Uint8Array(3) })).toContain("models[0].decryption_key");
    expect(having({ initial_stake: 1n })).toContain("models[0].initial_stake");
    expect(having({ embedding: embeddingOf("x", 15) })).toContain("models[0].embedding");
    expect(having({ architecture_version: 2n })).toContain("models[0].architecture_version");
    expect(having({ commission_rate: 10_001n })).toContain("models[0].commission_rate");
  });

  test("names the allocation", () => {
    const having = (allocation: Allocation): string | undefined =>
      reason({ allocations: [allocation] });
    const stranger = account("x");
    expect(having({ ...one, amount: 0n })).toContain("allocations[0].amount");
    expect(having({ ...one, staked_with_validator: stranger })).toContain("staked_with_validator");
    expect(having({ ...one, staked_with_model: 3 })).toContain("staked_with_model");
    const twice = { ...one, staked_with_model: 0, staked_with_validator: first.account };
    expect(having(twice)).toContain("staked twice");
    const all = { ...one, amount: TOTAL_SUPPLY };
    expect(reason({ allocations: [...allocations, all] })).toContain("shannons");
  });

  test("keys that are none and proofs that do not hold are found", () => {
    expect(checkProofs({ validators })).toBe("validators[0].proof_of_possession does not hold");
    const secret = blsKeygen(bytesOf("seed", 32));
    const honest = {
      ...first,
      protocol_pubkey: blsPublicKey(secret),
      proof_of_possession: proveBlsPossession(secret, first.account),
    };
    expect(checkProofs({ validators: [honest] })).toBeUndefined();
    const unreadable = { ...honest, worker_pubkey: new Uint8Array(32).fill(2) };
    expect(checkProofs({ validators: [unreadable] })).toBe("validators[0].worker_pubkey is no key");
  });
});

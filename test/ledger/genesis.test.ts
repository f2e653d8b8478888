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
import { checkProofs, type GenesisConfig } from "../../src/ledger/genesis/config.ts";
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
  test("is refused with the field", () => {
    const { validators, models, allocations } = testConfig();
    const [first, second] = validators as [
      GenesisConfig["validators"][0],
      GenesisConfig["validators"][0],
    ];
    const one = { recipient: account("x"), amount: 1n };
    expect(reason({ validators: [] })).toBe("validators is empty");
    expect(reason({ validators: [first, first] })).toStartWith("validators[1].account");
    const sameKey = { ...second, network_pubkey: first.worker_pubkey };
    expect(reason({ validators: [first, sameKey], allocations: [] })).toStartWith(
      "validators[1].network_pubkey",
    );
    expect(reason({ validators: [{ ...first, commission_rate: 10_001n }] })).toContain(
      "commission_rate",
    );
    expect(reason({ protocol_version: 99n })).toBe("protocol_version 99 is unknown");
    expect(reason({ overrides: { epoch_duration_ms: 0n } })).toContain("epoch_duration_ms");
    expect(reason({ overrides: { target_embedding_dim: 0n } })).toContain("target_embedding_dim");
    expect(
      reason({ overrides: { target_initial_distance_threshold: scalarTensor(Number.NaN) } }),
    ).toContain("threshold");
    expect(reason({ overrides: { min_submission_data_size: 2_000_000n } })).toContain(
      "min_submission",
    );
    expect(reason({ models: [{ ...models[0]!, embedding: embeddingOf("x", 15) }] })).toContain(
      "models[0].embedding",
    );
    const model = models[0]!;
    const manifest = { ...model.manifest, url: "file:///etc/passwd" };
    expect(reason({ models: [{ ...model, manifest }] })).toStartWith("models[0].manifest.url");
    expect(reason({ models: [{ ...model, decryption_key: new Uint8Array(3) }] })).toContain("32");
    const short = { ...first, proof_of_possession: new Uint8Array(3) };
    expect(reason({ validators: [short] })).toContain("validators[0].proof_of_possession");
    const wordy = { ...first, p2p_address: "x".repeat(257) };
    expect(reason({ validators: [wordy] })).toContain("validators[0].p2p_address");
    expect(reason({ models: [{ ...models[0]!, initial_stake: 1n }] })).toContain("initial_stake");
    expect(reason({ allocations: [{ ...one, amount: 0n }] })).toContain("allocations[0].amount");
    expect(reason({ allocations: [{ ...one, staked_with_validator: account("x") }] })).toContain(
      "staked_with_validator",
    );
    expect(reason({ allocations: [{ ...one, staked_with_model: 3 }] })).toContain(
      "staked_with_model",
    );
    expect(reason({ allocations: [...allocations, { ...one, amount: TOTAL_SUPPLY }] })).toContain(
      "shannons",
    );
  });

  test("keys that are none and proofs that do not hold are found", () => {
    const { validators } = testConfig();
    expect(checkProofs({ validators })).toBe("validators[0].proof_of_possession does not hold");
    const secret = blsKeygen(bytesOf("seed", 32));
    const honest = {
      ...validators[0]!,
      protocol_pubkey: blsPublicKey(secret),
      proof_of_possession: proveBlsPossession(secret, validators[0]!.account),
    };
    expect(checkProofs({ validators: [honest] })).toBeUndefined();
    const unreadable = { ...honest, worker_pubkey: new Uint8Array(32).fill(2) };
    expect(checkProofs({ validators: [unreadable] })).toBe("validators[0].worker_pubkey is no key");
  });
});

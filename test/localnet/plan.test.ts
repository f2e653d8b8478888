/**
 * What a local network begins with: all money accounted for at every size, keys that fit together,
 * models whose weights can be had, and targets that ordinary files can win.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import { applyAesCtr } from "../../src/crypto/aes-ctr.ts";
import { blake2b256Hex } from "../../src/crypto/digest.ts";
import { buildGenesis } from "../../src/ledger/genesis/build.ts";
import { checkProofs } from "../../src/ledger/genesis/config.ts";
import { readDemoModels } from "../../src/localnet/demo-models.ts";
import { addressOf, type NetworkPlan, planNetwork } from "../../src/localnet/plan.ts";
import { SMALL, V1 } from "../../src/model/config.ts";
import { cosineDistance } from "../../src/model/embedding.ts";
import { readWeights } from "../../src/model/weights.ts";
import { PARAMETERS_V1 } from "../../src/protocol/parameters.ts";
import { TOTAL_SUPPLY } from "../../src/types/coin.ts";
import type { ContentOf } from "../../src/types/entry.ts";
import { scalarValue } from "../../src/types/tensor.ts";
import { bytesOf } from "./random.ts";

const RPC = "http://127.0.0.1:9000";

const OPTIONS = {
  startMs: 1_700_000_000_000,
  epochDurationMs: 86_400_000,
  validatorPorts: [20_000],
  rpcUrl: RPC,
  model: SMALL,
  models: readDemoModels(),
  randomBytes: bytesOf(1),
};

function plan(size: number, models = OPTIONS.models, seed = 1): NetworkPlan {
  const validatorPorts = Array.from({ length: size }, (_, number) => 20_000 + number);
  return planNetwork({ ...OPTIONS, validatorPorts, models, randomBytes: bytesOf(seed) });
}

const four = plan(4);
const built = buildGenesis(four.genesis);
if (!built.ok) throw new Error(built.error);
const { objects, committee } = built.value;
const targets = objects
  .map(({ content }) => content)
  .filter((content): content is ContentOf<"Target"> => content.kind === "Target");

test.each([1, 2, 7, 20])("%i validators leave most of the supply to be emitted", (size) => {
  const { genesis } = plan(size, []);
  const given = genesis.allocations.reduce((sum, { amount }) => sum + amount, 0n);
  expect(given * 2n < TOTAL_SUPPLY).toBe(true);
  expect(genesis.validators).toHaveLength(size);
  expect(buildGenesis(genesis).ok).toBe(true);
});

test("a hundred validators fit", () => {
  const { genesis } = plan(100, []);
  const found = buildGenesis(genesis);
  expect(found.ok && found.value.committee.members).toHaveLength(100);
});

test("the same randomness gives the same network, other randomness another", () => {
  expect(plan(1).genesis).toEqual(plan(1).genesis);
  expect(plan(1).faucet).not.toEqual(plan(1, [], 2).faucet);
});

test("every founder can prove its key and has the same power", () => {
  expect(checkProofs(four.genesis)).toBeUndefined();
  expect(committee.members.map((member) => member.voting_power)).toEqual(Array(4).fill(2_500));
});

describe("models", () => {
  test("their manifests lead to the blobs, which decrypt to the weights", () => {
    for (const [place, demo] of readDemoModels().entries()) {
      const model = four.genesis.models[place]!;
      const blob = four.blobs[place]!;
      const checksum = blake2b256Hex(blob);
      expect(model.manifest.url).toBe(`${RPC}/v1/blobs/${checksum}`);
      expect(String(model.manifest.metadata.checksum)).toBe(checksum);
      expect(model.manifest.metadata.size).toBe(BigInt(blob.length));
      expect(applyAesCtr(model.decryption_key, blob).toHex()).toBe(demo.weights.toHex());
      expect(readWeights(SMALL, demo.weights).ok).toBe(true);
    }
  });

  test("belong to the demo account with exactly the least stake", () => {
    const stakes = four.genesis.models.map(({ owner, initial_stake }) => [owner, initial_stake]);
    expect(stakes).toEqual(Array.from({ length: 3 }, () => [addressOf(four.demo), 1_000_000_000n]));
  });

  test("compete for every opening target", () => {
    expect(targets).toHaveLength(100);
    expect(targets.every(({ model_ids }) => model_ids.length === 3)).toBe(true);
  });
});

test("what any of the models makes of its own kind of data wins some targets and not all", () => {
  for (const { embedding } of readDemoModels()) {
    const hits = targets.filter((target) => {
      const threshold = present(scalarValue(target.distance_threshold), "a threshold");
      return cosineDistance(embedding, target.embedding.values) <= threshold;
    });
    expect(hits.length).toBeGreaterThanOrEqual(5);
    expect(hits.length).toBeLessThanOrEqual(35);
  }
});

test("a network for full models has the protocol's own targets", () => {
  const { genesis } = planNetwork({ ...OPTIONS, model: V1, models: [] });
  const full = buildGenesis(genesis);
  const contents = full.ok ? full.value.objects.map(({ content }) => content) : [];
  expect(contents.find((each) => each.kind === "Parameters")?.protocol).toMatchObject({
    target_embedding_dim: 2_048n,
    target_initial_distance_threshold: PARAMETERS_V1.target_initial_distance_threshold,
    min_submission_data_size: PARAMETERS_V1.min_submission_data_size,
  });
});

test("a submission may have a megabyte", () => {
  const content = objects.map((object) => object.content);
  const parameters = content.find((each) => each.kind === "Parameters");
  expect(parameters?.max_submission_data_size).toBe(1_048_576n);
});

/**
 * What models and submissions go through, as tests need it: commit, reveal, publish, submit, and
 * where it is seen.
 *
 * @module
 */
import { expect } from "bun:test";

import { present } from "../../src/base/assert.ts";
import { encode } from "../../src/bcs/schema.ts";
import { blake2b256 } from "../../src/crypto/digest.ts";
import { type Address, deriveObjectId, type ObjectId, toDigest } from "../../src/types/address.ts";
import {
  type ContentOf,
  ECONOMY_ID,
  modelEntryId,
  poolEntryId,
  ROUTING_ID,
} from "../../src/types/entry.ts";
import type { ObjectRef } from "../../src/types/object.ts";
import { tensor, vectorTensor } from "../../src/types/tensor.ts";
import type { KindOf } from "../../src/types/transaction-kind.ts";
import { digestFrom, DIMENSION, embeddingOf, genesisModel, SOMA } from "./fixtures.ts";
import { statusOf, type World } from "./world.ts";

/** A commitment to weights that a name determines. */
export function commitmentOf(
  modelId: ObjectId,
  name: string,
  dimension: number = DIMENSION,
): KindOf<"CommitModel"> {
  const { manifest, weights_commitment, decryption_key } = genesisModel(name);
  const embedding = encode(tensor, embeddingOf(name, dimension));
  return {
    kind: "CommitModel",
    model_id: modelId,
    manifest,
    weights_commitment,
    embedding_commitment: toDigest(blake2b256(embedding).toHex()),
    decryption_key_commitment: toDigest(blake2b256(decryption_key).toHex()),
  };
}

/** What reveals that commitment. */
export function revealOf(
  modelId: ObjectId,
  name: string,
  dimension: number = DIMENSION,
): KindOf<"RevealModel"> {
  const { decryption_key } = genesisModel(name);
  const embedding = embeddingOf(name, dimension);
  return { kind: "RevealModel", model_id: modelId, decryption_key, embedding };
}

/** Creates a model; returns its id. */
export function createModel(world: World, owner: Address, stake: bigint = SOMA): ObjectId {
  const execution = world.run(owner, {
    kind: "CreateModel",
    stake_amount: stake,
    commission_rate: 1_000n,
    architecture_version: 1n,
  });
  expect(statusOf(execution)).toBe("Success");
  return deriveObjectId(execution.effects.transaction_digest, 0);
}

/** Creates, commits and reveals a model over two epoch changes, until it is in force. */
export function publishModel(
  world: World,
  owner: Address,
  name: string,
  stake: bigint = SOMA,
): ObjectId {
  const id = createModel(world, owner, stake);
  expect(statusOf(world.run(owner, commitmentOf(id, name)))).toBe("Success");
  world.endEpoch();
  expect(statusOf(world.run(owner, revealOf(id, name)))).toBe("Success");
  world.endEpoch();
  return id;
}

/** A submission that fills a target: it shows the embedding that the target asks for. */
export function submissionTo(
  world: World,
  targetId: ObjectId,
  bondCoin: ObjectRef,
  changes: Partial<KindOf<"SubmitData">> = {},
): KindOf<"SubmitData"> {
  const target = world.content("Target", targetId);
  return {
    kind: "SubmitData",
    target_id: targetId,
    data_manifest: {
      url: "http://127.0.0.1:9000/v1/blobs/data",
      metadata: { checksum: digestFrom("data"), size: 10_000n },
    },
    model_id: present(target.model_ids[0], "a model"),
    embedding: target.embedding,
    distance_score: vectorTensor([0]),
    loss_score: vectorTensor(target.model_ids.map((_, place) => 1 + place)),
    bond_coin: bondCoin,
    ...changes,
  };
}

/** The entry of a model. */
export function modelOf(world: World, id: ObjectId): ContentOf<"Model"> {
  return world.content("Model", modelEntryId(id));
}

/** The pool of a model. */
export function modelPoolOf(world: World, id: ObjectId): ContentOf<"Pool"> {
  return world.content("Pool", poolEntryId(modelOf(world, id).pool_id));
}

/** The models that new targets draw from. */
export function drawnModels(world: World): ObjectId[] {
  return world.content("Routing", ROUTING_ID).rows.map((row) => row.model_id);
}

/** The state of the economy. */
export function economyOf(world: World): ContentOf<"Economy"> {
  return world.content("Economy", ECONOMY_ID);
}

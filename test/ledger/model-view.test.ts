/**
 * Models as clients read them when there is little to show.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { decode, encode } from "../../src/bcs/schema.ts";
import { composeModel, composeModels } from "../../src/ledger/model-view.ts";
import { type ObjectId, ZERO_DIGEST } from "../../src/types/address.ts";
import { modelEntryId } from "../../src/types/entry.ts";
import { type Model, model } from "../../src/types/model.ts";
import { account } from "./fixtures.ts";
import { commitmentOf, createModel } from "./lifecycle.ts";
import { World } from "./world.ts";

const alice = account("alice");

/** The model after it let its terms pass. */
function lapsed(world: World, id: ObjectId): Model {
  world.endEpoch();
  world.endEpoch();
  const shown = composeModel(world, world.content("Model", modelEntryId(id)));
  const decoded = decode(model, encode(model, shown));
  if (!decoded.ok) throw new Error(decoded.error.reason);
  return decoded.value;
}

test("one that never committed shows empty weights, and still encodes", () => {
  const world = new World();
  expect(lapsed(world, createModel(world, alice))).toMatchObject({
    kind: "Inactive",
    weights_commitment: ZERO_DIGEST,
    embedding: { shape: [0] },
  });
});

test("one that never revealed shows what it committed to, with an empty key", () => {
  const world = new World();
  const id = createModel(world, alice);
  const commitment = commitmentOf(id, "alpha");
  world.run(alice, commitment);
  expect(lapsed(world, id)).toMatchObject({
    kind: "Inactive",
    manifest: commitment.manifest,
    weights_commitment: commitment.weights_commitment,
    decryption_key: new Uint8Array(32),
    embedding: { shape: [0] },
  });
});

test("the registry maps pools to models and adds up the stake of active ones", () => {
  const world = new World();
  const id = createModel(world, alice);
  const registry = composeModels(world);
  expect(registry.models.size).toBe(4);
  expect(registry.staking_pool_mappings.size).toBe(4);
  const { pool_id } = world.content("Model", modelEntryId(id));
  expect(registry.staking_pool_mappings.get(pool_id)).toBe(id);
  expect(registry.total_model_stake).toBe(3_000_000_000n);
});

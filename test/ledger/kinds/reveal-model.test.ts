/**
 * RevealModel: the owner shows in time what was committed to.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { findModel } from "../../../src/ledger/readers.ts";
import { deriveObjectId } from "../../../src/types/address.ts";
import { vectorTensor } from "../../../src/types/tensor.ts";
import { account, digestFrom } from "../fixtures.ts";
import {
  commitmentOf,
  createModel,
  drawnModels,
  modelOf,
  modelPoolOf,
  revealOf,
} from "../lifecycle.ts";
import { faultOf, statusOf, World } from "../world.ts";

const alice = account("alice");
const bob = account("bob");

describe("RevealModel", () => {
  test("clients see it active from the reveal on; it competes from the next epoch on", () => {
    const world = new World();
    const id = createModel(world, alice);
    expect(findModel(world, id)?.kind).toBe("Created");
    world.run(alice, commitmentOf(id, "alpha"));
    expect(findModel(world, id)?.kind).toBe("Pending");
    world.endEpoch();
    expect(statusOf(world.run(alice, revealOf(id, "alpha")))).toBe("Success");
    expect(findModel(world, id)?.kind).toBe("Active");
    expect(drawnModels(world)).not.toContain(id);
    world.endEpoch();
    expect(drawnModels(world)).toContain(id);
    expect(modelPoolOf(world, id).activation_epoch).toBe(2n);
    expect(modelOf(world, id)).toMatchObject({
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

  test("W2 a committed embedding of the wrong size or without direction is a fault", () => {
    const world = new World();
    const [short, zero] = [createModel(world, alice), createModel(world, alice)];
    const nothing = vectorTensor(Array.from({ length: 16 }, () => 0));
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
    expect(drawnModels(world)).toHaveLength(3);
  });
});

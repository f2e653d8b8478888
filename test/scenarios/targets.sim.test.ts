/**
 * Targets, as a client sees them.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { openTargets, targetsMadeIn } from "../../src/ledger/readers.ts";
import { deriveObjectId, type ObjectId } from "../../src/types/address.ts";
import { scalarTensor, scalarValue, vectorTensor } from "../../src/types/tensor.ts";
import { digestFrom, genesisModel } from "../ledger/fixtures.ts";
import { openTarget, submission } from "./deeds.ts";
import { addressOf, createdBy, Scene, statusOf } from "./scene.ts";

const INITIAL = 4;

function open(scene: Scene): readonly ObjectId[] {
  return openTargets(scene.fullnode.disk.reader).map(({ id }) => id);
}

function checkOpening(scene: Scene): void {
  const targets = openTargets(scene.fullnode.disk.reader);
  expect(targets).toHaveLength(INITIAL);
  for (const { target } of targets) {
    expect(target).toMatchObject({ status: { kind: "Open" }, generation_epoch: 0n });
    expect(scalarValue(target.distance_threshold)).toBeGreaterThan(0);
    expect(target.reward_pool).toBeGreaterThan(0n);
  }
  expect(scene.system.emission_pool.balance).toBeGreaterThan(0n);
}

test("genesis_target_bootstrap", () => {
  checkOpening(new Scene({ config: { models: [genesisModel("only")] } }));
});

test("genesis_target_bootstrap_3_models", () => {
  checkOpening(new Scene());
});

test("submit_data_fills_target", () => {
  const scene = new Scene();
  const id = openTarget(scene);
  expect(statusOf(scene.run("alice", submission(scene, "alice", id)))).toBe("Success");
  const rows = targetsMadeIn(scene.fullnode.disk.reader, 0n);
  expect(rows.filter(({ phase }) => phase === "Audit").map((row) => row.id)).toEqual([id]);
  expect(rows).toHaveLength(INITIAL + 1);
});

test("claim_rewards_after_audit_window", () => {
  const scene = new Scene();
  const id = openTarget(scene);
  scene.run("alice", submission(scene, "alice", id));
  const claim = { kind: "ClaimRewards", target_id: id } as const;
  expect(statusOf(scene.run("bob", claim))).toBe("AuditWindowOpen");
  scene.endEpoch();
  expect(statusOf(scene.run("bob", claim))).toBe("AuditWindowOpen");
  scene.endEpoch();
  const effects = scene.run("bob", claim);
  expect(statusOf(effects)).toBe("Success");
  const paid = createdBy(effects).flatMap((coin) => {
    const { owner } = scene.find(coin)!;
    return owner.kind === "AddressOwner" ? [owner.address] : [];
  });
  expect(paid).toContain(addressOf("alice"));
  expect(targetsMadeIn(scene.fullnode.disk.reader, 0n).map((row) => row.id)).not.toContain(id);
});

test("epoch_boundary_issues_new_targets", () => {
  const scene = new Scene();
  const first = open(scene);
  scene.endEpoch();
  const second = open(scene);
  expect(second).toHaveLength(INITIAL);
  expect(second.filter((id) => first.includes(id))).toEqual([]);
  for (const id of first) expect(scene.content("Target", id).status.kind).toBe("Open");
});

test("claim_expired_unfilled_target", () => {
  const scene = new Scene();
  const id = openTarget(scene);
  const claim = { kind: "ClaimRewards", target_id: id } as const;
  expect(statusOf(scene.run("carol", claim))).toBe("TargetNotFilled");
  scene.endEpoch();
  expect(statusOf(scene.run("carol", claim))).toBe("Success");
  expect(scene.find(id)).toBeUndefined();
});

test("submit_data_validation_errors", () => {
  const scene = new Scene();
  const id = openTarget(scene);
  const { embedding } = scene.content("Target", id);
  const against = vectorTensor(embedding.values.map((value) => -value));
  const flaws = [
    [{ embedding: against, distance_score: scalarTensor(2) }, "DistanceExceedsThreshold"],
    [{ embedding: vectorTensor([1, 2, 3]) }, "EmbeddingDimensionMismatch"],
    [{ model_id: deriveObjectId(digestFrom("nothing"), 0) }, "ModelNotInTarget"],
  ] as const;
  for (const [flaw, fault] of flaws) {
    expect(statusOf(scene.run("alice", submission(scene, "alice", id, flaw)))).toBe(fault);
  }
  expect(scene.content("Target", id).status.kind).toBe("Open");
});

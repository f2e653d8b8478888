/**
 * Objects that many change, and coins that one spends twice.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import type { CallEnd } from "../../src/simulator/world.ts";
import type { ObjectId } from "../../src/types/address.ts";
import type { TransactionEffects } from "../../src/types/effects.ts";
import { ECONOMY_ID } from "../../src/types/entry.ts";
import { SHARED } from "../../src/types/owner.ts";
import { SOMA } from "../ledger/fixtures.ts";
import { openTarget, report, submission, transfer } from "./deeds.ts";
import { createdBy, Scene, statusOf } from "./scene.ts";

function changeOf({ changed_objects }: TransactionEffects, id: ObjectId) {
  return present(
    changed_objects.find(({ object_id }) => object_id === id),
    "a change",
  );
}

function successes(ends: readonly CallEnd[]): number {
  return ends.filter((end) => {
    return end.kind === "Executed" && end.executed.effects.status.kind === "Success";
  }).length;
}

// The reference shows the one object of the system state as changed. Ours has entries instead: the
// accounts of the epoch are one, and shared as well.
test("test_shared_object_mutation_via_submit_data", () => {
  const scene = new Scene();
  const id = openTarget(scene);
  const effects = scene.run("alice", submission(scene, "alice", id));
  expect(statusOf(effects)).toBe("Success");
  for (const shared of [id, ECONOMY_ID]) {
    expect(changeOf(effects, shared)).toMatchObject({
      input_state: { kind: "Exist", owner: SHARED },
      output_state: { kind: "ObjectWrite", owner: SHARED },
      id_operation: "None",
    });
  }
  expect(createdBy(effects).length).toBeGreaterThan(0);
});

test("test_conflicting_owned_transactions_same_coin", () => {
  const scene = new Scene();
  const coin = scene.coin("alice");
  const [to, other] = ["bob", "carol"].map((name) =>
    scene.sign("alice", transfer(name, coin, SOMA), [coin]),
  );
  const before = [scene.owned("Coin", "bob").length, scene.owned("Coin", "carol").length];
  expect(successes(scene.send(to!))).toBe(1);
  expect(scene.send(other!)[0]).toMatchObject({ kind: "Refused" });
  expect(scene.owned("Coin", "bob")).toHaveLength(before[0]! + 1);
  expect(scene.owned("Coin", "carol")).toHaveLength(before[1]!);
});

test("test_shared_object_status_transition_via_claim", () => {
  const scene = new Scene();
  const id = openTarget(scene);
  const kind = submission(scene, "alice", id);
  scene.run("alice", kind);
  scene.endEpoch();
  scene.endEpoch();
  const claim = { kind: "ClaimRewards", target_id: id } as const;
  const effects = scene.run("bob", claim);
  expect(changeOf(effects, id).id_operation).toBe("Deleted");
  expect(createdBy(effects).length).toBeGreaterThan(0);
  expect(scene.owned("Coin", "alice").length).toBeGreaterThan(0);
  expect(scene.send(scene.sign("bob", claim))[0]).toMatchObject({ kind: "Refused" });
  const late = { ...kind, bond_coin: scene.coin("alice", 1) };
  expect(scene.send(scene.sign("alice", late))[0]).toMatchObject({ kind: "Refused" });
});

test("test_target_version_increments_on_mutations", () => {
  const scene = new Scene();
  const id = openTarget(scene);
  const versions = [scene.ref(id).version];
  const effects = [scene.run("alice", submission(scene, "alice", id))];
  versions.push(scene.ref(id).version);
  expect(statusOf(report(scene, "v0", id))).toBe("AuditWindowClosed");
  versions.push(scene.ref(id).version);
  scene.endEpoch();
  for (const name of ["v0", "v1"]) {
    const reported = report(scene, name, id);
    expect(statusOf(reported)).toBe("Success");
    effects.push(reported);
    versions.push(scene.ref(id).version);
    expect(scene.ref(id).version).toBe(reported.version);
  }
  expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => Number(a - b)));
});

test("test_transaction_replay_idempotency", () => {
  const scene = new Scene();
  const signed = scene.sign("alice", submission(scene, "alice", openTarget(scene)));
  const [first] = scene.send(signed);
  const [again] = scene.send(signed);
  expect(first?.kind).toBe("Executed");
  expect(again).toEqual(first);
  expect(scene.send(signed, signed)).toEqual([first, first] as CallEnd[]);
});

test("test_racing_submitters_concurrent_shared_mutations", () => {
  const scene = new Scene();
  const id = openTarget(scene);
  const names = ["alice", "bob", "carol"];
  const ends = scene.send(...names.map((name) => scene.sign(name, submission(scene, name, id))));
  expect(successes(ends)).toBe(1);
  const faults = ends.map((end) => (end.kind === "Executed" ? statusOf(end.executed.effects) : ""));
  expect(faults.filter((fault) => fault === "TargetNotOpen")).toHaveLength(2);
});

test("test_shared_object_dependency_tracking", () => {
  const scene = new Scene();
  const id = openTarget(scene);
  const submitted = scene.run("alice", submission(scene, "alice", id));
  scene.endEpoch();
  const first = report(scene, "v0", id);
  const second = report(scene, "v1", id);
  expect(first.dependencies).toContain(submitted.transaction_digest);
  expect(second.dependencies).toContain(first.transaction_digest);
});

test("test_concurrent_conflicting_owned_transactions", () => {
  const scene = new Scene();
  const [coin, one, two] = ["alice", "alice", "alice"].map((name, place) =>
    place < 2 ? scene.coin(name, place) : scene.coin(name, 1),
  );
  const ends = scene.send(
    scene.sign("alice", transfer("bob", coin!), [one!]),
    scene.sign("alice", transfer("carol", coin!), [two!]),
  );
  expect(successes(ends)).toBeLessThanOrEqual(1);
});

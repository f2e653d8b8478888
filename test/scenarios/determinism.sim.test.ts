/**
 * Every node arrives at the same state by itself: commitments, checkpoints and effects are those of
 * all the others, whatever happened between. And what the chain says of time only goes forward.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import type { CheckpointRecord } from "../../src/node/io.ts";
import type { SimNode } from "../../src/simulator/sim-node.ts";
import { effectsDigest } from "../../src/types/effects.ts";
import { SOMA } from "../ledger/fixtures.ts";
import { stake, transfer } from "./deeds.ts";
import { Scene, statusOf } from "./scene.ts";

const WHOLE = SOMA;

/** All certified checkpoints of a node, genesis first. */
function recordsOf({ disk }: SimNode): readonly CheckpointRecord[] {
  return Array.from({ length: disk.height + 1 }, (_, sequence) =>
    present(disk.at(BigInt(sequence)), "a checkpoint"),
  );
}

/** The last checkpoint of an epoch at each node. */
function endsOf(scene: Scene, epoch: bigint): readonly CheckpointRecord[] {
  return scene.world.nodes.map((node) => {
    const end = recordsOf(node).find(({ bundle: { summary } }) => {
      return summary.epoch === epoch && summary.end_of_epoch_data !== undefined;
    });
    return present(end, `the end of epoch ${epoch}`);
  });
}

function liveSetOf({ bundle }: CheckpointRecord): string {
  const { checkpoint_commitments: commitments } = bundle.summary;
  return present(
    commitments.find(({ kind }) => kind === "LiveObjectSet"),
    "the live set",
  ).digest;
}

/** Waits until every node has what the fullnode has. */
function settle(scene: Scene): void {
  const { height } = scene.fullnode.disk;
  scene.until("all nodes have it", () => scene.world.nodes.every((n) => n.disk.height >= height));
}

test("test_epoch_state_commitments_all_validators_agree", () => {
  const scene = new Scene();
  for (const name of ["alice", "bob", "carol"]) stake(scene, name, "v0", 100n * WHOLE);
  scene.endEpoch();
  const sets = endsOf(scene, 0n).map(liveSetOf);
  expect(sets).toHaveLength(5);
  expect(new Set(sets).size).toBe(1);
});

test("test_checkpoint_digests_consistent_across_validators", () => {
  const scene = new Scene();
  stake(scene, "alice", "v0", WHOLE);
  scene.wait(5_000);
  settle(scene);
  const chains = scene.world.nodes.map((node) => recordsOf(node).map(({ digest }) => digest));
  const shared = Math.min(...chains.map((chain) => chain.length));
  expect(shared).toBeGreaterThan(1);
  for (const chain of chains) expect(chain.slice(0, shared)).toEqual(chains[0]!.slice(0, shared));
});

test("test_transaction_effects_deterministic_across_validators", () => {
  const scene = new Scene();
  const digests = Array.from({ length: 5 }, () => {
    return stake(scene, "alice", "v0", WHOLE).transaction_digest;
  });
  settle(scene);
  for (const digest of digests) {
    const effects = scene.world.nodes.map(({ disk }) => {
      const final = present(disk.reader.execution(digest), "the execution");
      return effectsDigest(final.executed.effects);
    });
    expect(new Set(effects).size).toBe(1);
  }
});

test("test_state_root_consistency_across_epochs", () => {
  const scene = new Scene();
  const roots: string[] = [];
  for (const epoch of [0n, 1n, 2n]) {
    for (const name of ["alice", "bob"]) stake(scene, name, "v0", WHOLE);
    scene.endEpoch();
    const sets = new Set(endsOf(scene, epoch).map(liveSetOf));
    expect(sets.size).toBe(1);
    roots.push(...sets);
  }
  expect(new Set(roots).size).toBe(3);
});

test("test_passive_epoch_with_transactions_smoke", () => {
  const scene = new Scene({ epochDurationMs: 5_000n });
  stake(scene, "alice", "v0", WHOLE);
  scene.until("the next epoch, by time alone", () => scene.epoch >= 1n);
  expect(scene.system.safe_mode).toBe(false);
});

test("test_deterministic_execution_with_check_determinism", () => {
  const runs = [1, 2].map(() => {
    const scene = new Scene({ seed: 7, epochDurationMs: 5_000n });
    stake(scene, "alice", "v0", WHOLE);
    scene.until("two epochs", () => scene.epoch >= 2n);
    return recordsOf(scene.fullnode).map(({ digest }) => digest);
  });
  expect(runs[0]).toEqual(runs[1]);
});

test("basic_checkpoints_integration_test", () => {
  const scene = new Scene();
  const coin = scene.coin("alice");
  const { transaction_digest } = scene.run("alice", transfer("bob", coin, 1_000n), [coin]);
  settle(scene);
  for (const { disk } of scene.world.nodes) {
    const { sequence } = present(disk.reader.execution(transaction_digest), "the execution");
    const contents = present(disk.at(sequence), "its checkpoint").bundle.contents;
    const listed = contents.transactions.map(({ transaction }) => transaction);
    expect(listed).toContain(transaction_digest);
  }
});

test("test_checkpoint_timestamps_non_decreasing", () => {
  const scene = new Scene({ epochDurationMs: 10_000n });
  scene.wait(35_000);
  const summaries = recordsOf(scene.fullnode).map(({ bundle }) => bundle.summary);
  expect(scene.epoch).toBeGreaterThan(0n);
  for (const [place, { sequence_number, timestamp_ms }] of summaries.entries()) {
    expect(sequence_number).toBe(BigInt(place));
    const before = summaries[place - 1]?.timestamp_ms ?? 0n;
    expect(timestamp_ms).toBeGreaterThanOrEqual(before);
  }
});

test("test_access_stale_object_version", () => {
  const scene = new Scene();
  const [old, gas] = [scene.coin("alice", 0), scene.coin("alice", 1)];
  expect(statusOf(scene.run("alice", transfer("bob", old, 1n), [old]))).toBe("Success");
  const [end] = scene.send(scene.sign("alice", transfer("bob", old, 1n), [gas]));
  expect(end).toMatchObject({ kind: "Refused", refusal: { reason: "Stale" } });
  const detail = end?.kind === "Refused" ? end.refusal.detail : "";
  expect(detail).toContain("is not available for consumption, its current version: Version(");
});

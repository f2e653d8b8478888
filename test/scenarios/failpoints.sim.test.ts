/**
 * Nodes that crash or stop for a while at the worst moments of an epoch change; the network goes on
 * and they come back.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import type { Batch } from "../../src/simulator/disk.ts";
import type { SimNode } from "../../src/simulator/sim-node.ts";
import { SOMA } from "../ledger/fixtures.ts";
import { addressOf, Scene } from "./scene.ts";

const EPOCH_MS = 2_000n;
const DOWN_MS = 1_000;
const VALIDATORS = 7;

/** A moment: what is written, and how many writes of the node there were before it. */
type Point = (batch: Batch, before: number) => boolean;

/** Counts how often something was done. */
type Fired = { count: number };

const endsEpoch: Point = (batch) =>
  batch.kind === "PersistCheckpoint" && batch.record.bundle.summary.end_of_epoch_data !== undefined;

function nodeAt(scene: Scene, place: number): SimNode {
  return present(scene.world.nodes[place], "a node");
}

/** Does something the first time that a node comes to a point, instead of the write or after it. */
function once(node: SimNode, point: Point, moment: "before" | "after", action: () => void): Fired {
  const fired = { count: 0 };
  const write = node.disk.write.bind(node.disk);
  let before = 0;
  node.disk.write = (batch) => {
    const isNow = fired.count === 0 && point(batch, before++);
    if (isNow) fired.count++;
    if (!isNow || moment === "after") write(batch);
    if (isNow) action();
  };
  return fired;
}

/** One of seven validators crashes at a point and starts again after a second. */
function crashing(point: Point, moment: "before" | "after"): { scene: Scene; fired: Fired } {
  const scene = new Scene({ validators: VALIDATORS, epochDurationMs: EPOCH_MS });
  const node = nodeAt(scene, 2);
  const fired = once(node, point, moment, () => {
    scene.world.crash(node, "lost");
    scene.world.clock.after(DOWN_MS, () => scene.world.start(node));
  });
  return { scene, fired };
}

function reach(scene: Scene, epoch: bigint): void {
  const isThere = ({ node }: SimNode): boolean => (node?.epoch.setting.number ?? 0n) >= epoch;
  scene.until(`epoch ${epoch} everywhere`, () => scene.world.nodes.every(isThere));
}

/** Nodes do nothing for a while, once, when they come to the end of an epoch. */
function delaying(places: readonly number[], delayMs: number): void {
  const scene = new Scene({ epochDurationMs: EPOCH_MS });
  const delays = places.map((place) => {
    const node = nodeAt(scene, place);
    return once(node, endsEpoch, "after", () => {
      node.awakeMs = scene.world.clock.timeMs + delayMs;
    });
  });
  reach(scene, 3n);
  expect(delays.map(({ count }) => count)).toEqual(places.map(() => 1));
  expect(scene.system.safe_mode).toBe(false);
}

test("test_reconfig_with_delay", () => {
  delaying([0], 2_000);
});

test("test_change_epoch_tx_delay", () => {
  delaying([0, 1, 2, 3], 3_000);
});

test.each([
  ["test_crash_before_open_new_epoch_store", endsEpoch, "after", 3n],
  ["test_crash_after_accumulate_epoch", endsEpoch, "before", 2n],
  [
    "test_crash_before_commit_certificate",
    (batch: Batch) => batch.kind === "PersistCheckpoint",
    "before",
    2n,
  ],
  [
    "test_crash_after_consensus_commit",
    (batch: Batch) => batch.kind === "PersistCommits",
    "after",
    2n,
  ],
  ["test_crash_after_db_write", (_: Batch, before: number) => before === 4, "after", 2n],
  ["test_crash_after_build_batch", (_: Batch, before: number) => before === 3, "before", 2n],
] as const)("%s", (_name, point, moment, epoch) => {
  const { scene, fired } = crashing(point, moment);
  reach(scene, epoch);
  expect(fired.count).toBe(1);
});

test("test_highest_executed_checkpoint_failpoint", () => {
  const scene = new Scene({ epochDurationMs: EPOCH_MS });
  const fired = once(
    nodeAt(scene, 0),
    (batch) => batch.kind === "PersistCheckpoint",
    "after",
    () => {
      // That it comes to pass is all there is to see.
    },
  );
  reach(scene, 3n);
  expect(fired.count).toBe(1);
});

test("test_crash_during_reconfig_with_tx_load", () => {
  const { scene, fired } = crashing(endsEpoch, "after");
  const isOver = (): boolean => scene.epoch >= 3n;
  let staked = 0;
  while (!isOver()) {
    const [coin] = scene.owned("Coin", "alice");
    const coin_ref = present(coin, "a coin");
    const kind = { kind: "AddStake", address: addressOf("v0"), coin_ref, amount: SOMA } as const;
    scene.world.execute(scene.fullnode, scene.sign("alice", kind, [coin_ref]), (end) => {
      if (end.kind === "Executed") staked++;
    });
    scene.wait(300);
  }
  reach(scene, 3n);
  expect(fired.count).toBe(1);
  expect(staked).toBeGreaterThan(0);
});

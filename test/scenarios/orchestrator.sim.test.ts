/**
 * The fullnode as clients see it: it waits for finality, tells early what cannot be, and loses
 * nothing when validators stop or the epoch ends meanwhile.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import type { CallEnd } from "../../src/simulator/world.ts";
import { SOMA } from "../ledger/fixtures.ts";
import { stake, transfer } from "./deeds.ts";
import { createdBy, Scene, statusOf } from "./scene.ts";

const FINAL_MS = 5_000;

test("blocking_execution", () => {
  const scene = new Scene();
  const coin = scene.coin("alice");
  const [end] = scene.send(scene.sign("alice", transfer("bob", coin, 1n), [coin]));
  // An answer means that this node has executed the certified checkpoint with it.
  const digest = end?.kind === "Executed" ? end.executed.digest : undefined;
  const execution = scene.fullnode.disk.reader.execution(present(digest, "it is executed"));
  const { sequence } = present(execution, "the execution");
  expect(sequence).toBeLessThanOrEqual(BigInt(scene.fullnode.disk.height));
});

test("fullnode_wal_log", () => {
  const scene = new Scene();
  const stopped = scene.world.nodes.slice(0, 2);
  for (const node of stopped) scene.world.crash(node, "none");
  const coin = scene.coin("alice");
  const signed = scene.sign("alice", transfer("bob", coin, 1n), [coin]);
  const [lost] = scene.send(signed);
  expect(lost).toMatchObject({ kind: "Refused", refusal: { reason: "Timeout" } });
  for (const node of stopped) scene.world.start(node);
  expect(scene.send(signed)[0]).toMatchObject({ kind: "Executed" });
});

test("reconfig", () => {
  const scene = new Scene();
  for (const node of scene.running) scene.world.input(node, { kind: "AdvanceEpoch" });
  scene.wait(FINAL_MS);
  expect(scene.epoch).toBe(1n);
});

test("tx_across_epoch_boundaries", () => {
  const scene = new Scene();
  // Half of the validators want to end the epoch; the others follow while the transaction waits.
  for (const node of scene.world.nodes.slice(0, 2)) {
    scene.world.input(node, { kind: "AdvanceEpoch" });
  }
  const coin = scene.coin("alice");
  const [end] = scene.send(scene.sign("alice", transfer("bob", coin, 1n), [coin]));
  expect(end).toMatchObject({ kind: "Executed" });
  scene.until("the next epoch", () => scene.epoch === 1n);
});

test("execute_transaction", () => {
  const scene = new Scene();
  const coin = scene.coin("alice");
  const effects = scene.run("alice", transfer("bob", coin, SOMA), [coin]);
  expect(statusOf(effects)).toBe("Success");
  const [made] = createdBy(effects);
  expect(scene.content("Coin", present(made, "the new coin")).balance).toBe(SOMA);
  expect(scene.ref(coin.object_id).version).toBe(effects.version);
});

test("execute_staking", () => {
  const scene = new Scene();
  expect(statusOf(stake(scene, "alice", "v0", SOMA))).toBe("Success");
  const [receipt] = scene.owned("StakedSoma", "alice");
  const { object_id: id } = present(receipt, "a receipt");
  expect(scene.content("StakedSoma", id)).toMatchObject({ principal: SOMA });
});

test("early_validation_no_side_effects", () => {
  const scene = new Scene();
  const ends = [1n, 2n].map((amount): CallEnd | undefined => {
    const coin = scene.coin("alice");
    return scene.send(scene.sign("alice", transfer("bob", coin, amount), [coin]))[0];
  });
  const digests = ends.map((end) => (end?.kind === "Executed" ? end.executed.digest : undefined));
  expect(digests.filter((digest) => digest !== undefined)).toHaveLength(2);
  expect(new Set(digests).size).toBe(2);
});

test("early_validation_with_old_object_version", () => {
  const scene = new Scene();
  const coin = scene.coin("alice");
  scene.run("alice", transfer("bob", coin, 1n), [coin]);
  const startMs = scene.world.clock.timeMs;
  const [end] = scene.send(scene.sign("alice", transfer("carol", coin, 1n), [coin]));
  expect(end).toMatchObject({ kind: "Refused", refusal: { reason: "Stale" } });
  // Its own state says so: nobody was asked.
  expect(scene.world.clock.timeMs - startMs).toBeLessThanOrEqual(100);
});

/**
 * Coins that a failed transaction used are free again at once.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import { homesOf } from "../../src/node/homes.ts";
import { type Lie, tamperWith } from "../../src/simulator/traitor.ts";
import type { CallEnd } from "../../src/simulator/world.ts";
import { SOMA } from "../ledger/fixtures.ts";
import { openTarget, submission, transfer } from "./deeds.ts";
import { Scene, statusOf } from "./scene.ts";

test("test_lock_persists_after_insufficient_gas", () => {
  const scene = new Scene({ validators: 3 });
  const before = new Set(scene.owned("Coin", "bob").map(({ object_id }) => object_id));
  const coin = scene.coin("alice");
  scene.run("alice", transfer("bob", coin, 2_000n), [coin]);
  const dust = present(
    scene.owned("Coin", "bob").find(({ object_id }) => !before.has(object_id)),
    "the small coin",
  );
  // It covers the base fee and what admission asks for, and not the amount that is wanted.
  const failed = scene.run("bob", transfer("carol", dust, 1_999n), [dust]);
  expect(statusOf(failed)).toBe("InsufficientCoinBalance");
  const left = scene.ref(dust.object_id);
  expect(left.version).toBeGreaterThan(dust.version);
  const [end] = scene.send(scene.sign("bob", transfer("carol", left), [scene.coin("bob")]));
  expect(end).toMatchObject({ kind: "Executed" });
});

// In the reference a bond stays locked until version 2. Ours has no locks to be released: every
// input of a failed transaction gets a new version, and can be used again in the same epoch.
test("test_bond_coin_lock_released_after_protocol_upgrade", () => {
  const scene = new Scene();
  const id = openTarget(scene);
  expect(statusOf(scene.run("alice", submission(scene, "alice", id)))).toBe("Success");
  const kind = submission(scene, "bob", id);
  const bond = kind.bond_coin;
  expect(statusOf(scene.run("bob", kind, [scene.coin("bob", 0)]))).toBe("TargetNotOpen");
  const after = scene.ref(bond.object_id);
  expect(after.version).toBeGreaterThan(bond.version);
  const again = scene.run("bob", transfer("carol", after, 1n), [scene.coin("bob", 0)]);
  expect(statusOf(again)).toBe("Success");
});

test("W22 a coin in two transactions at once is free again in the same epoch, whoever wins", () => {
  const scene = new Scene();
  const coin = scene.coin("alice");
  const gas = [scene.coin("alice", 1)];
  // Each of the two is at two of the four validators before anybody has ordered either.
  const rivals = ["bob", "carol"].map((to) => scene.sign("alice", transfer(to, coin, SOMA), gas));
  const ends: CallEnd[] = [];
  for (const [place, node] of scene.world.nodes.slice(0, 4).entries()) {
    const rival = present(rivals[place % 2], "a transaction");
    scene.world.execute(node, rival, (end) => ends.push(end));
  }
  const isUsed = (): boolean => scene.ref(coin.object_id).version > coin.version;
  scene.until("all are answered", () => ends.length === 4 && isUsed());
  const { epoch } = scene;
  const again = scene.run("alice", transfer("bob", scene.ref(coin.object_id), 1n), [
    scene.ref(gas[0]!.object_id),
  ]);
  expect(statusOf(again)).toBe("Success");
  expect(scene.epoch).toBe(epoch);
});

test.each(["Stale", "Invalid", "Locked"] as const)(
  "a client is not refused on the word of one validator that lies: %s",
  (reason) => {
    const scene = new Scene();
    const coin = scene.coin("alice");
    const { committee, peers } = present(scene.fullnode.node, "the fullnode").epoch.setting;
    // The coin's first home, whom everybody asks first.
    const home = peers[present(homesOf(committee, coin.object_id)[0], "a home")];
    const liar = present(
      scene.world.nodes.find(({ peer }) => peer === home),
      "the liar",
    );
    let lies = 0;
    const lie: Lie = (message) => {
      if (message.kind !== "Submitted") return [message];
      lies++;
      return [{ ...message, refusal: { reason, detail: "so says one" } }];
    };
    scene.world.traitors.set(liar.index, tamperWith([lie]));
    expect(statusOf(scene.run("alice", transfer("bob", coin, SOMA), [coin]))).toBe("Success");
    expect(lies).toBeGreaterThan(0);
  },
);

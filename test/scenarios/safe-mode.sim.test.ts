/**
 * Epoch changes that the rules cannot carry out, in a running network.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import { poolEntryId, type StateObject, VALIDATOR_INDEX_ID } from "../../src/types/entry.ts";
import { SOMA } from "../ledger/fixtures.ts";
import { stake } from "./deeds.ts";
import { Scene, statusOf } from "./scene.ts";

type Injection = { isOn: boolean };

/** A network whose nodes all read of one pool that it owes twice what it has, while this is on. */
function injected(): { readonly scene: Scene; readonly injection: Injection } {
  const scene = new Scene();
  const injection = { isOn: false };
  const { active } = scene.content("ValidatorIndex", VALIDATOR_INDEX_ID);
  const spoiled = poolEntryId(present(active[3], "a validator").pool_id);
  for (const { disk } of scene.world.nodes) {
    const { find } = disk.reader;
    const spoil = (id: typeof spoiled): StateObject | undefined => {
      const object = find(id);
      return injection.isOn && id === spoiled && object ? inDebt(object) : object;
    };
    Object.assign(disk.reader, { find: spoil });
  }
  return { scene, injection };
}

function inDebt(object: StateObject): StateObject {
  const { content } = object;
  if (content.kind !== "Pool") return object;
  const owed = 2n * content.soma_balance;
  return {
    ...object,
    content: {
      ...content,
      pending_total_soma_withdraw: content.pending_total_soma_withdraw + owed,
      pending_stake: content.pending_stake + owed,
    },
  };
}

test("test_safe_mode_reconfig", () => {
  const { scene, injection } = injected();
  scene.endEpoch();
  expect(scene.system).toMatchObject({ epoch: 1n, safe_mode: false });
  injection.isOn = true;
  scene.endEpoch();
  expect(scene.system).toMatchObject({
    epoch: 2n,
    safe_mode: true,
    safe_mode_accumulated_fees: 0n,
  });
  expect(scene.system.safe_mode_accumulated_emissions).toBeGreaterThan(0n);
  expect(statusOf(stake(scene, "alice", "v0", SOMA))).toBe("Success");
  injection.isOn = false;
  scene.endEpoch();
  expect(scene.system).toMatchObject({
    epoch: 3n,
    safe_mode: false,
    safe_mode_accumulated_fees: 0n,
    safe_mode_accumulated_emissions: 0n,
  });
});

test("test_safe_mode_multi_epoch", () => {
  const { scene, injection } = injected();
  injection.isOn = true;
  const held: bigint[] = [];
  for (let epoch = 0; epoch < 2; epoch++) {
    scene.endEpoch();
    expect(scene.system.safe_mode).toBe(true);
    held.push(scene.system.safe_mode_accumulated_emissions);
  }
  expect(held[1]).toBe(2n * present(held[0], "what was put aside first"));
  injection.isOn = false;
  scene.endEpoch();
  expect(scene.system).toMatchObject({ safe_mode: false, safe_mode_accumulated_emissions: 0n });
});

test("test_advance_epoch_tx_race", () => {
  const scene = new Scene();
  scene.endEpoch();
  // One validator is cut off while the others change the epoch; it then gets the change executed.
  const late = present(scene.world.nodes[0], "a validator");
  scene.world.crash(late, "none");
  scene.endEpoch();
  scene.world.start(late);
  scene.until("it has the change", () => late.node?.epoch.setting.number === 2n);
  expect(scene.system).toMatchObject({ epoch: 2n, safe_mode: false });
  scene.endEpoch();
  expect(scene.system.safe_mode).toBe(false);
});

/**
 * Upgrades of a running network: when enough of its nodes can run the next version, and when not.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import { openTargets } from "../../src/ledger/readers.ts";
import { PARAMETERS_V1 } from "../../src/protocol/parameters.ts";
import { PROTOCOL_VERSIONS, type ProtocolVersions } from "../../src/protocol/versions.ts";
import { PARAMETERS_ID } from "../../src/types/entry.ts";
import { openTarget, submission, transfer } from "./deeds.ts";
import { Scene, statusOf } from "./scene.ts";

const VALIDATORS = 4;
const BOTH: ProtocolVersions = new Map([
  ...PROTOCOL_VERSIONS,
  [
    2n,
    { ...PARAMETERS_V1, base_fee: PARAMETERS_V1.base_fee + 1_000n, submission_bond_per_byte: 10n },
  ],
]);

/** A network of which the first `supporting` validators, and the fullnode, know version 2. */
function scene(supporting: number): Scene {
  return new Scene({
    validators: VALIDATORS,
    versions: (place) => (place < supporting || place === VALIDATORS ? BOTH : PROTOCOL_VERSIONS),
  });
}

function version(of: Scene): bigint {
  return of.system.protocol_version;
}

// The last validator cannot run version 2: once the others do, it stops, as it should.
function stopLast(of: Scene): void {
  of.world.crash(present(of.world.nodes[VALIDATORS - 1], "the last validator"), "none");
}

test("test_validator_panics_on_unsupported_protocol_version", () => {
  // What this program cannot run is refused at genesis, and at the start of a node.
  expect(() => new Scene({ config: { protocol_version: 2n } })).toThrow("protocol_version 2");
  const upgraded = scene(VALIDATORS);
  upgraded.endEpoch();
  const node = present(upgraded.world.nodes[0], "a validator");
  upgraded.world.crash(node, "none");
  Object.assign(node.config, { versions: PROTOCOL_VERSIONS });
  expect(() => upgraded.world.start(node)).toThrow("protocol version 2; this program runs 1");
});

test("test_protocol_version_upgrade", () => {
  const upgraded = scene(VALIDATORS);
  expect(version(upgraded)).toBe(1n);
  upgraded.endEpoch();
  expect(version(upgraded)).toBe(2n);
  const { transaction_fee } = upgraded.run("alice", transfer("bob", upgraded.coin("alice"), 1n));
  expect(transaction_fee.base_fee).toBe(2_000n);
});

test("test_protocol_version_upgrade_no_quorum", () => {
  const divided = scene(2);
  divided.endEpoch();
  expect(version(divided)).toBe(1n);
});

// The reference upgrades with three of four, 7,500 of 10,000, because its simulator asks for no
// more than a quorum. Here the buffer is in force: three of four are not enough, all four are.
test("test_protocol_version_upgrade_one_laggard", () => {
  const laggard = scene(3);
  laggard.endEpoch();
  expect(version(laggard)).toBe(1n);
  Object.assign(present(laggard.world.nodes[3], "the laggard").config, { versions: BOTH });
  const node = present(laggard.world.nodes[3], "the laggard");
  laggard.world.crash(node, "none");
  laggard.world.start(node);
  laggard.until("it is back", () => node.node?.epoch.setting.number === laggard.epoch);
  laggard.wait(5_000);
  laggard.endEpoch();
  expect(version(laggard)).toBe(2n);
});

// Three of four are below the buffer here: the one that is down has said before what it supports.
test("test_protocol_version_upgrade_with_shutdown_validator", () => {
  const upgraded = scene(VALIDATORS);
  upgraded.wait(5_000);
  stopLast(upgraded);
  upgraded.endEpoch();
  expect(version(upgraded)).toBe(2n);
  const node = present(upgraded.world.nodes[3], "the one that was down");
  upgraded.world.start(node);
  upgraded.until("it is in the new epoch", () => node.node?.epoch.setting.number === 1n);
  expect(node.disk.reader.find(PARAMETERS_ID)?.content).toMatchObject({ protocol_version: 2n });
});

test("test_protocol_version_upgrade_insufficient_support", () => {
  const lonely = scene(1);
  lonely.endEpoch();
  expect(version(lonely)).toBe(1n);
});

// The reference's versions 2 and 3 are none of ours. What stays: an upgrade changes the numbers it
// is about, submissions go on before and after, and what the genesis set stays as it was.
test("test_protocol_v3_upgrade_difficulty_and_emission", () => {
  const upgraded = scene(VALIDATORS);
  const before = upgraded.system;
  const submit = (): string =>
    statusOf(upgraded.run("alice", submission(upgraded, "alice", openTarget(upgraded))));
  expect(submit()).toBe("Success");
  upgraded.endEpoch();
  const { parameters, emission_pool, target_state } = upgraded.system;
  expect(parameters.submission_bond_per_byte).toBe(10n);
  expect(parameters.target_embedding_dim).toBe(before.parameters.target_embedding_dim);
  expect(parameters.epoch_duration_ms).toBe(before.parameters.epoch_duration_ms);
  expect(target_state.distance_threshold).toEqual(before.target_state.distance_threshold);
  expect(openTargets(upgraded.fullnode.disk.reader)).toHaveLength(4);
  expect(submit()).toBe("Success");
  upgraded.endEpoch();
  const drained = before.emission_pool.balance - emission_pool.balance;
  expect(drained).toBeLessThanOrEqual(3n * emission_pool.emission_per_epoch);
});

/**
 * The epoch change as a transaction.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { buildChangeEpoch } from "../../../src/ledger/epoch/change.ts";
import { executeTransaction } from "../../../src/ledger/execute.ts";
import { openTargets } from "../../../src/ledger/readers.ts";
import { ECONOMY_ID, EPOCH_STATE_ID, VALIDATOR_INDEX_ID } from "../../../src/types/entry.ts";
import { systemTransaction, transactionDigest } from "../../../src/types/transaction.ts";
import { digestFrom, testConfig } from "../fixtures.ts";
import { faultOf, World } from "../world.ts";

describe("ChangeEpoch", () => {
  test("opens new targets, other ones for another last commit", () => {
    const [one, two] = ["one", "two"].map((name) => {
      const world = new World();
      world.commits = name.length + name.charCodeAt(0);
      world.endEpoch();
      expect(openTargets(world)).toHaveLength(4);
      return openTargets(world).map(({ target }) => target.embedding.values.join());
    });
    expect(one).not.toEqual(two!);
  });

  test("counts on and hands over the next committee", () => {
    const world = new World();
    const execution = world.endEpoch();
    expect(world.content("EpochState", EPOCH_STATE_ID)).toMatchObject({
      epoch: 1n,
      start_timestamp_ms: world.nowMs,
    });
    expect(execution.nextCommittee?.epoch).toBe(1n);
    expect(execution.nextCommittee?.members.map((member) => member.voting_power)).toEqual([
      2500, 2500, 2500, 2500,
    ]);
    expect(execution.effects.executed_epoch).toBe(0n);
  });

  test("a change into another epoch or version changes nothing", () => {
    const world = new World();
    const end = { timestampMs: world.nowMs, fees: 0n, lastCommit: digestFrom("commit") };
    const right = buildChangeEpoch(world, end);
    const wrong = [
      { ...right, epoch: 0n },
      { ...right, epoch: 2n },
      { ...right, protocol_version: 0n },
      { ...right, epoch_randomness: new Uint8Array(31) },
    ];
    const expected = [
      "AdvancedToWrongEpoch",
      "AdvancedToWrongEpoch",
      "InvalidArguments",
      "InvalidArguments",
    ];
    for (const [index, kind] of wrong.entries()) {
      const { data } = systemTransaction(kind);
      const execution = executeTransaction(world, data, transactionDigest(data), world.context());
      expect<string | undefined>(faultOf(execution)?.kind).toBe(expected[index]);
      expect(execution.effects.changed_objects).toEqual([]);
    }
  });

  test("without a validator there is nobody to begin an epoch", () => {
    const world = new World();
    const empty = { ...world.content("ValidatorIndex", VALIDATOR_INDEX_ID), active: [] };
    const object = world.find(VALIDATOR_INDEX_ID)!;
    world.objects.set(VALIDATOR_INDEX_ID, { ...object, content: empty });
    const end = { timestampMs: world.nowMs, fees: 0n, lastCommit: digestFrom("commit") };
    const { data } = systemTransaction(buildChangeEpoch(world, end));
    const execution = executeTransaction(world, data, transactionDigest(data), world.context());
    expect(faultOf(execution)).toEqual({ kind: "ValidatorNotFound" });
    expect(execution.effects.changed_objects).toEqual([]);
  });

  test("an empty fund and no model are an epoch like any other, without targets", () => {
    const world = new World({ models: [] });
    const economy = world.content("Economy", ECONOMY_ID);
    const { emission_fund, validator_budget, target_budget } = economy;
    const spent = { ...economy, emission_fund: 0n, validator_budget: 0n, target_budget: 0n };
    world.objects.set(ECONOMY_ID, { ...world.find(ECONOMY_ID)!, content: spent });
    world.fees += emission_fund + validator_budget + target_budget;
    const taken = world.fees;
    world.endEpoch();
    expect(openTargets(world)).toEqual([]);
    expect(world.content("Economy", ECONOMY_ID).validator_budget).toBe(taken - (taken * 8n) / 10n);
  });

  test("time never runs back", () => {
    const world = new World();
    world.endEpoch(-1_000n);
    expect(world.content("EpochState", EPOCH_STATE_ID).start_timestamp_ms).toBe(
      testConfig().chain_start_ms,
    );
  });
});

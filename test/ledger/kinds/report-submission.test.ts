/**
 * ReportSubmission and UndoReportSubmission: who may report what and when, what a dispute changes,
 * and who pays for a fraud.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import type { Execution } from "../../../src/ledger/outcome.ts";
import { openTargets } from "../../../src/ledger/readers.ts";
import type { ObjectId } from "../../../src/types/address.ts";
import {
  disputeEntryId,
  ECONOMY_ID,
  modelEntryId,
  poolEntryId,
  VALIDATOR_INDEX_ID,
} from "../../../src/types/entry.ts";
import { account, testConfig } from "../fixtures.ts";
import { submissionTo } from "../lifecycle.ts";
import { faultOf, statusOf, World } from "../world.ts";

const alice = account("alice");
const bob = account("bob");

/** A network in which alice has filled a target in epoch 0. */
function filled(targets = 4n): { readonly world: World; readonly id: ObjectId } {
  const overrides = { ...testConfig().overrides, target_initial_targets_per_epoch: targets };
  const world = new World({ overrides });
  const { id } = openTargets(world)[0]!;
  const execution = world.run(alice, submissionTo(world, id, world.coin(alice, 1)));
  expect(statusOf(execution)).toBe("Success");
  return { world, id };
}

function report(world: World, target_id: ObjectId, ...names: readonly string[]): void {
  for (const name of names) {
    const execution = world.run(account(name), { kind: "ReportSubmission", target_id });
    expect(statusOf(execution)).toBe("Success");
  }
}

function tryReport(world: World, target_id: ObjectId, name = "v0"): Execution {
  return world.run(account(name), { kind: "ReportSubmission", target_id });
}

function undo(world: World, target_id: ObjectId, name = "v0"): Execution {
  return world.run(account(name), { kind: "UndoReportSubmission", target_id });
}

function claim(world: World, target_id: ObjectId): Execution {
  return world.run(bob, { kind: "ClaimRewards", target_id });
}

describe("who, what and when", () => {
  test("only validators, only filled targets, only in the epoch after the fill", () => {
    const { world, id } = filled();
    const open = openTargets(world).find(({ target }) => target.status.kind === "Open")!;
    expect(faultOf(tryReport(world, id, "alice"))).toEqual({ kind: "NotAValidator" });
    expect(faultOf(undo(world, id, "alice"))).toEqual({ kind: "NotAValidator" });
    expect(faultOf(tryReport(world, open.id))).toEqual({ kind: "TargetNotFilled" });
    const closed = { kind: "AuditWindowClosed", fill_epoch: 0n } as const;
    expect(faultOf(tryReport(world, id))).toEqual({ ...closed, current_epoch: 0n });
    world.endEpoch();
    expect(faultOf(undo(world, id))).toEqual({ kind: "ReportRecordNotFound" });
    report(world, id, "v0", "v0");
    expect(world.content("Target", id).submission_reports).toEqual(new Set([account("v0")]));
    expect(statusOf(undo(world, id))).toBe("Success");
    expect(world.content("Target", id).submission_reports).toEqual(new Set());
    world.endEpoch();
    expect(faultOf(tryReport(world, id))).toEqual({ ...closed, current_epoch: 2n });
    expect(statusOf(claim(world, id))).toBe("Success");
    expect(faultOf(tryReport(world, id))).toEqual({ kind: "TargetNotFound" });
  });

  test("one validator opens 64 disputes in an epoch and joins any number", () => {
    const { world, id } = filled(66n);
    const targets = [id];
    while (targets.length < 66) {
      const next = openTargets(world).find(({ target }) => target.status.kind === "Open")!;
      targets.push(next.id);
      world.run(alice, submissionTo(world, next.id, world.coin(alice, 1)));
    }
    world.endEpoch();
    report(world, targets[65]!, "v1");
    report(world, targets[65]!, "v0");
    for (const target of targets.slice(0, 64)) report(world, target, "v0");
    expect(faultOf(tryReport(world, targets[64]!))?.kind).toBe("InvalidArguments");
    expect(statusOf(tryReport(world, targets[64]!, "v2"))).toBe("Success");
  }, 20_000);
});

describe("disputes", () => {
  test("W27 a report keeps the window open for one epoch more, for everybody", () => {
    const { world, id } = filled();
    world.endEpoch();
    report(world, id, "v0");
    world.endEpoch();
    const open = { kind: "AuditWindowOpen", fill_epoch: 0n, current_epoch: 2n } as const;
    expect(faultOf(claim(world, id))).toEqual(open);
    report(world, id, "v1");
    expect(statusOf(undo(world, id, "v0"))).toBe("Success");
    expect(statusOf(undo(world, id, "v1"))).toBe("Success");
    // All reports are taken back, and still the others have their epoch.
    expect(faultOf(claim(world, id))).toEqual(open);
    report(world, id, "v3");
    world.endEpoch();
    expect(statusOf(claim(world, id))).toBe("Success");
    expect(world.find(disputeEntryId(id))).toBeUndefined();
  });

  test("W27 a report weighs what its validator weighed when it was sent", () => {
    const { world, id } = filled();
    world.endEpoch();
    report(world, id, "v0", "v1");
    // By the powers of later epochs two of four would not be a quorum; by that of v2 then, three.
    world.run(account("v2"), { kind: "RemoveValidator", pubkey_bytes: new Uint8Array(0) });
    report(world, id, "v2");
    world.endEpoch();
    const { active } = world.content("ValidatorIndex", VALIDATOR_INDEX_ID);
    expect(active).toHaveLength(3);
    expect([...world.content("Dispute", disputeEntryId(id)).reports.values()]).toEqual([
      2_500, 2_500, 2_500,
    ]);
    world.endEpoch();
    const before = world.balance(alice);
    expect(statusOf(claim(world, id))).toBe("Success");
    expect(world.balance(alice)).toBe(before);
  });

  test("below a quorum the submitter is paid", () => {
    const { world, id } = filled();
    world.endEpoch();
    report(world, id, "v0", "v1");
    world.endEpoch();
    world.endEpoch();
    const before = world.balance(alice);
    expect(statusOf(claim(world, id))).toBe("Success");
    expect(world.balance(alice)).toBeGreaterThan(before);
  });
});

describe("a fraud", () => {
  test("W6 its reward goes back whole; the claimer is paid out of the bond", () => {
    const { world, id } = filled();
    world.endEpoch();
    report(world, id, "v0", "v1", "v2");
    world.endEpoch();
    world.endEpoch();
    const { reward_pool, bond_amount, winning_model_id } = world.content("Target", id);
    const model = world.content("Pool", poolOfModel(world, winning_model_id!));
    const fund = world.content("Economy", ECONOMY_ID).emission_fund;
    const before = { alice: world.balance(alice), bob: world.balance(bob) };
    const execution = claim(world, id);
    const part = (reward_pool * 50n) / 10_000n;
    expect(statusOf(execution)).toBe("Success");
    expect(world.content("Economy", ECONOMY_ID).emission_fund - fund).toBe(
      reward_pool + bond_amount - part,
    );
    expect(world.balance(bob) - before.bob).toBe(
      part - execution.effects.transaction_fee.total_fee,
    );
    expect(world.balance(alice)).toBe(before.alice);
    expect(world.content("Pool", poolOfModel(world, winning_model_id!))).toEqual(model);
    expect(execution.deleted).toContain(id);
  });

  test("W6 nobody claims it: after 30 epochs all of it is back in the fund", () => {
    const { world, id } = filled();
    world.endEpoch();
    report(world, id, "v0", "v1", "v2");
    const before = world.balance(alice);
    for (let epoch = 0; epoch < 30; epoch++) world.endEpoch();
    expect(world.find(id)).toBeUndefined();
    expect(world.find(disputeEntryId(id))).toBeUndefined();
    expect(world.balance(alice)).toBe(before);
  });
});

function poolOfModel(world: World, model: ObjectId): ObjectId {
  return poolEntryId(world.content("Model", modelEntryId(model)).pool_id);
}

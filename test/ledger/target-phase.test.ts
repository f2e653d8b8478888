/**
 * What can be done with a target, epoch by epoch.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { claimableFrom, targetPhase, type TargetPlace } from "../../src/ledger/target-phase.ts";
import { deriveObjectId } from "../../src/types/address.ts";
import { disputeEntryId } from "../../src/types/entry.ts";
import { digestFrom } from "./fixtures.ts";

const id = deriveObjectId(digestFrom("target"), 0);
const dispute = { content: { kind: "Dispute", reports: new Map() } } as const;

/** The place of a target, disputed or not. */
function placeOf(target: TargetPlace["target"], isDisputed = false): TargetPlace {
  const find: TargetPlace["state"]["find"] = (asked) =>
    isDisputed && asked === disputeEntryId(id) ? dispute : undefined;
  return { state: { find }, id, target };
}

test("an open target expires when its epoch is over", () => {
  const target = { status: { kind: "Open" }, generation_epoch: 5n } as const;
  expect([5n, 6n, 7n].map((epoch) => targetPhase(placeOf(target), epoch))).toEqual([
    "Open",
    "Expired",
    "Expired",
  ]);
});

test("a filled target is under audit for the next epoch, then claimable", () => {
  const target = { status: { kind: "Filled", fill_epoch: 5n }, generation_epoch: 5n } as const;
  expect([5n, 6n, 7n, 99n].map((epoch) => targetPhase(placeOf(target), epoch))).toEqual([
    "Audit",
    "Audit",
    "Claimable",
    "Claimable",
  ]);
  expect(claimableFrom(placeOf(target), 5n)).toBe(7n);
});

test("W27 a disputed target is under audit for one epoch more", () => {
  const target = { status: { kind: "Filled", fill_epoch: 5n }, generation_epoch: 5n } as const;
  const disputed = placeOf(target, true);
  expect([6n, 7n, 8n].map((epoch) => targetPhase(disputed, epoch))).toEqual([
    "Audit",
    "Audit",
    "Claimable",
  ]);
  expect(claimableFrom(disputed, 5n)).toBe(8n);
});

test("a claimed target stays claimed", () => {
  const target = { status: { kind: "Claimed" }, generation_epoch: 5n } as const;
  expect(targetPhase(placeOf(target), 9n)).toBe("Claimed");
});

/**
 * What can be done with a target, epoch by epoch.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { claimableFrom, targetPhase } from "../../src/ledger/target-phase.ts";

test("an open target expires when its epoch is over", () => {
  const target = { status: { kind: "Open" }, generation_epoch: 5n } as const;
  expect([5n, 6n, 7n].map((epoch) => targetPhase(target, epoch))).toEqual([
    "Open",
    "Expired",
    "Expired",
  ]);
});

test("a filled target is under audit for the next epoch, then claimable", () => {
  const target = { status: { kind: "Filled", fill_epoch: 5n }, generation_epoch: 5n } as const;
  expect([5n, 6n, 7n, 99n].map((epoch) => targetPhase(target, epoch))).toEqual([
    "Audit",
    "Audit",
    "Claimable",
    "Claimable",
  ]);
  expect(claimableFrom(5n)).toBe(7n);
});

test("a claimed target stays claimed", () => {
  expect(targetPhase({ status: { kind: "Claimed" }, generation_epoch: 5n }, 9n)).toBe("Claimed");
});

/**
 * Disputes as entries: opened once, counted by validator and epoch, weighed by what was recorded.
 *
 * @module
 */
import { expect, test } from "bun:test";

import {
  closeDispute,
  countDispute,
  isDisputed,
  isForfeit,
  reportsOn,
  writeReports,
} from "../../src/ledger/disputes.ts";
import { openTargets } from "../../src/ledger/readers.ts";
import { View } from "../../src/ledger/view.ts";
import { account, digestFrom } from "./fixtures.ts";
import { World } from "./world.ts";

test("a quorum of recorded power forfeits, less does not", () => {
  const world = new World();
  const view = new View(world, digestFrom("transaction"));
  const { id } = openTargets(world)[0]!;
  expect(isDisputed(view, id)).toBe(false);
  const reports = new Map([
    [account("v0"), 3_333],
    [account("v1"), 3_333],
  ]);
  writeReports(view, id, reports);
  expect([isDisputed(view, id), isForfeit(view, id)]).toEqual([true, false]);
  writeReports(view, id, new Map([...reports, [account("v2"), 1]]));
  expect(isForfeit(view, id)).toBe(true);
  expect(reportsOn(view, id).size).toBe(3);
  expect(view.get("Target", id).submission_reports.size).toBe(3);
  closeDispute(view, id);
  closeDispute(view, id);
  expect([isDisputed(view, id), isForfeit(view, id)]).toEqual([false, false]);
});

test("an epoch's disputes are counted up to the limit, and anew in the next epoch", () => {
  const view = new View(new World(), digestFrom("transaction"));
  const count = (epoch: bigint): boolean => countDispute(view, account("v0"), { epoch, most: 2n });
  expect([count(1n), count(1n), count(1n), count(2n)]).toEqual([true, true, false, true]);
});

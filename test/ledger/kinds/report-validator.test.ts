/**
 * ReportValidator and UndoReportValidator: between validators, and cleaned when one leaves.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { composeSystemState } from "../../../src/ledger/system-view.ts";
import type { Address } from "../../../src/types/address.ts";
import { account } from "../fixtures.ts";
import { statusOf, World } from "../world.ts";

const v0 = account("v0");
const v1 = account("v1");
const v2 = account("v2");

function report(world: World, sender: Address, reportee: Address): string {
  return statusOf(world.run(sender, { kind: "ReportValidator", reportee }));
}

test("records stand over epochs until they are undone", () => {
  const world = new World();
  expect(report(world, v1, v0)).toBe("Success");
  expect(report(world, v2, v0)).toBe("Success");
  world.endEpoch();
  const records = () => composeSystemState(world).validator_report_records;
  expect(records()).toEqual(new Map([[v0, new Set([v1, v2])]]));
  world.run(v1, { kind: "UndoReportValidator", reportee: v0 });
  world.run(v2, { kind: "UndoReportValidator", reportee: v0 });
  expect(records().size).toBe(0);
});

test("who leaves takes the records by and about it along", () => {
  const world = new World();
  report(world, v1, v0);
  report(world, v2, v1);
  report(world, v0, v2);
  world.run(v1, { kind: "RemoveValidator", pubkey_bytes: new Uint8Array(0) });
  world.endEpoch();
  const { validator_report_records } = composeSystemState(world);
  expect(validator_report_records).toEqual(new Map([[v2, new Set([v0])]]));
});

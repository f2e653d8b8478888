/**
 * ReportModel and UndoReportModel: by validators, on active models, once each.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { modelIds } from "../../../src/ledger/readers.ts";
import { reportingPower } from "../../../src/ledger/reports.ts";
import { View } from "../../../src/ledger/view.ts";
import { deriveObjectId } from "../../../src/types/address.ts";
import { modelEntryId } from "../../../src/types/entry.ts";
import { account, digestFrom } from "../fixtures.ts";
import { createModel } from "../lifecycle.ts";
import { statusOf, World } from "../world.ts";

const v0 = account("v0");

test("a report counts once, with the power of who sent it, until it is undone", () => {
  const world = new World();
  const model_id = modelIds(world)[0]!;
  const power = (): number => {
    const view = new View(world, digestFrom("view"));
    return reportingPower(view, view.get("Model", modelEntryId(model_id)).reporters);
  };
  expect(statusOf(world.run(v0, { kind: "ReportModel", model_id }))).toBe("Success");
  expect(statusOf(world.run(v0, { kind: "ReportModel", model_id }))).toBe("Success");
  expect(power()).toBe(2_500);
  world.run(account("v1"), { kind: "ReportModel", model_id });
  expect(power()).toBe(5_000);
  expect(statusOf(world.run(v0, { kind: "UndoReportModel", model_id }))).toBe("Success");
  expect(power()).toBe(2_500);
  expect(statusOf(world.run(v0, { kind: "UndoReportModel", model_id }))).toBe(
    "ReportRecordNotFound",
  );
});

test("only validators report, and only models that are active", () => {
  const world = new World();
  const model_id = createModel(world, account("alice"));
  const report = { kind: "ReportModel", model_id } as const;
  expect(statusOf(world.run(account("alice"), report))).toBe("NotAValidator");
  expect(statusOf(world.run(v0, report))).toBe("ModelNotActive");
  const nothing = { ...report, model_id: deriveObjectId(digestFrom("nothing"), 0) };
  expect(statusOf(world.run(v0, nothing))).toBe("ModelNotFound");
});

/**
 * Kinds that are not executed answer with a fault and cost the base fee.
 *
 * @module
 */
import { expect, test } from "bun:test";

import type { Call } from "../../src/ledger/call.ts";
import { executeKind } from "../../src/ledger/kinds.ts";
import { openTargets } from "../../src/ledger/readers.ts";
import { account } from "./fixtures.ts";
import { faultOf, World } from "./world.ts";

test("reports on submissions wait for the audit", () => {
  const world = new World();
  const { id } = openTargets(world)[0]!;
  for (const kind of ["ReportSubmission", "UndoReportSubmission"] as const) {
    const execution = world.run(account("v0"), { kind, target_id: id });
    expect(faultOf(execution)).toEqual({ kind: "InvalidTransactionType" });
    expect(execution.effects.transaction_fee.total_fee).toBe(1_000n);
    expect(world.ref(id).version).toBe(execution.effects.version);
  }
});

test("system kinds are never a user's", () => {
  const call = {} as Call;
  expect(executeKind(call, { kind: "Genesis", objects: [] })).toEqual({
    kind: "InvalidTransactionType",
  });
});

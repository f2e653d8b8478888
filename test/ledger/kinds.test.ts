/**
 * Kinds that are not executed answer with a fault and cost the base fee.
 *
 * @module
 */
import { expect, test } from "bun:test";

import type { Call } from "../../src/ledger/call.ts";
import { executeKind } from "../../src/ledger/kinds.ts";

test("system kinds are never a user's", () => {
  const call = {} as Call;
  expect(executeKind(call, { kind: "Genesis", objects: [] })).toEqual({
    kind: "InvalidTransactionType",
  });
});

/**
 * Validators that left: listed while they matter, forgotten when nobody is in their pool.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { addStake, deactivatePool, emptyPool } from "../../../src/ledger/economy/pool.ts";
import { forgetDeserted, retireValidators } from "../../../src/ledger/economy/validators.ts";
import { View } from "../../../src/ledger/view.ts";
import { deriveObjectId } from "../../../src/types/address.ts";
import { poolEntryId, VALIDATOR_INDEX_ID } from "../../../src/types/entry.ts";
import type { OtherValidator } from "../../../src/types/stake-entry.ts";
import { account, digestFrom } from "../fixtures.ts";
import { World } from "../world.ts";

/** A validator that left, with somebody in its pool. */
function leaver(view: View, index: number): OtherValidator {
  const address = account(`leaver ${index}`);
  const pool_id = deriveObjectId(digestFrom("pools"), index);
  const pool = deactivatePool(addStake(emptyPool({ kind: "Validator", address }), 1n), 3n);
  view.write(poolEntryId(pool_id), { kind: "Pool", ...pool });
  return { address, pool_id };
}

test("the list keeps the latest and drops those whose pool is gone", () => {
  const view = new View(new World(), digestFrom("transaction"));
  const left = Array.from({ length: 300 }, (_, index) => leaver(view, index));
  expect(retireValidators(view, left)).toEqual(left.slice(-256));
  view.remove(poolEntryId(left[299]!.pool_id));
  expect(retireValidators(view, left.slice(-2))).toEqual([left[298]!]);
});

test("a pool with stake or of a sitting validator is never forgotten", () => {
  const view = new View(new World(), digestFrom("transaction"));
  expect(forgetDeserted(view, leaver(view, 0).pool_id)).toBe(false);
  const [sitting] = view.get("ValidatorIndex", VALIDATOR_INDEX_ID).active;
  expect(forgetDeserted(view, sitting!.pool_id)).toBe(false);
});

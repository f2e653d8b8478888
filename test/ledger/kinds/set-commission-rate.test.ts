/**
 * SetCommissionRate: from the next epoch on.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { type Address } from "../../../src/types/address.ts";
import { validatorEntryId } from "../../../src/types/entry.ts";
import { account } from "../fixtures.ts";
import { poolIdOf } from "../validators.ts";
import { statusOf, World } from "../world.ts";

const alice = account("alice");

const v0 = account("v0");

describe("SetCommissionRate", () => {
  test("a commission applies from the next epoch on", () => {
    const world = new World();
    const set = (sender: Address, new_rate: bigint): string =>
      statusOf(world.run(sender, { kind: "SetCommissionRate", new_rate }));
    expect(set(alice, 1n)).toBe("NotAValidator");
    expect(set(v0, 10_001n)).toBe("SomaError");
    expect(set(v0, 10_000n)).toBe("Success");
    const rate = (): bigint =>
      world.content("Validator", validatorEntryId(poolIdOf(world, v0))).commission_rate;
    expect(rate()).toBe(200n);
    world.endEpoch();
    expect(rate()).toBe(10_000n);
  });
});

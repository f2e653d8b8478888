/**
 * TransferObjects: whole coins and stakes change hands.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { type ObjectRef } from "../../../src/types/object.ts";
import { account, SOMA } from "../fixtures.ts";
import { feeOf, statusOf, World } from "../world.ts";

const alice = account("alice");
const bob = account("bob");

function gasBalance(world: World, gas: ObjectRef): bigint | undefined {
  const content = world.find(gas.object_id)?.content;
  return content?.kind === "Coin" ? content.balance : undefined;
}

describe("TransferObjects", () => {
  test("coins and stakes change owner; coins pay the value fee (W12)", () => {
    const world = new World();
    const staker = account("v0");
    const stake = world.ref(world.list("StakedSoma", staker)[0]!.id);
    const coin = world.coin(staker);
    const execution = world.run(
      staker,
      { kind: "TransferObjects", objects: [stake, coin], recipient: bob },
      [coin],
    );
    expect(statusOf(execution)).toBe("Success");
    expect(feeOf(execution)).toEqual({ base: 1_000n, operation: 600n, value: 99_999_999n });
    expect(world.list("StakedSoma", bob).map(({ id }) => id)).toEqual([stake.object_id]);
    expect(world.list("Coin", staker)).toEqual([]);
    expect(gasBalance(world, coin)).toBe(100n * SOMA - execution.effects.transaction_fee.total_fee);
  });

  test("an empty list is refused", () => {
    const execution = new World().run(alice, {
      kind: "TransferObjects",
      objects: [],
      recipient: bob,
    });
    expect(statusOf(execution)).toBe("InvalidArguments");
  });
});

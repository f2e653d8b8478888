/**
 * RemoveValidator: leaving, cancelling, and coming back.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { composeSystemState } from "../../../src/ledger/system-view.ts";
import { poolEntryId } from "../../../src/types/entry.ts";
import { account, SOMA } from "../fixtures.ts";
import { committee, joining, poolIdOf, stakeOn, validatorIndex } from "../validators.ts";
import { created, statusOf, World } from "../world.ts";

const alice = account("alice");
const bob = account("bob");
const v0 = account("v0");
const v1 = account("v1");
const v2 = account("v2");
const v3 = account("v3");

const LEAVE = { kind: "RemoveValidator", pubkey_bytes: new Uint8Array(0) } as const;

describe("W8 W11 RemoveValidator", () => {
  test("a candidate cancels at once and its stakers get their money back", () => {
    const world = new World();
    world.run(alice, joining());
    const stake = stakeOn(world, alice, 10n * SOMA);
    expect(statusOf(world.run(alice, LEAVE))).toBe("Success");
    expect(validatorIndex(world).candidates).toEqual([]);
    const pool = poolIdOf(world, alice);
    const paid = world.run(bob, { kind: "WithdrawStake", staked_soma: world.ref(stake) });
    expect(world.content("Coin", created(paid, "Coin")[0]!).balance).toBe(10n * SOMA);
    expect(world.find(poolEntryId(pool))).toBeUndefined();
    expect(statusOf(world.run(alice, LEAVE))).toBe("NotAValidator");
  });

  test("stakers withdraw from the old pool after their validator left and rejoined", () => {
    const world = new World();
    world.run(alice, joining());
    const stake = stakeOn(world, alice, 500n * SOMA);
    world.endEpoch();
    const old = poolIdOf(world, alice);
    expect(statusOf(world.run(alice, LEAVE))).toBe("Success");
    expect(statusOf(world.run(alice, LEAVE))).toBe("ValidatorAlreadyRemoved");
    expect(composeSystemState(world).validators.pending_removals).toEqual([4n]);
    expect(committee(world)).toContain(alice);
    world.endEpoch();
    expect(committee(world)).not.toContain(alice);
    expect(composeSystemState(world).validators.inactive_validators.has(old)).toBe(true);
    expect(statusOf(world.run(alice, joining()))).toBe("Success");
    const add = {
      kind: "AddStake",
      address: alice,
      coin_ref: world.coin(bob, 0),
      amount: SOMA,
    } as const;
    expect(statusOf(world.run(bob, add, [world.coin(bob, 1)]))).toBe("Success");
    const paid = world.run(bob, { kind: "WithdrawStake", staked_soma: world.ref(stake) });
    expect(statusOf(paid)).toBe("Success");
    expect(world.content("Coin", created(paid, "Coin")[0]!).balance).toBeGreaterThanOrEqual(
      500n * SOMA,
    );
    world.endEpoch();
    expect(poolIdOf(world, alice)).not.toBe(old);
  });

  test("the last validator stays whatever it asks for", () => {
    const world = new World();
    for (const address of [v0, v1, v2, v3]) world.run(address, LEAVE);
    world.endEpoch();
    expect(committee(world)).toHaveLength(1);
    world.endEpoch();
    expect(validatorIndex(world).active[0]!.voting_power).toBe(10_000);
  });
});

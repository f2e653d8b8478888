/**
 * TransferCoin: parts and wholes, what they cost, and what is refused.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { U64_MAX } from "../../../src/base/u64.ts";
import { type ObjectRef } from "../../../src/types/object.ts";
import { account, SOMA } from "../fixtures.ts";
import { created, faultOf, feeOf, statusOf, World } from "../world.ts";

const alice = account("alice");
const bob = account("bob");

function gasBalance(world: World, gas: ObjectRef): bigint | undefined {
  const content = world.find(gas.object_id)?.content;
  return content?.kind === "Coin" ? content.balance : undefined;
}

/** The most that a coin which pays can give to one recipient: amount + 0.1 % + fees fit. */
function mostOf(balance: bigint): bigint {
  const room = balance - 1_600n;
  let amount = (room * 1_000n) / 1_001n;
  while (amount + 1n + (amount + 1n) / 1_000n <= room) amount++;
  return amount;
}

describe("TransferCoin", () => {
  test("a part of another coin than the one that pays costs what was published", () => {
    const world = new World();
    const [gas, coin] = [world.coin(alice, 0), world.coin(alice, 1)];
    const kind = { kind: "TransferCoin", coin, amount: 100n * SOMA, recipient: bob } as const;
    const execution = world.run(alice, kind, [gas]);
    expect(statusOf(execution)).toBe("Success");
    expect(execution.effects.transaction_fee.total_fee).toBe(100_001_900n);
    expect(feeOf(execution)).toEqual({ base: 1_000n, operation: 900n, value: 100_000_000n });
    const [made] = created(execution, "Coin");
    expect(world.content("Coin", made!).balance).toBe(100n * SOMA);
    expect(gasBalance(world, coin)).toBe(900n * SOMA);
    expect(gasBalance(world, gas)).toBe(1_000n * SOMA - 100_001_900n);
  });

  test("a whole coin that does not pay keeps its id and changes its owner", () => {
    for (const amount of [undefined, 1_000n * SOMA]) {
      const world = new World();
      const [gas, coin] = [world.coin(alice, 0), world.coin(alice, 1)];
      const execution = world.run(alice, { kind: "TransferCoin", coin, amount, recipient: bob }, [
        gas,
      ]);
      expect(feeOf(execution)).toEqual({ base: 1_000n, operation: 600n, value: SOMA });
      expect(world.list("Coin", bob).map(({ id }) => id)).toContain(coin.object_id);
    }
  });

  test("a part of the coin that pays must leave room for the fees", () => {
    const world = new World();
    const { object_id: id } = world.coin(alice);
    const send = (amount: bigint): string => {
      const coin = world.ref(id);
      const kind = { kind: "TransferCoin", coin, amount, recipient: bob } as const;
      return statusOf(world.run(alice, kind, [coin]));
    };
    expect(send(mostOf(1_000n * SOMA) + 1n)).toBe("InsufficientCoinBalance");
    expect(send(mostOf(1_000n * SOMA - 1_000n))).toBe("Success");
    expect(world.find(id)).toBeUndefined();
  });

  test("all of the coin that pays becomes a new coin, and the old one is gone", () => {
    const world = new World();
    const coin = world.coin(alice);
    const execution = world.run(
      alice,
      { kind: "TransferCoin", coin, amount: undefined, recipient: bob },
      [coin],
    );
    expect(statusOf(execution)).toBe("Success");
    expect(world.find(coin.object_id)).toBeUndefined();
    const [made] = created(execution, "Coin");
    const total = execution.effects.transaction_fee.total_fee;
    expect(world.content("Coin", made!).balance).toBe(1_000n * SOMA - total);
    expect(execution.effects.gas_object_index).toBe(
      execution.effects.changed_objects.findIndex((c) => c.object_id === coin.object_id),
    );
  });

  test("sending to oneself moves no value", () => {
    const world = new World();
    const [gas, coin] = [world.coin(alice, 0), world.coin(alice, 1)];
    const kind = { kind: "TransferCoin", coin, amount: SOMA, recipient: alice } as const;
    expect(feeOf(world.run(alice, kind, [gas])).value).toBe(0n);
    const all = {
      kind: "TransferCoin",
      coin: world.coin(alice),
      amount: undefined,
      recipient: alice,
    } as const;
    expect(feeOf(world.run(alice, all)).value).toBe(0n);
  });

  test("an amount of 0 makes an empty coin and costs no value fee", () => {
    const world = new World();
    const [gas, coin] = [world.coin(alice, 0), world.coin(alice, 1)];
    const execution = world.run(alice, { kind: "TransferCoin", coin, amount: 0n, recipient: bob }, [
      gas,
    ]);
    expect(feeOf(execution).value).toBe(0n);
    expect(world.content("Coin", created(execution, "Coin")[0]!).balance).toBe(0n);
  });

  test("more than a coin holds is refused, up to the largest amount there is", () => {
    for (const amount of [1_000n * SOMA + 1n, U64_MAX]) {
      const world = new World();
      const [gas, coin] = [world.coin(alice, 0), world.coin(alice, 1)];
      const execution = world.run(alice, { kind: "TransferCoin", coin, amount, recipient: bob }, [
        gas,
      ]);
      expect(statusOf(execution)).toBe("InsufficientCoinBalance");
      expect(execution.effects.transaction_fee.total_fee).toBe(1_000n);
      expect(world.balance(bob)).toBe(2_000n * SOMA);
    }
  });

  test("somebody else's coin is refused, and nothing changes", () => {
    const world = new World();
    const kind = {
      kind: "TransferCoin",
      coin: world.coin(bob),
      amount: SOMA,
      recipient: alice,
    } as const;
    const execution = world.run(alice, kind);
    expect(faultOf(execution)).toMatchObject({
      kind: "InvalidOwnership",
      expected_owner: alice,
      actual_owner: bob,
    });
    expect(execution.effects.changed_objects).toEqual([]);
    expect(execution.effects.transaction_fee.total_fee).toBe(0n);
  });

  test("a stake is not a coin", () => {
    const world = new World();
    const staker = account("v0");
    const stake = world.ref(world.list("StakedSoma", staker)[0]!.id);
    const execution = world.run(staker, {
      kind: "TransferCoin",
      coin: stake,
      amount: 1n,
      recipient: bob,
    });
    expect(faultOf(execution)).toMatchObject({ kind: "InvalidObjectType", expected: 1, actual: 2 });
    expect(world.ref(stake.object_id).version).toBe(execution.effects.version);
  });

  test("a gas coin behind the first is merged before the kind sees it", () => {
    const world = new World();
    const [first, second] = [world.coin(alice, 0), world.coin(alice, 1)];
    const kind = { kind: "TransferCoin", coin: second, amount: SOMA, recipient: bob } as const;
    const execution = world.run(alice, kind, [first, second]);
    expect(statusOf(execution)).toBe("ObjectNotFound");
    expect(gasBalance(world, first)).toBe(2_000n * SOMA - 1_000n);
  });
});

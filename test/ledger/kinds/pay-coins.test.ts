/**
 * PayCoins: several coins, several recipients, all of it, and lists that do not fit.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { U64_MAX } from "../../../src/base/u64.ts";
import { account, SOMA } from "../fixtures.ts";
import { created, feeOf, statusOf, World } from "../world.ts";

const alice = account("alice");
const bob = account("bob");
const carol = account("carol");

/** The most that a coin which pays can give to one recipient: amount + 0.1 % + fees fit. */
function mostOf(balance: bigint): bigint {
  const room = balance - 1_600n;
  let amount = (room * 1_000n) / 1_001n;
  while (amount + 1n + (amount + 1n) / 1_000n <= room) amount++;
  return amount;
}

describe("PayCoins", () => {
  test("one SOMA out of the coin that pays costs what was published", () => {
    const world = new World();
    const coin = world.coin(alice);
    const kind = { kind: "PayCoins", coins: [coin], amounts: [SOMA], recipients: [bob] } as const;
    const execution = world.run(alice, kind, [coin]);
    expect(execution.effects.transaction_fee.total_fee).toBe(1_001_600n);
  });

  test("several recipients out of several coins, with and without the one that pays", () => {
    for (const withGas of [true, false]) {
      const world = new World();
      const [gas, other] = [world.coin(alice, 0), world.coin(alice, 1)];
      const coins = withGas ? [other, gas] : [other];
      const kind = {
        kind: "PayCoins",
        coins,
        amounts: [SOMA, 2n * SOMA, 0n],
        recipients: [bob, carol, bob],
      } as const;
      const execution = world.run(alice, kind, [gas]);
      expect(statusOf(execution)).toBe("Success");
      expect(created(execution, "Coin")).toHaveLength(3);
      expect(world.balance(bob)).toBe(2_001n * SOMA);
      expect(world.balance(carol)).toBe(2_002n * SOMA);
      expect(world.find(other.object_id) === undefined).toBe(withGas);
      expect(feeOf(execution).value).toBe((3n * SOMA) / 1_000n);
    }
  });

  test("pay all: of one coin, of several, and with the coin that pays among them", () => {
    const world = new World();
    const kind = {
      kind: "PayCoins",
      coins: [world.coin(alice, 1)],
      amounts: undefined,
      recipients: [bob],
    } as const;
    const one = world.run(alice, kind);
    expect(world.list("Coin", bob)).toHaveLength(3);
    expect(feeOf(one)).toEqual({ base: 1_000n, operation: 600n, value: SOMA });
    const all = world.list("Coin", bob).map(({ id }) => world.ref(id));
    const merged = world.run(
      bob,
      { kind: "PayCoins", coins: all, amounts: undefined, recipients: [carol] },
      [all[1]!],
    );
    expect(statusOf(merged)).toBe("Success");
    expect(world.list("Coin", bob)).toEqual([]);
    expect(world.list("Coin", carol)).toHaveLength(3);
  });

  test("merging into oneself is free of value fee", () => {
    const world = new World();
    const coins = [world.coin(alice, 0), world.coin(alice, 1)];
    const execution = world.run(
      alice,
      { kind: "PayCoins", coins, amounts: undefined, recipients: [alice] },
      [coins[0]!],
    );
    expect(feeOf(execution)).toEqual({ base: 1_000n, operation: 600n, value: 0n });
    expect(world.balance(alice)).toBe(2_000n * SOMA - 1_600n);
    expect(world.list("Coin", alice)).toHaveLength(1);
  });

  test("too much, too little, and lists that do not fit", () => {
    const world = new World();
    const pay = (
      amounts: bigint[] | undefined,
      recipients = [bob],
      coins = [world.coin(alice, 1)],
    ): string =>
      statusOf(
        world.run(alice, { kind: "PayCoins", coins, amounts, recipients }, [world.coin(alice, 0)]),
      );
    expect(pay([1_001n * SOMA])).toBe("InsufficientCoinBalance");
    expect(pay([U64_MAX, 1n], [bob, bob])).toBe("ArithmeticOverflow");
    expect(pay([SOMA], [])).toBe("InvalidArguments");
    expect(pay([SOMA], [bob, carol])).toBe("InvalidArguments");
    expect(pay(undefined, [bob, carol])).toBe("InvalidArguments");
    expect(pay([SOMA], [bob], [])).toBe("InvalidArguments");
  });

  test("W9 all but the fees of the coin that pays, and one shannon more", () => {
    const world = new World();
    const { object_id: id } = world.coin(alice);
    const pay = (amount: bigint): string => {
      const coins = [world.ref(id)];
      const kind = { kind: "PayCoins", coins, amounts: [amount], recipients: [bob] } as const;
      return statusOf(world.run(alice, kind, coins));
    };
    expect(pay(mostOf(1_000n * SOMA) + 1n)).toBe("InsufficientCoinBalance");
    expect(pay(mostOf(1_000n * SOMA - 1_000n))).toBe("Success");
    expect(world.find(id)).toBeUndefined();
  });
});

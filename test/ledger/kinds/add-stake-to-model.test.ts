/**
 * AddStakeToModel: anybody may back a model; W9 the coin that pays may be staked whole.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { modelIds } from "../../../src/ledger/readers.ts";
import { deriveObjectId } from "../../../src/types/address.ts";
import { modelEntryId, poolEntryId } from "../../../src/types/entry.ts";
import { account, digestFrom, SOMA } from "../fixtures.ts";
import { created, statusOf, World } from "../world.ts";

const alice = account("alice");

describe("AddStakeToModel", () => {
  test("W9 all of the coin that pays becomes stake, less the fees, and the coin is gone", () => {
    const world = new World();
    const model_id = modelIds(world)[0]!;
    const coin_ref = world.coin(alice);
    const kind = { kind: "AddStakeToModel", model_id, coin_ref, amount: undefined } as const;
    const execution = world.run(alice, kind, [coin_ref]);
    const { principal } = world.content("StakedSoma", created(execution, "StakedSoma")[0]!);
    expect(principal).toBe(1_000n * SOMA - execution.effects.transaction_fee.total_fee);
    expect(execution.effects.transaction_fee.operation_fee).toBe(900n);
    expect(world.find(coin_ref.object_id)).toBeUndefined();
    const { pool_id } = world.content("Model", modelEntryId(model_id));
    expect(world.content("Pool", poolEntryId(pool_id)).pending_stake).toBe(principal);
  });

  test("W9 a coin that holds exactly what stake and fees need is used up", () => {
    const world = new World();
    const model_id = modelIds(world)[0]!;
    // 1 SOMA, half of a thousandth of it, base fee and three writes.
    const amount = SOMA + 500_000n + 1_000n + 900n;
    const give = {
      kind: "TransferCoin",
      coin: world.coin(alice),
      amount,
      recipient: account("eve"),
    } as const;
    world.run(alice, give);
    const coin_ref = world.coin(account("eve"));
    const kind = { kind: "AddStakeToModel", model_id, coin_ref, amount: SOMA } as const;
    expect(statusOf(world.run(account("eve"), kind, [coin_ref]))).toBe("Success");
    expect(world.balance(account("eve"))).toBe(0n);
    expect(world.list("Coin", account("eve"))).toEqual([]);
  });

  test("a model that does not exist and an amount of nothing are refused", () => {
    const world = new World();
    const coin_ref = world.coin(alice, 1);
    const add = (model_id: ReturnType<typeof deriveObjectId>, amount: bigint): string =>
      statusOf(
        world.run(alice, {
          kind: "AddStakeToModel",
          model_id,
          coin_ref: world.ref(coin_ref.object_id),
          amount,
        }),
      );
    expect(add(deriveObjectId(digestFrom("nothing"), 1), 1n)).toBe("ModelNotFound");
    expect(add(modelIds(world)[0]!, 0n)).toBe("InvalidArguments");
    expect(add(modelIds(world)[0]!, 2_000n * SOMA)).toBe("InsufficientCoinBalance");
  });
});

/**
 * Admission and commit order: what runs, what is dropped, and the words clients look for.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { checkAdmission, classify } from "../../src/ledger/admit.ts";
import { describeRefusal } from "../../src/ledger/inputs.ts";
import { openTargets } from "../../src/ledger/readers.ts";
import { SYSTEM_STATE_ID } from "../../src/types/address.ts";
import { ECONOMY_ID } from "../../src/types/entry.ts";
import type { ObjectRef } from "../../src/types/object.ts";
import { formatDigest } from "../../src/types/text.ts";
import type { TransactionKind } from "../../src/types/transaction-kind.ts";
import type { TransactionData } from "../../src/types/transaction.ts";
import { account, digestFrom, joiningAs, SOMA } from "./fixtures.ts";
import { World } from "./world.ts";

const alice = account("alice");
const bob = account("bob");

function data(kind: TransactionKind, gas: readonly ObjectRef[], sender = alice): TransactionData {
  return { kind, sender, gas_payment: gas };
}

function pay(coin: ObjectRef, amount = SOMA): TransactionKind {
  return { kind: "PayCoins", coins: [coin], amounts: [amount], recipients: [bob] };
}

/** Why the transaction is refused; it must then be dropped too, unless only the door refuses it. */
function refusal(
  world: World,
  transaction: TransactionData,
  atDoorOnly = false,
): string | undefined {
  const found = checkAdmission(world, transaction);
  const isDropped = classify(world, transaction) === "Drop";
  expect(isDropped).toBe(found !== undefined && !atDoorOnly);
  return found?.kind;
}

describe("admission", () => {
  test("a transaction on live coins of its sender runs", () => {
    const world = new World();
    const coin = world.coin(alice);
    expect(refusal(world, data(pay(coin), [coin]))).toBeUndefined();
    expect(refusal(world, data(pay(world.coin(alice, 1)), [coin]))).toBeUndefined();
  });

  test("an input past its version is told in the words that the package retries on", () => {
    const world = new World();
    const coin = world.coin(alice);
    world.run(alice, pay(coin), [coin]);
    const stale = data(pay(coin), [coin]);
    expect(refusal(world, stale)).toBe("ObjectVersionUnavailableForConsumption");
    expect(describeRefusal(checkAdmission(world, stale)!)).toBe(
      `Object (0x${coin.object_id}, Version(1), o#${formatDigest(coin.digest)}) ` +
        "is not available for consumption, its current version: Version(2)",
    );
  });

  test("inputs that do not exist, are of the future, altered, others' or shared", () => {
    const world = new World();
    const coin = world.coin(alice);
    const gone = world.coin(alice, 1);
    world.run(
      alice,
      { kind: "PayCoins", coins: [coin, gone], amounts: undefined, recipients: [alice] },
      [coin],
    );
    const live = world.coin(alice);
    expect(refusal(world, data(pay(gone), [live]))).toBe("ObjectNotFound");
    expect(refusal(world, data(pay({ ...live, version: 9n }), [{ ...live, version: 9n }]))).toBe(
      "ObjectNotFound",
    );
    const altered = { ...live, digest: digestFrom("other") };
    expect(refusal(world, data(pay(altered), [altered]))).toBe("InvalidObjectDigest");
    const others = world.coin(bob);
    expect(refusal(world, data(pay(others), [live]))).toBe("IncorrectUserSignature");
    expect(refusal(world, data(pay(live), [others]))).toBe("IncorrectUserSignature");
    for (const id of [ECONOMY_ID, openTargets(world)[0]!.id]) {
      const objects = [world.ref(id)];
      expect(
        refusal(world, data({ kind: "TransferObjects", objects, recipient: alice }, [live])),
      ).toBe("NotOwnedObjectError");
    }
    const view = { ...live, object_id: SYSTEM_STATE_ID };
    expect(refusal(world, data(pay(view), [live]))).toBe("ObjectNotFound");
    const worn = { ...live, version: 0x7fff_ffff_ffff_ffffn };
    expect(refusal(world, data(pay(worn), [worn]))).toBe("InvalidSequenceNumber");
  });

  test("gas: none, twice, not a coin, empty, too little", () => {
    const world = new World();
    const coin = world.coin(alice);
    expect(refusal(world, data(pay(coin), []))).toBe("GasPaymentError");
    expect(refusal(world, data(pay(world.coin(alice, 1)), [coin, coin]))).toBe(
      "DuplicateObjectRefInput",
    );
    const staker = account("v0");
    const stake = world.ref(world.list("StakedSoma", staker)[0]!.id);
    const kind = pay(world.coin(staker));
    expect(refusal(world, data(kind, [stake], staker))).toBe("GasPaymentError");
    const give = (amount: bigint): void => {
      world.run(bob, {
        kind: "TransferCoin",
        coin: world.coin(bob),
        amount,
        recipient: account("dora"),
      });
    };
    give(0n);
    const dora = account("dora");
    expect(refusal(world, data(pay(world.coin(dora)), [world.coin(dora)], dora))).toBe(
      "GasPaymentError",
    );
    give(1_899n);
    const little = data(pay(world.coin(dora), 0n), [world.coin(dora)], dora);
    expect(refusal(world, little, true)).toBe("InsufficientGas");
    give(1_900n);
    const enough = data(pay(world.coin(dora), 0n), [world.coin(dora)], dora);
    expect(refusal(world, enough)).toBeUndefined();
  });

  test("a proof of possession must be paid for", () => {
    const world = new World();
    const coin = world.coin(alice);
    world.run(alice, { kind: "TransferCoin", coin, amount: 500_000n, recipient: account("eve") });
    const joining = joiningAs("eve", new Uint8Array(96), new Uint8Array(48));
    const asked = data(joining, [world.coin(account("eve"))], account("eve"));
    expect(refusal(world, asked, true)).toBe("InsufficientGas");
  });

  test("an object named twice, and gas that contradicts an argument", () => {
    const world = new World();
    const coin = world.coin(alice);
    const twice = { kind: "TransferObjects", objects: [coin, coin], recipient: bob } as const;
    expect(refusal(world, data(twice, [world.coin(alice, 1)]))).toBe("DuplicateObjectRefInput");
    expect(refusal(world, data(pay(coin), [{ ...coin, version: 2n }]))).toBe(
      "DuplicateObjectRefInput",
    );
  });

  test("W1 system kinds are refused at the door and dropped in commit order", () => {
    const world = new World();
    const coin = world.coin(alice);
    const change = {
      kind: "ChangeEpoch",
      epoch: 1n,
      epoch_start_timestamp_ms: 0n,
      protocol_version: 1n,
      fees: 0n,
      epoch_randomness: new Uint8Array(32),
    } as const;
    expect(refusal(world, data({ kind: "Genesis", objects: [] }, [coin]))).toBe(
      "SystemTransaction",
    );
    expect(refusal(world, data(change, []))).toBe("SystemTransaction");
  });

  test("a target that is not there is told at the door; ordered anyway it fails and pays", () => {
    const world = new World();
    const coin = world.coin(alice);
    const claim = data({ kind: "ClaimRewards", target_id: coin.object_id }, [coin]);
    expect(refusal(world, claim, true)).toBe("TargetNotFound");
    const { effects } = world.execute(claim);
    expect(effects.status).toEqual({ kind: "Failure", error: { kind: "TargetNotFound" } });
    expect(effects.transaction_fee.total_fee).toBe(1_000n);
  });

  test("every refusal has words", () => {
    const world = new World();
    const coin = world.coin(alice);
    const texts = [
      data(pay(coin), []),
      data(pay(coin), [coin, coin]),
      data(pay(world.coin(bob)), [coin]),
      data({ kind: "Genesis", objects: [] }, [coin]),
    ].map((transaction) => describeRefusal(checkAdmission(world, transaction)!));
    expect(texts.every((text) => text.length > 10)).toBe(true);
    expect(new Set(texts).size).toBe(4);
  });
});

/**
 * Calls of one account that run at once: no two of them fight for a coin, and one that lost a coin
 * to somebody else takes another.
 *
 * @module
 */
import { afterAll, beforeEach, describe, expect, test } from "bun:test";

import { Account, type BuildKind } from "../../src/client/transact.ts";
import { toObjectId } from "../../src/types/address.ts";
import { SOMA } from "../ledger/fixtures.ts";
import { nowhere } from "../rpc/chain.ts";
import { ALICE, BOB, NOBODY, transfer } from "../rpc/surface.ts";
import { Serving } from "./serving.ts";

let serving: Serving;
const opened: Serving[] = [];
beforeEach(() => {
  serving = new Serving();
  opened.push(serving);
});
afterAll(() => Promise.all(opened.map((one) => one.close())));

/** Gives so much of the coin that pays to Bob. */
function give(amount: bigint): BuildKind {
  return (coin) => ({ kind: "TransferCoin", coin, amount, recipient: BOB.address });
}

test("calls at once take a coin each and all succeed", async () => {
  const account = new Account(serving.client, ALICE);
  const views = await Promise.all([1n, 2n, 3n].map((amount) => account.transact(give(amount))));
  expect(views.map(({ status }) => status.kind)).toEqual(["Success", "Success", "Success"]);
  const gas = views.map((view) => view.gas_object?.object_id);
  expect(new Set(gas).size).toBe(3);
});

test("one call more than there are coins is told to wait", async () => {
  const account = new Account(serving.client, ALICE);
  const gate = Promise.withResolvers<void>();
  serving.surface.chain.gate = gate.promise;
  const calls = [1n, 2n, 3n].map((amount) => account.transact(give(amount)));
  while (serving.surface.chain.offered.length < 3) await Bun.sleep(1);
  const late = await account.transact(give(4n)).catch((thrown: unknown) => thrown);
  expect(late).toMatchObject({ code: "coins_in_use" });
  gate.resolve();
  expect(await Promise.all(calls)).toHaveLength(3);
  expect((await account.transact(give(4n))).status.kind).toBe("Success");
});

test("a locked coin is left to the one that holds it", async () => {
  const account = new Account(serving.client, ALICE);
  serving.surface.chain.refusals.push({ reason: "Locked", detail: "taken" });
  expect((await account.transact(give(1n))).status.kind).toBe("Success");
  const [first, second] = serving.surface.chain.offered.map(
    ({ data }) => data.gas_payment[0]!.object_id,
  );
  expect(second).not.toBe(first!);
});

test("a stale coin is read again", async () => {
  const account = new Account(serving.client, ALICE);
  serving.surface.chain.refusals.push({ reason: "Stale", detail: "old" });
  expect((await account.transact(give(1n))).status.kind).toBe("Success");
  expect(serving.surface.chain.offered).toHaveLength(2);
});

test("what is refused for good, or again and again, is not tried for ever", async () => {
  const account = new Account(serving.client, ALICE);
  const { chain } = serving.surface;
  chain.refusals.push({ reason: "Invalid", detail: "no" });
  await expect(account.transact(give(1n))).rejects.toMatchObject({ code: "transaction_invalid" });
  chain.offered.length = 0;
  for (let times = 0; times < 9; times++) chain.refusals.push({ reason: "Stale", detail: "old" });
  const error = await account.transact(give(1n)).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "object_stale" });
  expect(chain.offered.length).toBe(4);
});

describe("a coin", () => {
  test("that holds enough is found, and else the richest is named", async () => {
    const account = new Account(serving.client, ALICE);
    const poor = await account
      .transact(give(1n), { atLeast: 1_001n * SOMA })
      .catch((thrown: unknown) => thrown);
    expect(poor).toMatchObject({ code: "insufficient_funds" });
    expect(String(poor)).toContain("the richest of 3 holds 1000 SOMA");
  });

  test("that was named is taken and no other", async () => {
    const account = new Account(serving.client, ALICE);
    const coin = serving.surface.chain.world.coin(ALICE.address, 2).object_id;
    const { gas_object } = await account.transact(give(1n), { coin });
    expect(gas_object?.object_id).toBe(coin);
  });

  test("of an account without any", async () => {
    const account = new Account(serving.client, NOBODY);
    await expect(account.transact(give(1n))).rejects.toMatchObject({ code: "insufficient_funds" });
  });

  test("that is no coin, or nothing", async () => {
    const account = new Account(serving.client, ALICE);
    const target = serving.surface.chain.world.list("Target")[0]!.id;
    const wrong = account.transact(give(1n), { coin: target });
    await expect(wrong).rejects.toMatchObject({ code: "not_a_coin" });
    const missing = account.transact(give(1n), { coin: toObjectId(nowhere("coin")) });
    await expect(missing).rejects.toMatchObject({ code: "object_not_found" });
  });
});

test("what is prepared is not sent, and keeps no coin", async () => {
  const account = new Account(serving.client, ALICE);
  const data = await account.prepare(give(SOMA));
  expect(data).toEqual(transfer(serving.surface, ALICE, BOB.address, SOMA));
  expect(await account.prepare(give(SOMA))).toEqual(data);
  expect(serving.surface.chain.offered).toEqual([]);
});

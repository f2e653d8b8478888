/**
 * Calls of one account that run at once: no two of them fight for a coin, and one that lost a coin
 * to somebody else takes another.
 *
 * @module
 */
import { afterAll, beforeEach, describe, expect, test } from "bun:test";

import { Actions } from "../../src/client/actions.ts";
import { bondOf } from "../../src/client/costs.ts";
import { Account, type BuildKind } from "../../src/client/transact.ts";
import { type ObjectId, toObjectId } from "../../src/types/address.ts";
import type { TransactionView } from "../../src/wire/json/transaction.ts";
import { SOMA } from "../ledger/fixtures.ts";
import { submissionTo } from "../ledger/lifecycle.ts";
import type { World } from "../ledger/world.ts";
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

/** Has calls wait at the node until the gate opens; resolves when so many have come. */
async function hold(count: number, start: () => void): Promise<() => void> {
  const gate = Promise.withResolvers<void>();
  const { chain } = serving.surface;
  chain.gate = gate.promise;
  start();
  while (chain.offered.length < count) await Bun.sleep(1);
  return gate.resolve;
}

test("calls beyond the coins there are wait for their turn, and all succeed", async () => {
  const account = new Account(serving.client, ALICE);
  const calls: Promise<TransactionView>[] = [];
  const open = await hold(3, () => {
    for (let amount = 1n; amount <= 20n; amount++) calls.push(account.transact(give(amount)));
  });
  expect(serving.surface.chain.offered).toHaveLength(3);
  open();
  const views = await Promise.all(calls);
  expect(views.every(({ status }) => status.kind === "Success")).toBe(true);
  // Nobody fought: each was offered once.
  expect(serving.surface.chain.offered).toHaveLength(20);
});

test("a call that waits for a coin ends when it is told to, and the next one goes on", async () => {
  const account = new Account(serving.client, ALICE);
  const calls: Promise<TransactionView>[] = [];
  const open = await hold(3, () => {
    for (const amount of [1n, 2n, 3n]) calls.push(account.transact(give(amount)));
  });
  const abort = new AbortController();
  const late = account.transact(give(4n), {}, abort.signal).catch((thrown: unknown) => thrown);
  calls.push(account.transact(give(5n)));
  abort.abort();
  expect(await late).toMatchObject({ code: "cancelled" });
  open();
  expect(await Promise.all(calls)).toHaveLength(4);
});

test("a named coin that is in use is waited for", async () => {
  const account = new Account(serving.client, ALICE);
  const coin = serving.surface.chain.world.coin(ALICE.address, 1).object_id;
  const calls: Promise<TransactionView>[] = [];
  const open = await hold(1, () => {
    for (const amount of [1n, 2n]) calls.push(account.transact(give(amount), { coin }));
  });
  expect(serving.surface.chain.offered).toHaveLength(1);
  open();
  const gas = (await Promise.all(calls)).map((view) => view.gas_object?.object_id);
  expect(gas).toEqual([coin, coin]);
});

function targetOf(world: World): { readonly id: ObjectId; readonly reward: bigint } {
  const { id } = world.list("Target")[0]!;
  return { id, reward: world.content("Target", id).reward_pool };
}

describe("coins are brought together", () => {
  const coins = (account: Account): Promise<bigint> =>
    serving.client.balance(account.keypair.address).then(({ coin_count }) => coin_count);

  test("when one holds too little", async () => {
    const account = new Account(serving.client, ALICE);
    const amount = 1_500n * SOMA;
    const view = await account.transact(give(amount), { atLeast: amount });
    expect(view.status.kind).toBe("Success");
    expect(view.deleted).toHaveLength(1);
    expect(await coins(account)).toBe(2n);
  });

  test("when those that hold the amount have nothing left for the fees", async () => {
    const account = new Account(serving.client, ALICE);
    const actions = new Actions(account);
    const view = await actions.transferCoin(BOB.address, 2_000n * SOMA);
    expect(view.deleted).toHaveLength(2);
    expect(await coins(account)).toBe(1n);
  });

  test("also those of other calls, when the free ones leave nothing for the fees", async () => {
    const account = new Account(serving.client, ALICE);
    const actions = new Actions(account);
    const calls: Promise<TransactionView>[] = [];
    const open = await hold(1, () => calls.push(account.transact(give(1n))));
    calls.push(actions.transferCoin(BOB.address, 2_000n * SOMA));
    while (!serving.asked.some((path) => path.endsWith("/objects"))) await Bun.sleep(1);
    open();
    const views = await Promise.all(calls);
    expect(views.map(({ status }) => status.kind)).toEqual(["Success", "Success"]);
    expect(await coins(account)).toBe(1n);
  });

  test("for the bond of a submission and its fees", async () => {
    const { world } = serving.surface.chain;
    const { id, reward } = targetOf(world);
    const kind = submissionTo(world, id, world.coin(ALICE.address));
    const parameters = await serving.client.parameters();
    const bond = bondOf(parameters, reward, kind.data_manifest.metadata.size);
    // Two of them hold the bond and nothing for the fees.
    const half = { recipient: NOBODY.address, amount: (bond + 1n) / 2n };
    await new Actions(new Account(serving.client, ALICE)).payCoins([half, half, half]);
    const claim = {
      target: { id, reward },
      winner: kind.model_id,
      losses: [...kind.loss_score.values],
      embedding: kind.embedding.values,
      distance: 0,
    };
    const account = new Account(serving.client, NOBODY);
    const view = await new Actions(account).submitData(claim, kind.data_manifest);
    expect(view.status.kind).toBe("Success");
    expect(await coins(account)).toBe(1n);
  });

  test("as they are when there are none for what fees may take, as that is a bound", async () => {
    const account = new Account(serving.client, ALICE);
    const wish = { atLeast: 3_000n * SOMA, fees: 1n };
    const { gas_payment } = await account.prepare(give(1n), wish);
    expect(gas_payment).toHaveLength(3);
  });

  test("when there are many: some of the smallest pay with the one that is needed", async () => {
    const account = new Account(serving.client, ALICE);
    const recipients = Array.from({ length: 30 }, () => ALICE.address);
    const amounts = recipients.map((_, place) => 1_000n + BigInt(place));
    await account.transact((coin) => ({ kind: "PayCoins", coins: [coin], amounts, recipients }));
    expect(await coins(account)).toBe(33n);
    const view = await account.transact(give(1n));
    expect(view.deleted).toHaveLength(8);
    for (let times = 0; times < 4; times++) await account.transact(give(1n));
    expect(await coins(account)).toBe(16n);
  });

  test("when that is asked for, and not when there is but one", async () => {
    const account = new Account(serving.client, ALICE);
    const merge = await account.mergeCoins();
    expect(merge?.coinCount).toBe(3);
    expect(merge?.view.status.kind).toBe("Success");
    expect(await coins(account)).toBe(1n);
    expect(await account.mergeCoins()).toBeUndefined();
  });

  test("while others run, only those that are free", async () => {
    const account = new Account(serving.client, ALICE);
    const calls: Promise<TransactionView>[] = [];
    const open = await hold(1, () => calls.push(account.transact(give(1n))));
    const merging = account.mergeCoins();
    while (serving.surface.chain.offered.length < 2) await Bun.sleep(1);
    open();
    expect((await merging)?.coinCount).toBe(2);
    expect((await Promise.all(calls))[0]?.status.kind).toBe("Success");
  });
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
  test("that holds enough is not found among those that hold too little together", async () => {
    const account = new Account(serving.client, ALICE);
    const poor = await account
      .transact(give(1n), { atLeast: 3_001n * SOMA })
      .catch((thrown: unknown) => thrown);
    expect(poor).toMatchObject({ code: "insufficient_funds" });
    expect(String(poor)).toContain("hold 3000 SOMA together, 3001 SOMA are needed");
  });

  test("that is locked elsewhere, like all the others", async () => {
    const account = new Account(serving.client, ALICE);
    const { chain } = serving.surface;
    for (let times = 0; times < 3; times++) chain.refusals.push({ reason: "Locked", detail: "no" });
    await expect(account.transact(give(1n))).rejects.toMatchObject({ code: "coins_in_use" });
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

/**
 * The faucet over a chain that really executes: who asks gets coins, all who wait are paid by few
 * transactions, and what goes wrong on the way is told and not paid twice.
 *
 * @module
 */
import { afterAll, beforeEach, describe, expect, test } from "bun:test";

import type { Hono } from "hono";

import { SILENT_LOG } from "../../src/base/log.ts";
import { clientChain } from "../../src/faucet/client-chain.ts";
import { Dispenser, type FaucetChain } from "../../src/faucet/dispenser.ts";
import { Giver } from "../../src/faucet/giver.ts";
import { REQUESTS_PER_MINUTE } from "../../src/faucet/limiter.ts";
import { createFaucetApp } from "../../src/faucet/service.ts";
import { toObjectId } from "../../src/types/address.ts";
import { formatAddress } from "../../src/types/text.ts";
import { Serving } from "../client/serving.ts";
import { account, SOMA } from "../ledger/fixtures.ts";
import { ALICE } from "../rpc/surface.ts";

const AMOUNT = 10n * SOMA;
const COINS = 2;

let serving: Serving;
let dispenser: Dispenser;
let app: Hono;
let nowMs: number;
/** Fails the next executions after they happened, as a connection that breaks does. */
let breaks: number;
const opened: Serving[] = [];

beforeEach(() => {
  serving = new Serving();
  opened.push(serving);
  nowMs = 0;
  breaks = 0;
  const chain = clientChain(serving.client);
  const execute: FaucetChain["execute"] = async (transaction) => {
    const view = await chain.execute(transaction);
    if (breaks-- > 0) throw new Error("the connection broke");
    return view;
  };
  dispenser = new Dispenser({
    chain: { ...chain, execute },
    owner: ALICE.address,
    sign: (data) => ALICE.sign(data),
    amount: AMOUNT,
    coinCount: COINS,
    log: SILENT_LOG,
  });
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
  app = createFaucetApp({ giver: new Giver(dispenser, clock), log: SILENT_LOG });
});
afterAll(() => Promise.all(opened.map((one) => one.close())));

type Answer = { readonly status: number; readonly json: Record<string, unknown> };

async function ask(body: unknown, path = "/gas"): Promise<Answer> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await app.request(path, { method: "POST", body: text });
  return { status: response.status, json: (await response.json()) as Answer["json"] };
}

function askFor(name: string): Promise<Answer> {
  return ask({ recipient: formatAddress(account(name)) });
}

function balanceOf(name: string): bigint {
  return serving.surface.chain.world.balance(account(name));
}

test("who asks has coins when the answer comes", async () => {
  const { status, json } = await askFor("newcomer");
  expect(status).toBe(200);
  expect(json).toMatchObject({ status: "Success" });
  const coins = json["coins_sent"] as { id: string; amount: string; transfer_tx_digest: string }[];
  expect(coins.map(({ amount }) => amount)).toEqual([`${AMOUNT}`, `${AMOUNT}`]);
  expect(balanceOf("newcomer")).toBe(BigInt(COINS) * AMOUNT);
  for (const { id } of coins) {
    const { owner } = await serving.client.object(toObjectId(id.slice(2)));
    expect(owner).toEqual({ kind: "AddressOwner", address: account("newcomer") });
  }
});

test("many at once are paid exactly, by few transactions", async () => {
  const names = Array.from({ length: 20 }, (_, number) => `one of many ${number}`);
  const answers = await Promise.all(names.map(askFor));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  for (const name of names) expect(balanceOf(name)).toBe(BigInt(COINS) * AMOUNT);
  const ids = answers.flatMap(({ json }) => json["coins_sent"] as { id: string }[]);
  expect(new Set(ids.map(({ id }) => id)).size).toBe(names.length * COINS);
  expect(serving.surface.chain.offered.length).toBeLessThan(5);
});

test("the same address is told when to come back", async () => {
  for (let times = 0; times < REQUESTS_PER_MINUTE; times++) {
    expect((await askFor("greedy")).status).toBe(200);
  }
  const response = await app.request("/gas", {
    method: "POST",
    body: JSON.stringify({ recipient: formatAddress(account("greedy")) }),
  });
  expect(response.status).toBe(429);
  expect(response.headers.get("access-control-expose-headers")).toBe("retry-after");
  expect(response.headers.get("retry-after")).toBe("60");
  expect((await askFor("modest")).status).toBe(200);
  nowMs = 60_000;
  expect((await askFor("greedy")).status).toBe(200);
});

describe("what goes wrong", () => {
  test("a coin that was used meanwhile: the payment is built again", async () => {
    serving.surface.chain.refusals.push({ reason: "Stale", detail: "old" });
    expect((await askFor("patient")).status).toBe(200);
    expect(balanceOf("patient")).toBe(BigInt(COINS) * AMOUNT);
  });

  test("no answer about a payment: it is told, settled first, and never paid twice", async () => {
    breaks = 1;
    const lost = await askFor("unlucky");
    expect(lost).toMatchObject({ status: 504, json: { code: "faucet_timeout" } });
    expect((await askFor("next")).status).toBe(200);
    expect(balanceOf("unlucky")).toBe(BigInt(COINS) * AMOUNT);
    expect(balanceOf("next")).toBe(BigInt(COINS) * AMOUNT);
  });

  test("an empty faucet says so, and the request does not count", async () => {
    const { world } = serving.surface.chain;
    const coins = [0, 1, 2].map((place) => world.coin(ALICE.address, place));
    const amounts = coins.map(() => 995n * SOMA);
    const recipients = coins.map(() => account("owner of all"));
    const kind = { kind: "PayCoins", coins, amounts, recipients } as const;
    const [gas] = coins;
    serving.surface.chain.execute({ kind, sender: ALICE.address, gas_payment: [gas!] });
    for (let times = 0; times < 2 * REQUESTS_PER_MINUTE; times++) {
      const { status, json } = await askFor("late");
      expect({ status, code: json["code"] }).toEqual({ status: 503, code: "faucet_empty" });
    }
  });

  test("a faucet that stops refuses what waits and what comes", async () => {
    const gate = Promise.withResolvers<void>();
    serving.surface.chain.gate = gate.promise;
    const first = askFor("first");
    while (serving.surface.chain.offered.length < 1) await Bun.sleep(1);
    const second = askFor("second");
    await Bun.sleep(0);
    dispenser.stop();
    gate.resolve();
    expect((await first).status).toBe(200);
    expect(await second).toMatchObject({ status: 503, json: { code: "faucet_stopped" } });
    expect(await askFor("third")).toMatchObject({ status: 503 });
  });
});

describe("requests that are none", () => {
  test.each([
    ["{", 400, "json_invalid"],
    [{}, 400, "request_invalid"],
    [{ recipient: "0x12" }, 400, "request_invalid"],
    [{ recipient: 5 }, 400, "request_invalid"],
    ["x".repeat(5_000), 413, "body_too_large"],
  ])("%p", async (body, status, code) => {
    expect(await ask(body)).toMatchObject({ status, json: { code } });
  });

  test("other routes", async () => {
    expect(await ask({}, "/money")).toMatchObject({ status: 404 });
    expect((await app.request("/gas")).status).toBe(404);
    expect(await (await app.request("/health")).json()).toEqual({ ok: true });
  });

  test("the older path works as well", async () => {
    const body = { recipient: formatAddress(account("elder")) };
    expect((await ask(body, "/v1/gas")).status).toBe(200);
  });
});

/**
 * The turns of calls that wait for coins: first come, first served, and whoever gives up goes at
 * once.
 *
 * @module
 */
import { afterAll, beforeAll, expect, test } from "bun:test";

import { type Payment, Purse } from "../../src/client/purse.ts";
import { ALICE } from "../rpc/surface.ts";
import { Serving } from "./serving.ts";

let serving: Serving;
beforeAll(() => {
  serving = new Serving();
});
afterAll(() => serving.close());

const COINS = 3;
const WISH = { owner: ALICE.address, atLeast: 1n, fees: 0n, avoid: new Set<never>() };

/** A purse of which every coin is taken, and the names of those who got one since, in order. */
async function emptied(): Promise<{
  readonly taken: readonly Payment[];
  readonly served: string[];
  readonly purse: Purse;
  readonly ask: (name: string, signal?: AbortSignal) => Promise<Payment>;
}> {
  const purse = new Purse(serving.client);
  const taken = await Promise.all(Array.from({ length: COINS }, () => purse.take(WISH)));
  const served: string[] = [];
  const ask = async (name: string, signal?: AbortSignal): Promise<Payment> => {
    const payment = await purse.take({ ...WISH, signal });
    served.push(name);
    return payment;
  };
  return { taken, served, purse, ask };
}

test("a call behind others that wait ends when told to; the others keep their order", async () => {
  const { taken, served, purse, ask } = await emptied();
  const first = ask("first");
  const abort = new AbortController();
  const gone = ask("gone", abort.signal).catch((thrown: unknown) => thrown);
  const others = [ask("second"), ask("third")];
  abort.abort();
  expect(await gone).toMatchObject({ code: "cancelled" });
  expect(served).toEqual([]);
  for (const payment of taken) purse.release(payment);
  await Promise.all([first, ...others]);
  expect(served).toEqual(["first", "second", "third"]);
});

test("a call that was told to end before it began takes no coin", async () => {
  const { taken, served, purse, ask } = await emptied();
  await expect(ask("gone", AbortSignal.abort())).rejects.toMatchObject({ code: "cancelled" });
  purse.release(taken[0]!);
  await ask("first");
  expect(served).toEqual(["first"]);
});

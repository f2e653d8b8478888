/**
 * Dry runs: with coins that pay, with none, and always without a trace.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { SIMULATED_COIN_ID, simulateTransaction } from "../../src/ledger/simulate.ts";
import { type TransactionData, transactionDigest } from "../../src/types/transaction.ts";
import { account, SOMA } from "./fixtures.ts";
import { statusOf, World } from "./world.ts";

const alice = account("alice");

test("a transaction does in a dry run what it does in earnest, and leaves the state alone", () => {
  const world = new World();
  const coin = world.coin(alice);
  const kind = { kind: "TransferCoin", coin, amount: SOMA, recipient: account("bob") } as const;
  const data: TransactionData = { kind, sender: alice, gas_payment: [coin] };
  const digest = transactionDigest(data);
  const dry = simulateTransaction(world, data, digest, world.context());
  expect(world.coin(alice)).toEqual(coin);
  expect(dry.effects).toEqual(world.execute(data).effects);
});

test("without coins that pay, one pays that nobody has", () => {
  const world = new World();
  const coin = world.coin(alice);
  const kind = { kind: "TransferCoin", coin, amount: SOMA, recipient: account("bob") } as const;
  const data: TransactionData = { kind, sender: alice, gas_payment: [] };
  const dry = simulateTransaction(world, data, transactionDigest(data), world.context());
  expect(statusOf(dry)).toBe("Success");
  const gas = dry.effects.changed_objects[dry.effects.gas_object_index ?? -1];
  expect(gas?.object_id).toBe(SIMULATED_COIN_ID);
  expect(dry.effects.transaction_fee.total_fee).toBeGreaterThan(1_000n);
  expect(world.find(SIMULATED_COIN_ID)).toBeUndefined();
});

/**
 * Payers: two accounts that send each other as much in an epoch as the plan says, in a few payments
 * at random times. Everything else that is bought and sold stands behind these.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import type { Prng } from "../base/prng.ts";
import type { TransactionData } from "../types/transaction.ts";
import { PAYERS } from "./accounts.ts";
import { gasOf, type Network } from "./network.ts";

/** Payments in one epoch: even, so that each payer gets back what he gave. */
const PAYMENTS_PER_EPOCH: number = 10;

/** When the payments of an epoch are made, in milliseconds after its start, ascending. */
export function paymentTimes(prng: Prng, durationMs: number): readonly number[] {
  const times = Array.from({ length: PAYMENTS_PER_EPOCH }, () => prng.unit() * durationMs);
  return times.toSorted((left, right) => left - right);
}

/** The payment with this number in an epoch in which `total` shannons are paid. */
export function payment(network: Network, total: bigint, number: number): TransactionData {
  const [payer, payee] = number % 2 === 0 ? PAYERS : PAYERS.toReversed();
  const sender = present(payer, "a payer");
  const gas_payment = gasOf(network, sender);
  const kind = {
    kind: "TransferCoin",
    coin: present(gas_payment[0], "a coin"),
    amount: total / BigInt(PAYMENTS_PER_EPOCH),
    recipient: present(payee, "a payee"),
  } as const;
  return { kind, sender, gas_payment };
}

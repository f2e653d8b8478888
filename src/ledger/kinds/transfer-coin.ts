/**
 * TransferCoin: gives a coin, or a part of it, to somebody. A whole coin keeps its id and changes
 * its owner; a part, and all of the coin that pays, becomes a new coin.
 *
 * @module
 */
import type { ExecutionFault } from "../../types/fault.ts";
import type { KindOf } from "../../types/transaction-kind.ts";
import type { Call } from "../call.ts";
import { coinBalance, createCoin, takeFromCoin } from "../coins.ts";
import { valueFee } from "../economy/value-fee.ts";

// The new coin and the one that pays.
const WRITES = 2;

/** Executes TransferCoin. */
export function transferCoin(
  call: Call,
  { coin, amount, recipient }: KindOf<"TransferCoin">,
): ExecutionFault | undefined {
  const id = coin.object_id;
  const rate = recipient === call.sender ? 0n : call.parameters.value_fee_ppm;
  const feeOn = (moved: bigint): bigint => valueFee(moved, rate);
  const balance = coinBalance(call, id);
  if (!balance.ok) return balance.error;
  const isWhole = amount === undefined || amount === balance.value;
  if (isWhole && id !== call.gas) {
    call.valueFee += feeOn(balance.value);
    const owner = { kind: "AddressOwner", address: recipient } as const;
    call.view.write(id, { kind: "Coin", balance: balance.value }, owner);
    return undefined;
  }
  const taken = takeFromCoin(call, id, amount, { feeOn, writes: WRITES });
  if (!taken.ok) return taken.error;
  createCoin(call, recipient, taken.value);
  return undefined;
}

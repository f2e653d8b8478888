/**
 * PayCoins: pays several recipients out of several coins, or gives all of the coins to one. The
 * coins are merged into the one that pays, if it is among them, else into the first.
 *
 * @module
 */
import { present } from "../../base/assert.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { isU64 } from "../../base/u64.ts";
import type { Address, ObjectId } from "../../types/address.ts";
import type { ExecutionFault } from "../../types/fault.ts";
import type { ObjectRef } from "../../types/object.ts";
import type { KindOf } from "../../types/transaction-kind.ts";
import { type Call, invalidArguments } from "../call.ts";
import { coinBalance, createCoin, takeFromCoin } from "../coins.ts";
import { valueFee } from "../economy/value-fee.ts";

/** Executes PayCoins. */
export function payCoins(
  call: Call,
  { coins, amounts, recipients }: KindOf<"PayCoins">,
): ExecutionFault | undefined {
  const [first] = recipients;
  if (coins.length === 0) return invalidArguments("no coins are named");
  if (first === undefined) return invalidArguments("no recipients are named");
  if (amounts === undefined) {
    return recipients.length === 1
      ? payAll(call, coins, first)
      : invalidArguments("all of the coins go to exactly one recipient");
  }
  if (amounts.length !== recipients.length) {
    return invalidArguments("there are not as many amounts as recipients");
  }
  return payAmounts(call, coins, { amounts, recipients });
}

type Payments = { readonly amounts: readonly bigint[]; readonly recipients: readonly Address[] };

function payAmounts(
  call: Call,
  coins: readonly ObjectRef[],
  { amounts, recipients }: Payments,
): ExecutionFault | undefined {
  const sum = amounts.reduce((total, amount) => total + amount, 0n);
  if (!isU64(sum)) return { kind: "ArithmeticOverflow" };
  const moved = amounts.reduce(
    (total, amount, index) => (recipients[index] === call.sender ? total : total + amount),
    0n,
  );
  const merged = mergeCoins(call, coins);
  if (!merged.ok) return merged.error;
  const fee = valueFee(moved, call.parameters.value_fee_ppm);
  const writes = recipients.length + 1;
  const taken = takeFromCoin(call, merged.value, sum, { feeOn: () => fee, writes });
  if (!taken.ok) return taken.error;
  for (const [index, recipient] of recipients.entries()) {
    createCoin(call, recipient, present(amounts[index], "an amount"));
  }
  return undefined;
}

function payAll(
  call: Call,
  coins: readonly ObjectRef[],
  recipient: Address,
): ExecutionFault | undefined {
  const merged = mergeCoins(call, coins);
  if (!merged.ok) return merged.error;
  const rate = recipient === call.sender ? 0n : call.parameters.value_fee_ppm;
  const feeOn = (moved: bigint): bigint => valueFee(moved, rate);
  if (merged.value === call.gas) {
    const taken = takeFromCoin(call, call.gas, undefined, { feeOn, writes: 2 });
    if (!taken.ok) return taken.error;
    createCoin(call, recipient, taken.value);
    return undefined;
  }
  const content = call.view.get("Coin", merged.value);
  call.valueFee += feeOn(content.balance);
  call.view.write(merged.value, content, { kind: "AddressOwner", address: recipient });
  return undefined;
}

// Coins that pay behind the first are merged into it already and are passed over.
function mergeCoins(call: Call, coins: readonly ObjectRef[]): Result<ObjectId, ExecutionFault> {
  const left = coins.map((coin) => coin.object_id).filter((id) => call.view.find(id));
  const into = left.includes(call.gas) ? call.gas : left[0];
  if (into === undefined) return err({ kind: "InsufficientCoinBalance" });
  let sum = 0n;
  for (const id of left) {
    const balance = coinBalance(call, id);
    if (!balance.ok) return balance;
    sum += balance.value;
    if (id !== into) call.view.remove(id);
  }
  call.view.write(into, { kind: "Coin", balance: sum });
  return ok(into);
}

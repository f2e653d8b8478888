/**
 * What an address holds in coins.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { Address } from "../types/address.ts";
import { formatAddress } from "../types/text.ts";
import type { BalanceView } from "../wire/json/balance.ts";
import type { LedgerReader } from "./reader.ts";

/** Coins that one balance sums up, and coins read at a time. */
const COINS_MAX = 100_000n;
const COINS_PAGE = 1_000;

/** The sum of an address's coins, and how many they are. */
export function sumCoins(reader: LedgerReader, owner: Address): BalanceView {
  let total_balance = 0n;
  let coin_count = 0n;
  for (let after: string | undefined; ;) {
    const { items, next } = reader.owned(owner, "Coin", { after, limit: COINS_PAGE });
    for (const { content } of items) {
      if (content.kind !== "Coin") continue;
      total_balance += content.balance;
      coin_count += 1n;
    }
    if (next === undefined) return { address: owner, total_balance, coin_count };
    if (coin_count >= COINS_MAX) throw tooManyCoins(owner);
    after = next;
  }
}

function tooManyCoins(owner: Address): SomaError {
  const message = `${formatAddress(owner)} has more than ${COINS_MAX} coins`;
  return new SomaError("too_many_coins", message, {
    hint: "list the coins page by page, or merge them",
  });
}

/**
 * Balances in JSON.
 *
 * @module
 */
import { z } from "zod";

import type { Address } from "../../types/address.ts";
import { address, count, u64 } from "./primitives.ts";
import type { View } from "./view.ts";

/** How much an address holds in coins. */
export type BalanceView = {
  readonly address: Address;
  readonly total_balance: bigint;
  readonly coin_count: bigint;
};

/** A balance in JSON. */
export const balanceView: View<BalanceView> = z.object({
  address,
  total_balance: u64,
  coin_count: count,
});

/**
 * Coins. Money is counted in shannons, the smallest unit; all of it exists from genesis on.
 *
 * @module
 */
import { type Codec, struct, u64 } from "../bcs/schema.ts";

/** Shannons in one SOMA. */
export const SHANNONS_PER_SOMA: bigint = 1_000_000_000n;

/** All the money there is, in shannons: ten million SOMA, always. */
export const TOTAL_SUPPLY: bigint = 10_000_000n * SHANNONS_PER_SOMA;

/** An amount of money that an address owns. */
export type Coin = { readonly balance: bigint };

/** Layout of `Coin`. */
export const coin: Codec<Coin> = struct<Coin>("Coin", { balance: u64 });

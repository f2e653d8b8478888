/**
 * Commissions: what part of the rewards an owner keeps before stakers share the rest.
 *
 * @module
 */
import { rateText } from "./amounts.ts";
import type { Output } from "./output.ts";

// Half of all rewards: more is a typing error rather than a wish.
const HIGH_COMMISSION_BPS = 5_000;

/** Warns of a commission that is legal and hardly meant. */
export function warnOfHighCommission(output: Output, bps: number): void {
  if (bps <= HIGH_COMMISSION_BPS) return;
  output.warn(`a commission of ${rateText(bps)} leaves stakers less than half`);
}

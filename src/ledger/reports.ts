/**
 * How much voting power stands behind a report. Only validators of the running epoch count.
 *
 * @module
 */
import type { Address } from "../types/address.ts";
import { VALIDATOR_INDEX_ID } from "../types/entry.ts";
import type { View } from "./view.ts";

/** The voting power, out of 10,000, of those among `reporters` that validate now. */
export function reportingPower(view: View, reporters: ReadonlySet<Address>): number {
  if (reporters.size === 0) return 0;
  let power = 0;
  for (const validator of view.get("ValidatorIndex", VALIDATOR_INDEX_ID).active) {
    if (reporters.has(validator.address)) power += validator.voting_power;
  }
  return power;
}

/** The voting power of an address, if it validates in this epoch. */
export function powerOf(view: View, address: Address): number | undefined {
  const { active } = view.get("ValidatorIndex", VALIDATOR_INDEX_ID);
  return active.find((validator) => validator.address === address)?.voting_power;
}

/** Whether an address validates in this epoch. */
export function isValidator(view: View, address: Address): boolean {
  return powerOf(view, address) !== undefined;
}

/**
 * How much stake a seat in the committee takes: a part of all stake, that of candidates included.
 *
 * @module
 */
import type { ProtocolParameters } from "../../types/protocol-parameters.ts";

/** Stakes that decide about a seat at the next epoch change. */
export type SeatStakes = {
  readonly join_stake: bigint;
  readonly low_stake: bigint;
  readonly very_low_stake: bigint;
};

const PARTS = 10_000n;

/** A stake's part of all stake, out of 10,000; all of it where nobody has any. */
export function stakeShare(stake: bigint, total: bigint): bigint {
  return total === 0n ? PARTS : (stake * PARTS) / total;
}

/**
 * The least stakes with which a newcomer joins, whose own then counts, and with which a validator
 * is not at risk and is not sent away at once, when all of them together have `total`.
 */
export function seatStakes(total: bigint, parameters: ProtocolParameters): SeatStakes {
  const { validator_join_stake_bps: join } = parameters;
  const partOf = (bps: bigint): bigint => roundUp(total * bps, PARTS);
  return {
    join_stake: roundUp(total * join, PARTS - join),
    low_stake: partOf(parameters.validator_low_stake_bps),
    very_low_stake: partOf(parameters.validator_very_low_stake_bps),
  };
}

function roundUp(amount: bigint, parts: bigint): bigint {
  return (amount + parts - 1n) / parts;
}

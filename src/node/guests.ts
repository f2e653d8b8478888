/**
 * Whom a validator lets follow besides the observers of its operator: candidates, who catch up
 * before they validate, and those that left, who learn so. Those with the most stake come first, so
 * that nobody crowds them out for the price of a fee.
 *
 * @module
 */
import { compareText, toHex } from "../base/bytes.ts";
import { type ContentReader, readContent } from "../ledger/view.ts";
import { poolEntryId, VALIDATOR_INDEX_ID, validatorEntryId } from "../types/entry.ts";
import type { OtherValidator } from "../types/stake-entry.ts";
import type { PeerId } from "./io.ts";

/** Connections that strangers to the committee may hold. */
export const GUESTS_MAX = 32;

/** The network keys of those whom `state` makes guests. */
export function listGuests(state: ContentReader): readonly PeerId[] {
  const index = readContent(state, "ValidatorIndex", VALIDATOR_INDEX_ID);
  if (index === undefined) return [];
  return [...index.candidates, ...index.inactive]
    .map((guest) => ({ stake: stakeOf(state, guest), address: guest.address, guest }))
    .sort(
      (left, right) =>
        Number(right.stake > left.stake) - Number(right.stake < left.stake) ||
        compareText(left.address, right.address),
    )
    .slice(0, GUESTS_MAX)
    .flatMap(({ guest }) => keyOf(state, guest));
}

function stakeOf(state: ContentReader, { pool_id }: OtherValidator): bigint {
  const pool = readContent(state, "Pool", poolEntryId(pool_id));
  return pool === undefined ? 0n : pool.soma_balance + pool.pending_stake;
}

function keyOf(state: ContentReader, { pool_id }: OtherValidator): readonly PeerId[] {
  const entry = readContent(state, "Validator", validatorEntryId(pool_id));
  return entry === undefined ? [] : [toHex(entry.metadata.network_pubkey)];
}

/**
 * Whom the state lets follow: candidates and those that left, the ones with the most stake.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { emptyPool } from "../../src/ledger/economy/pool.ts";
import { NOTHING_STAGED } from "../../src/ledger/validator-metadata.ts";
import type { ContentReader } from "../../src/ledger/view.ts";
import { GUESTS_MAX, listGuests } from "../../src/node/guests.ts";
import { type Address, type ObjectId, toAddress, toObjectId } from "../../src/types/address.ts";
import {
  poolEntryId,
  type StateContent,
  VALIDATOR_INDEX_ID,
  validatorEntryId,
} from "../../src/types/entry.ts";
import type { OtherValidator } from "../../src/types/stake-entry.ts";

const hexOf = (number: number): string => number.toString(16).padStart(64, "0");

/** Validators outside the committee; number n has stake n and the network key n. */
function other(number: number): OtherValidator {
  return { address: toAddress(hexOf(number)), pool_id: toObjectId(hexOf(number)) };
}

function validatorAt(address: Address): StateContent {
  return {
    kind: "Validator",
    metadata: {
      soma_address: address,
      protocol_pubkey: new Uint8Array(96),
      network_pubkey: Uint8Array.fromHex(address),
      worker_pubkey: new Uint8Array(32),
      net_address: "",
      p2p_address: "",
      primary_address: "",
      proxy_address: "",
      proof_of_possession: new Uint8Array(48),
      ...NOTHING_STAGED,
    },
    commission_rate: 0n,
    next_epoch_commission_rate: 0n,
    commission_stake: undefined,
    disputes_epoch: 0n,
    disputes_opened: 0n,
  };
}

function stateOf(
  candidates: readonly OtherValidator[],
  inactive: readonly OtherValidator[],
): ContentReader {
  const entries = new Map<ObjectId, StateContent>();
  entries.set(VALIDATOR_INDEX_ID, {
    kind: "ValidatorIndex",
    total_stake: 0n,
    active: [],
    candidates,
    leaving: [],
    inactive,
    at_risk: new Map(),
    reports: new Map(),
  });
  for (const { address, pool_id } of [...candidates, ...inactive]) {
    const pool = emptyPool({ kind: "Validator", address });
    const pending_stake = BigInt(`0x${address}`);
    entries.set(poolEntryId(pool_id), { kind: "Pool", ...pool, pending_stake });
    entries.set(validatorEntryId(pool_id), validatorAt(address));
  }
  const find: ContentReader["find"] = (id) => {
    const content = entries.get(id);
    return content && { content };
  };
  return { find };
}

test("candidates and those that left follow, the richest first", () => {
  expect(listGuests(stateOf([other(1), other(3)], [other(2)]))).toEqual([3, 2, 1].map(hexOf));
  expect(listGuests(stateOf([], []))).toEqual([]);
  expect(listGuests({ find: () => undefined })).toEqual([]);
});

test("a crowd without stake keeps nobody out who has some", () => {
  const crowd = Array.from({ length: 2 * GUESTS_MAX }, (_, place) => other(place));
  const guests = listGuests(stateOf([...crowd, other(1_000)], []));
  expect(guests).toHaveLength(GUESTS_MAX);
  expect(guests[0]).toBe(hexOf(1_000));
});

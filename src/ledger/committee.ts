/**
 * The committee of the running epoch, read from the state.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import type { ObjectId } from "../types/address.ts";
import { buildCommittee, type Committee, type CommitteeMember } from "../types/committee.ts";
import {
  type ContentOf,
  EPOCH_STATE_ID,
  VALIDATOR_INDEX_ID,
  validatorEntryId,
} from "../types/entry.ts";
import type { ActiveValidator } from "../types/stake-entry.ts";
import { type ContentReader, readContent } from "./view.ts";

/** Who validates in the epoch that `state` is in. */
export function committeeOf(state: ContentReader): Committee {
  const { epoch } = present(readContent(state, "EpochState", EPOCH_STATE_ID), "the epoch");
  const index = present(readContent(state, "ValidatorIndex", VALIDATOR_INDEX_ID), "validators");
  return buildCommittee(
    epoch,
    index.active.map((validator) => memberOf(state, validator)),
  );
}

/** The entry of the validator with this pool. */
export function validatorAt(state: ContentReader, pool: ObjectId): ContentOf<"Validator"> {
  return present(readContent(state, "Validator", validatorEntryId(pool)), "a validator");
}

function memberOf(state: ContentReader, validator: ActiveValidator): CommitteeMember {
  const { metadata } = validatorAt(state, validator.pool_id);
  return {
    address: validator.address,
    protocol_key: metadata.protocol_pubkey,
    network_key: metadata.network_pubkey,
    worker_key: metadata.worker_pubkey,
    voting_power: validator.voting_power,
    consensus_address: metadata.primary_address,
    hostname: hostOf(metadata.primary_address),
  };
}

// The host of a multiaddr such as /ip4/127.0.0.1/tcp/8080.
function hostOf(multiaddr: string): string {
  return multiaddr.split("/")[2] ?? "";
}

/**
 * Validators in gRPC.
 *
 * @module
 */
import type { MessageInitShape } from "@bufbuild/protobuf";

import type { ValidatorSet } from "../../types/system-state.ts";
import { formatObjectId } from "../../types/text.ts";
import type { Validator } from "../../types/validator.ts";
import type { ValidatorSchema, ValidatorSetSchema } from "../generated/soma_pb.js";
import { given } from "./kind-message.ts";
import { poolMessage } from "./pool.ts";

/** All validators. */
export function validatorSetMessage(
  set: ValidatorSet,
): MessageInitShape<typeof ValidatorSetSchema> {
  return {
    totalStake: set.total_stake,
    validators: set.validators.map(validatorMessage),
    pendingValidators: set.pending_validators.map(validatorMessage),
    pendingRemovals: set.pending_removals.map(Number),
    stakingPoolMappings: Object.fromEntries(
      [...set.staking_pool_mappings].map(([pool, address]) => [formatObjectId(pool), address]),
    ),
    inactiveValidators: Object.fromEntries(
      [...set.inactive_validators].map(([pool, validator]) => [
        formatObjectId(pool),
        validatorMessage(validator),
      ]),
    ),
    atRiskValidators: Object.fromEntries(set.at_risk_validators),
  };
}

function validatorMessage(validator: Validator): MessageInitShape<typeof ValidatorSchema> {
  const { metadata } = validator;
  return {
    somaAddress: metadata.soma_address,
    protocolPubkey: metadata.protocol_pubkey,
    networkPubkey: metadata.network_pubkey,
    workerPubkey: metadata.worker_pubkey,
    netAddress: metadata.net_address,
    p2pAddress: metadata.p2p_address,
    primaryAddress: metadata.primary_address,
    proxyAddress: metadata.proxy_address,
    votingPower: validator.voting_power,
    commissionRate: validator.commission_rate,
    nextEpochStake: validator.next_epoch_stake,
    nextEpochCommissionRate: validator.next_epoch_commission_rate,
    stakingPool: poolMessage(validator.staking_pool),
    proofOfPossession: metadata.proof_of_possession,
    ...given({
      nextEpochProtocolPubkey: metadata.next_epoch_protocol_pubkey,
      nextEpochNetworkPubkey: metadata.next_epoch_network_pubkey,
      nextEpochWorkerPubkey: metadata.next_epoch_worker_pubkey,
      nextEpochNetAddress: metadata.next_epoch_net_address,
      nextEpochP2pAddress: metadata.next_epoch_p2p_address,
      nextEpochPrimaryAddress: metadata.next_epoch_primary_address,
      nextEpochProxyAddress: metadata.next_epoch_proxy_address,
      nextEpochProofOfPossession: metadata.next_epoch_proof_of_possession,
    }),
  };
}

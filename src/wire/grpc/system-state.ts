/**
 * The state of the network in gRPC. Every field that published clients insist on is written, zeros
 * too.
 *
 * @module
 */
import { create, type MessageInitShape } from "@bufbuild/protobuf";

import { present } from "../../base/assert.ts";
import type { SystemParameters } from "../../types/parameters.ts";
import type { SystemState } from "../../types/system-state.ts";
import { scalarValue, type Tensor } from "../../types/tensor.ts";
import {
  type SystemParametersSchema,
  type SystemState as StateMessage,
  SystemStateSchema,
} from "../generated/soma_pb.js";
import { registryMessage } from "./model.ts";
import { reportersMessage } from "./reporters.ts";
import { validatorSetMessage } from "./validator.ts";

// A parameter of the challenge system, which is gone.
const NO_BOND = 0n;

/** The system state. */
export function systemStateMessage(state: SystemState): StateMessage {
  const { emission_pool: pool, target_state: targets } = state;
  return create(SystemStateSchema, {
    epoch: state.epoch,
    epochStartTimestampMs: state.epoch_start_timestamp_ms,
    protocolVersion: state.protocol_version,
    parameters: parametersMessage(state.parameters),
    validators: validatorSetMessage(state.validators),
    validatorReportRecords: reportersMessage(state.validator_report_records, (address) => address),
    emissionPool: { balance: pool.balance, emissionPerEpoch: pool.emission_per_epoch },
    targetState: {
      distanceThreshold: numberOf(targets.distance_threshold),
      targetsGeneratedThisEpoch: targets.targets_generated_this_epoch,
      hitsThisEpoch: targets.hits_this_epoch,
      hitsEma: targets.hits_ema,
      rewardPerTarget: targets.reward_per_target,
    },
    modelRegistry: registryMessage(state.model_registry),
    safeMode: state.safe_mode,
    safeModeAccumulatedFees: state.safe_mode_accumulated_fees,
    safeModeAccumulatedEmissions: state.safe_mode_accumulated_emissions,
  });
}

/** The parameters by the names of their fields, as text. */
export function parameterAttributes(
  parameters: Readonly<Record<string, bigint | Tensor>>,
): Record<string, string> {
  const entries = Object.entries(parameters).map(([name, value]) => [
    name,
    String(typeof value === "bigint" ? value : numberOf(value)),
  ]);
  return Object.fromEntries(entries);
}

function parametersMessage(
  parameters: SystemParameters,
): MessageInitShape<typeof SystemParametersSchema> {
  return {
    epochDurationMs: parameters.epoch_duration_ms,
    validatorRewardAllocationBps: parameters.validator_reward_allocation_bps,
    modelMinStake: parameters.model_min_stake,
    modelArchitectureVersion: parameters.model_architecture_version,
    modelRevealSlashRateBps: parameters.model_reveal_slash_rate_bps,
    modelTallySlashRateBps: parameters.model_tally_slash_rate_bps,
    targetEpochFeeCollection: parameters.target_epoch_fee_collection,
    baseFee: parameters.base_fee,
    writeObjectFee: parameters.write_object_fee,
    valueFeeBps: parameters.value_fee_bps,
    minValueFeeBps: parameters.min_value_fee_bps,
    maxValueFeeBps: parameters.max_value_fee_bps,
    feeAdjustmentRateBps: parameters.fee_adjustment_rate_bps,
    targetModelsPerTarget: parameters.target_models_per_target,
    targetEmbeddingDim: parameters.target_embedding_dim,
    targetInitialDistanceThreshold: numberOf(parameters.target_initial_distance_threshold),
    targetRewardAllocationBps: parameters.target_reward_allocation_bps,
    targetHitsPerEpoch: parameters.target_hits_per_epoch,
    targetHitsEmaDecayBps: parameters.target_hits_ema_decay_bps,
    targetDifficultyAdjustmentRateBps: parameters.target_difficulty_adjustment_rate_bps,
    targetMaxDistanceThreshold: numberOf(parameters.target_max_distance_threshold),
    targetMinDistanceThreshold: numberOf(parameters.target_min_distance_threshold),
    targetInitialTargetsPerEpoch: parameters.target_initial_targets_per_epoch,
    targetSubmitterRewardShareBps: parameters.target_submitter_reward_share_bps,
    targetModelRewardShareBps: parameters.target_model_reward_share_bps,
    targetClaimerIncentiveBps: parameters.target_claimer_incentive_bps,
    submissionBondPerByte: parameters.submission_bond_per_byte,
    challengerBondPerByte: NO_BOND,
    maxSubmissionDataSize: parameters.max_submission_data_size,
  };
}

function numberOf(value: Tensor): number {
  return present(scalarValue(value), "a tensor of one value");
}

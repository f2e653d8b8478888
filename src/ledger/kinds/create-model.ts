/**
 * CreateModel: registers a model with the stake its owner answers with, which comes out of the coin
 * that pays. Ids follow in this order: the model, its pool, the receipt for the stake.
 *
 * @module
 */
import type { ObjectId } from "../../types/address.ts";
import { REGISTRY_MAX } from "../../types/bounds.ts";
import { type ContentOf, MODEL_INDEX_ID, modelEntryId, poolEntryId } from "../../types/entry.ts";
import type { ExecutionFault } from "../../types/fault.ts";
import type { KindOf } from "../../types/transaction-kind.ts";
import { type Call, invalidArguments } from "../call.ts";
import { BPS_MAX } from "../economy/models.ts";
import { emptyPool } from "../economy/pool.ts";
import { appendId, MODEL_LIST } from "../pages.ts";
import { stakeCoin } from "../staking.ts";

/** Executes CreateModel. */
export function createModel(call: Call, kind: KindOf<"CreateModel">): ExecutionFault | undefined {
  const { view, parameters } = call;
  const { model_architecture_version, model_min_stake } = parameters.protocol;
  if (kind.architecture_version !== model_architecture_version) {
    return { kind: "ModelArchitectureVersionMismatch" };
  }
  if (kind.stake_amount < model_min_stake) return { kind: "ModelMinStakeNotMet" };
  if (kind.commission_rate > BPS_MAX) return { kind: "ModelCommissionRateTooHigh" };
  const index = view.get("ModelIndex", MODEL_INDEX_ID);
  if (index.listed >= REGISTRY_MAX) return invalidArguments("the network holds no more models");
  const modelId = view.nextId();
  const poolId = view.nextId();
  view.write(poolEntryId(poolId), {
    kind: "Pool",
    ...emptyPool({ kind: "Model", model_id: modelId }),
  });
  const staked = stakeCoin(call, poolId, call.gas, kind.stake_amount);
  if (!staked.ok) return staked.error;
  view.update("Pool", poolEntryId(poolId), { founding_stake: staked.value });
  view.write(modelEntryId(modelId), newModel(call, kind, poolId));
  appendId(view, MODEL_LIST, index.listed, modelId);
  view.update("ModelIndex", MODEL_INDEX_ID, { listed: index.listed + 1n });
  return undefined;
}

function newModel(
  { sender, context }: Call,
  kind: KindOf<"CreateModel">,
  pool_id: ObjectId,
): ContentOf<"Model"> {
  return {
    kind: "Model",
    owner: sender,
    architecture_version: kind.architecture_version,
    pool_id,
    commission_rate: kind.commission_rate,
    next_epoch_commission_rate: kind.commission_rate,
    phase: { kind: "Created", create_epoch: context.epoch },
    pending: undefined,
    next: undefined,
    current: undefined,
    current_from: 0n,
    past: [],
    reporters: new Set(),
  };
}

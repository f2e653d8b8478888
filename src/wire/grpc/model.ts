/**
 * Models in gRPC.
 *
 * @module
 */
import type { MessageInitShape } from "@bufbuild/protobuf";

import { fromHex } from "../../base/bytes.ts";
import type { Model, PendingModelUpdate, WeightsCommitment } from "../../types/model.ts";
import type { ModelRegistry } from "../../types/system-state.ts";
import { formatObjectId } from "../../types/text.ts";
import type { ModelRegistrySchema, ModelSchema } from "../generated/soma_pb.js";
import { manifestMessage } from "./manifest.ts";
import { poolMessage } from "./pool.ts";
import { reportersMessage } from "./reporters.ts";

type Message = MessageInitShape<typeof ModelSchema>;

/** All models. */
export function registryMessage(
  registry: ModelRegistry,
): MessageInitShape<typeof ModelRegistrySchema> {
  return {
    models: Object.fromEntries(
      [...registry.models].map(([id, model]) => [formatObjectId(id), modelMessage(model)]),
    ),
    stakingPoolMappings: Object.fromEntries(
      [...registry.staking_pool_mappings].map(([pool, model]) => [
        formatObjectId(pool),
        formatObjectId(model),
      ]),
    ),
    totalModelStake: registry.total_model_stake,
    modelReportRecords: reportersMessage(registry.model_report_records, formatObjectId),
  };
}

function modelMessage(model: Model): Message {
  const base = {
    state: model.kind.toLowerCase(),
    owner: model.owner,
    architectureVersion: model.architecture_version,
    stakingPool: poolMessage(model.staking_pool),
    commissionRate: model.commission_rate,
    nextEpochCommissionRate: model.next_epoch_commission_rate,
  };
  switch (model.kind) {
    case "Created":
      return { ...base, createEpoch: model.create_epoch };
    case "Pending":
      return { ...base, ...updateMessage(model) };
    case "Inactive":
      return { ...base, ...revealedMessage(model) };
    case "Active": {
      const { pending_update: update } = model;
      const pending = update === undefined ? {} : { pendingUpdate: updateMessage(update) };
      return { ...base, ...revealedMessage(model), ...pending };
    }
  }
}

function revealedMessage(model: Extract<Model, { readonly decryption_key: Uint8Array }>) {
  return {
    ...commitmentMessage(model),
    decryptionKey: model.decryption_key,
    embedding: listOf(model.embedding.values),
  };
}

// An iterator over a typed array costs ten times as much, and there are many models.
function listOf(values: Float32Array): number[] {
  const list: number[] = [];
  for (let index = 0; index < values.length; index++) list.push(values[index]!);
  return list;
}

function updateMessage(update: PendingModelUpdate) {
  return { ...commitmentMessage(update), commitEpoch: update.commit_epoch };
}

function commitmentMessage(commitment: WeightsCommitment) {
  return {
    manifest: manifestMessage(commitment.manifest),
    weightsCommitment: fromHex(commitment.weights_commitment),
    embeddingCommitment: fromHex(commitment.embedding_commitment),
    decryptionKeyCommitment: fromHex(commitment.decryption_key_commitment),
  };
}

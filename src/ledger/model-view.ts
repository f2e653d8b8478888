/**
 * Models and pools as clients read them. A model counts as active from its first reveal on, though
 * it competes only from the epoch change that follows.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { type Address, type ObjectId, ZERO_DIGEST } from "../types/address.ts";
import { type ContentOf, modelEntryId, poolEntryId } from "../types/entry.ts";
import {
  DECRYPTION_KEY_BYTES,
  type Model,
  type ModelBase,
  type RevealedWeights,
} from "../types/model.ts";
import type { StakingPool } from "../types/pool.ts";
import type { ModelRegistry } from "../types/system-state.ts";
import { vectorTensor } from "../types/tensor.ts";
import { MODEL_LIST, readIds } from "./pages.ts";
import { type ContentReader, readContent } from "./view.ts";

/** What stands for the weights of a model that never committed to any. */
const NO_WEIGHTS: RevealedWeights = {
  manifest: { url: "http://0.0.0.0/", metadata: { checksum: ZERO_DIGEST, size: 0n } },
  weights_commitment: ZERO_DIGEST,
  embedding_commitment: ZERO_DIGEST,
  decryption_key_commitment: ZERO_DIGEST,
  decryption_key: new Uint8Array(DECRYPTION_KEY_BYTES),
  embedding: vectorTensor([]),
};

/** All models. */
export function composeModels(state: ContentReader): ModelRegistry {
  const models = new Map<ObjectId, Model>();
  const pools = new Map<ObjectId, ObjectId>();
  const reports = new Map<ObjectId, ReadonlySet<Address>>();
  let stake = 0n;
  for (const id of readIds(state, MODEL_LIST)) {
    const entry = present(readContent(state, "Model", modelEntryId(id)), "a model");
    const model = composeModel(state, entry);
    models.set(id, model);
    pools.set(entry.pool_id, id);
    if (entry.reporters.size > 0) reports.set(id, entry.reporters);
    if (model.kind === "Active") stake += model.staking_pool.soma_balance;
  }
  return {
    models,
    staking_pool_mappings: pools,
    total_model_stake: stake,
    model_report_records: reports,
  };
}

/** One model. */
export function composeModel(state: ContentReader, entry: ContentOf<"Model">): Model {
  const { phase, pending } = entry;
  const base = composeBase(state, entry);
  const revealed = entry.current ?? entry.next;
  switch (phase.kind) {
    case "Created":
      return { kind: "Created", ...base, create_epoch: phase.create_epoch };
    case "Pending":
      return { kind: "Pending", ...base, ...present(pending, "a commitment") };
    case "Active":
      return {
        kind: "Active",
        ...base,
        ...present(revealed, "weights"),
        pending_update: pending,
      };
    case "Inactive":
      return { kind: "Inactive", ...base, ...NO_WEIGHTS, ...pending, ...revealed };
  }
}

/** A pool that clients read. */
export function composePool(id: ObjectId, pool: ContentOf<"Pool">): StakingPool {
  const rates = pool.rates.map(
    ({ epoch, soma_amount, pool_token_amount }) =>
      [epoch, { soma_amount, pool_token_amount }] as const,
  );
  return {
    id,
    activation_epoch: pool.activation_epoch,
    deactivation_epoch: pool.deactivation_epoch,
    soma_balance: pool.soma_balance,
    rewards_pool: pool.rewards_pool,
    pool_token_balance: pool.pool_token_balance,
    exchange_rates: new Map(rates),
    pending_stake: pool.pending_stake,
    pending_total_soma_withdraw: pool.pending_total_soma_withdraw,
    pending_pool_token_withdraw: pool.pending_pool_token_withdraw,
  };
}

function composeBase(state: ContentReader, entry: ContentOf<"Model">): ModelBase {
  const pool = present(readContent(state, "Pool", poolEntryId(entry.pool_id)), "a pool");
  return {
    owner: entry.owner,
    architecture_version: entry.architecture_version,
    staking_pool: composePool(entry.pool_id, pool),
    commission_rate: entry.commission_rate,
    next_epoch_commission_rate: entry.next_epoch_commission_rate,
  };
}

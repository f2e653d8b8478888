/**
 * Keeps the system state below what published clients read in one message. First inactive models
 * without stake are left out, then old exchange rates, then the embeddings of the models with the
 * least stake; manifests are never cut.
 *
 * @module
 */
import { toBinary } from "@bufbuild/protobuf";

import { SYSTEM_STATE_BYTES_MAX } from "../protocol/limits.ts";
import type { ObjectId } from "../types/address.ts";
import type { Model } from "../types/model.ts";
import type { StakingPool } from "../types/pool.ts";
import type { SystemState } from "../types/system-state.ts";
import { vectorTensor } from "../types/tensor.ts";
import { type SystemState as StateMessage, SystemStateSchema } from "../wire/generated/soma_pb.js";

/** Rates of a pool that are shown when all are too many: the newest. */
const RATES_SHOWN = 2;
const F32_BYTES = 4;
const NO_EMBEDDING = vectorTensor([]);

type Write = (state: SystemState) => StateMessage;
type Models = SystemState["model_registry"]["models"];

/** The message of `state` in bytes, cut where it would be too large. */
export function fitSystemState(
  state: SystemState,
  write: Write,
  bytesMax: number = SYSTEM_STATE_BYTES_MAX,
): Uint8Array {
  const encodeState = (part: SystemState): Uint8Array => toBinary(SystemStateSchema, write(part));
  const whole = encodeState(state);
  if (whole.length <= bytesMax) return whole;
  const without = withModels(state, dropStakeless);
  const smaller = encodeState(without);
  if (smaller.length <= bytesMax) return smaller;
  const recent = keepRecentRates(without);
  const small = encodeState(recent);
  const excess = small.length - bytesMax;
  if (excess <= 0) return small;
  return encodeState(withModels(recent, (models) => dropEmbeddings(models, excess)));
}

function withModels(state: SystemState, change: (models: Models) => Models): SystemState {
  const { model_registry: registry } = state;
  return { ...state, model_registry: { ...registry, models: change(registry.models) } };
}

function dropStakeless(models: Models): Models {
  const isShown = ([, model]: readonly [ObjectId, Model]): boolean =>
    model.kind !== "Inactive" || model.staking_pool.soma_balance > 0n;
  return new Map([...models].filter(isShown));
}

function keepRecentRates(state: SystemState): SystemState {
  const cut = (pool: StakingPool): StakingPool => ({
    ...pool,
    exchange_rates: new Map([...pool.exchange_rates].slice(-RATES_SHOWN)),
  });
  const { validators } = state;
  const changed = withModels(state, (models) =>
    mapValues(models, (model) => ({ ...model, staking_pool: cut(model.staking_pool) })),
  );
  return {
    ...changed,
    validators: {
      ...validators,
      validators: validators.validators.map((validator) => ({
        ...validator,
        staking_pool: cut(validator.staking_pool),
      })),
    },
  };
}

function dropEmbeddings(models: Models, bytes: number): Models {
  const poorestFirst = [...models].sort(([, left], [, right]) =>
    left.staking_pool.soma_balance < right.staking_pool.soma_balance ? -1 : 1,
  );
  const emptied = new Set<ObjectId>();
  let saved = 0;
  for (const [id, model] of poorestFirst) {
    if (saved >= bytes) break;
    if (!("embedding" in model)) continue;
    saved += model.embedding.values.length * F32_BYTES;
    emptied.add(id);
  }
  return mapValues(models, (model, id) =>
    emptied.has(id) && "embedding" in model ? { ...model, embedding: NO_EMBEDDING } : model,
  );
}

function mapValues(models: Models, change: (model: Model, id: ObjectId) => Model): Models {
  return new Map([...models].map(([id, model]) => [id, change(model, id)] as const));
}

/**
 * The system state that grows beyond what clients read.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";

import { fitSystemState } from "../../src/rpc/fit-state.ts";
import { toObjectId } from "../../src/types/address.ts";
import type { SystemState } from "../../src/types/system-state.ts";
import { vectorTensor } from "../../src/types/tensor.ts";
import { SystemStateSchema } from "../../src/wire/generated/soma_pb.js";
import { systemStateMessage } from "../../src/wire/grpc/system-state.ts";
import { model, stakingPool, systemState } from "../types/arbitraries-system.ts";

const DIM = 256;

function sample<T>(arbitrary: fc.Arbitrary<T>, seed: number): T {
  return fc.sample(arbitrary, { numRuns: 1, seed })[0]!;
}

/** A state with so many models, the later ones with more stake. */
function stateWith(count: number, kind: "Active" | "Inactive", stake: bigint): SystemState {
  const base = sample(systemState, 1);
  const models = Array.from({ length: count }, (_, index) => {
    const found = sample(
      model.filter((one) => one.kind === kind),
      index,
    );
    const pool = { ...sample(stakingPool, index), soma_balance: stake * BigInt(index) };
    const one = { ...found, staking_pool: pool, embedding: vectorTensor(new Float32Array(DIM)) };
    return [toObjectId(index.toString(16).padStart(64, "0")), one] as const;
  });
  return {
    ...base,
    validators: { ...base.validators, validators: [], pending_removals: [] },
    model_registry: { ...base.model_registry, models: new Map(models) },
  };
}

function sizeOf(state: SystemState): number {
  return toBinary(SystemStateSchema, systemStateMessage(state)).length;
}

function fitted(state: SystemState, bytesMax: number) {
  const bytes = fitSystemState(state, systemStateMessage, bytesMax);
  expect(bytes.length).toBeLessThanOrEqual(bytesMax);
  const message = fromBinary(SystemStateSchema, bytes);
  return Object.values(message.modelRegistry?.models ?? {});
}

test("what fits is whole", () => {
  const state = stateWith(20, "Active", 1n);
  expect(fitted(state, sizeOf(state))).toHaveLength(20);
});

test("inactive models without stake go first", () => {
  const state = stateWith(20, "Inactive", 0n);
  expect(fitted(state, sizeOf(state) - 1)).toHaveLength(0);
});

test("embeddings go by stake, the least first, and manifests stay", () => {
  const state = stateWith(20, "Active", 1n);
  const models = fitted(state, sizeOf(state) - 8 * DIM * 4);
  expect(models).toHaveLength(20);
  expect(models.every(({ manifest }) => manifest !== undefined)).toBe(true);
  const isCut = models.map(({ embedding }) => embedding.length === 0);
  expect(isCut.lastIndexOf(true)).toBeLessThan(isCut.indexOf(false));
});

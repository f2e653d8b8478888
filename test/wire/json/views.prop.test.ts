/**
 * What holds for every view: the JSON of a value, as text, reads back as the value, and what is not
 * such JSON is refused without an exception.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import fc from "fast-check";
import { z } from "zod";

import { checkpointView, viewCheckpoint } from "../../../src/wire/json/checkpoint.ts";
import { epochView } from "../../../src/wire/json/epoch.ts";
import { infoView } from "../../../src/wire/json/info.ts";
import { modelView, viewModel } from "../../../src/wire/json/model.ts";
import { objectView, viewObject } from "../../../src/wire/json/object.ts";
import { objectPage } from "../../../src/wire/json/page.ts";
import { parametersView } from "../../../src/wire/json/parameters.ts";
import { problemView } from "../../../src/wire/json/problem.ts";
import { targetView, viewTarget } from "../../../src/wire/json/target.ts";
import {
  type ChangesView,
  simulationView,
  transactionView,
  viewStatus,
} from "../../../src/wire/json/transaction.ts";
import { validatorsView, viewValidator } from "../../../src/wire/json/validator.ts";
import { decodeView, encodeView, type View } from "../../../src/wire/json/view.ts";
import {
  certificate,
  checkpointContents,
  checkpointSummary,
  committee,
  effects,
  fee,
} from "../../types/arbitraries-effects.ts";
import { model, systemParameters, validator } from "../../types/arbitraries-system.ts";
import {
  address,
  digest,
  objectId,
  optional,
  owner,
  somaObject,
  someBytes,
  target,
  u64,
} from "../../types/arbitraries.ts";
import { fit } from "./fit.ts";

const RUNS = 60;
const text = fc.string({ maxLength: 8, unit: "grapheme" });

function few<T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(item, { maxLength: 2 });
}

function testView<T>(name: string, view: View<T>, arbitrary: fc.Arbitrary<T>): void {
  describe(name, () => {
    test("what is shown reads back", () => {
      fc.assert(
        fc.property(arbitrary.map(fit), (value) => {
          const json = JSON.stringify(encodeView(view, value));
          expect(json).toBe(JSON.stringify(z.encode(view, value)));
          expect(decodeView(view, JSON.parse(json))).toEqual({ ok: true, value });
        }),
        { numRuns: RUNS },
      );
    });

    test("anything else is refused", () => {
      fc.assert(
        fc.property(fc.jsonValue({ maxDepth: 2 }), (json) => {
          const decoded = decodeView(view, json);
          expect(decoded.ok).toBe(false);
        }),
        { numRuns: RUNS },
      );
    });

    test("with a field damaged it is refused, or another value", () => {
      const damage = fc.constantFrom<unknown>(null, [], {}, -1, 1.5, "", "0x", "1e3", "-1", true);
      fc.assert(
        fc.property(arbitrary.map(fit), fc.nat(), damage, (value, place, wrong) => {
          const json = encodeView(view, value) as Record<string, unknown>;
          const fields = Object.keys(json);
          const damaged = { ...json, [fields[place % fields.length]!]: wrong };
          const decoded = decodeView(view, damaged);
          if (decoded.ok) expect(encodeView(view, decoded.value)).toEqual(damaged);
          else expect(decoded.error[0]?.field).not.toBe("");
        }),
        { numRuns: RUNS },
      );
    });
  });
}

const change = fc.record({ object_id: objectId, version: u64, digest, owner });
const changes: fc.Arbitrary<ChangesView> = fc.record({
  created: few(change),
  mutated: few(change),
  deleted: few(change),
  gas_object: optional(change),
  balance_changes: optional(few(fc.record({ address, amount: fc.bigInt({ min: -9n, max: 9n }) }))),
  omitted_changes: fc.constant(undefined),
});
const outcome = {
  digest,
  status: effects.map(({ status }) => viewStatus(status)),
  executed_epoch: u64,
  fee,
};

testView(
  "an object",
  objectView,
  fc
    .tuple(somaObject, digest, optional(someBytes))
    .map(([object, of, bcs_bytes]) => ({ ...viewObject(object, of), bcs_bytes })),
);
testView(
  "a page of objects",
  objectPage,
  fc.record({
    data: few(fc.tuple(somaObject, digest).map(([object, of]) => viewObject(object, of))),
    next_cursor: fc.option(text),
  }),
);
testView(
  "a transaction",
  transactionView,
  fc
    .tuple(
      fc.record({
        ...outcome,
        checkpoint: u64,
        timestamp_ms: u64,
        sender: address,
        kind: text,
        tx_bytes: someBytes,
        signatures: few(someBytes),
      }),
      changes,
    )
    .map(([fields, changed]) => ({ ...fields, ...changed })),
);
testView(
  "a simulation",
  simulationView,
  fc
    .tuple(fc.record({ ...outcome, gas_used: u64 }), changes)
    .map(([fields, changed]) => ({ ...fields, ...changed })),
);
testView(
  "a checkpoint",
  checkpointView,
  fc
    .record({ summary: checkpointSummary, contents: checkpointContents, certificate })
    .map((bundle) => viewCheckpoint({ ...bundle, transactions: [] })),
);
testView(
  "an epoch",
  epochView,
  fc.record({
    epoch: u64,
    start_timestamp_ms: u64,
    end_timestamp_ms: optional(u64),
    first_checkpoint: u64,
    last_checkpoint: optional(u64),
    protocol_version: u64,
    committee: committee.map(({ members }) => members),
  }),
);
testView(
  "a target",
  targetView,
  fc
    .tuple(objectId, target, fc.constantFrom("open", "filled", "claimable", "expired"), u64)
    .map(([id, value, status, claimable_epoch]) =>
      viewTarget(id, value, { status, claimable_epoch }),
    ),
);
testView(
  "a model",
  modelView,
  fc.tuple(objectId, model).map(([id, value]) => viewModel(id, value)),
);
testView(
  "the validators",
  validatorsView,
  fc.record({
    total_stake: u64,
    join_stake: u64,
    low_stake: u64,
    very_low_stake: u64,
    validators: few(
      fc
        .tuple(validator, fc.constantFrom("active" as const, "leaving", "pending"))
        .map(([value, status]) => viewValidator(value, status)),
    ),
  }),
);
testView(
  "the parameters",
  parametersView,
  fc
    .tuple(
      systemParameters,
      fc.record({
        submission_bond_reward_bps: u64,
        proof_base_fees: u64,
        protocol_version: u64,
        value_fee_ppm: u64,
      }),
    )
    .map(([published, ours]) => ({ ...published, ...ours })),
);
testView(
  "a node",
  infoView,
  fc.record({
    chain_id: digest,
    chain: text,
    epoch: u64,
    epoch_start_timestamp_ms: u64,
    epoch_duration_ms: u64,
    checkpoint_height: u64,
    timestamp_ms: u64,
    protocol_version: u64,
    api_version: u64,
    server_version: text,
  }),
);
testView(
  "a problem",
  problemView,
  fc.record({
    type: text,
    title: text,
    status: fc.integer({ min: 400, max: 599 }),
    code: text,
    detail: text,
    hint: optional(text),
    errors: optional(few(fc.record({ field: text, reason: text }))),
  }),
);

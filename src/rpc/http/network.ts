/**
 * `/v1/validators` and `/v1/parameters`: who runs the network, and by which numbers.
 *
 * @module
 */
import { Hono } from "hono";

import { assert, present } from "../../base/assert.ts";
import { currentParameters } from "../../ledger/readers.ts";
import { composeParameters, composeValidators } from "../../ledger/system-view.ts";
import { VALIDATOR_INDEX_ID } from "../../types/entry.ts";
import { type ParametersView, parametersView } from "../../wire/json/parameters.ts";
import { type ValidatorsView, validatorsView, viewValidator } from "../../wire/json/validator.ts";
import type { LedgerReader } from "../reader.ts";
import type { HttpEnv } from "./ports.ts";
import { respond } from "./respond.ts";

/** `GET /v1/validators`. */
export function validatorRoutes(reader: LedgerReader): Hono<HttpEnv> {
  return new Hono<HttpEnv>().get("/", (context) =>
    respond(context, validatorsView, describeValidators(reader)),
  );
}

/** `GET /v1/parameters`. */
export function parameterRoutes(reader: LedgerReader): Hono<HttpEnv> {
  return new Hono<HttpEnv>().get("/", (context) =>
    respond(context, parametersView, describeParameters(reader)),
  );
}

function describeValidators(reader: LedgerReader): ValidatorsView {
  const index = reader.find(VALIDATOR_INDEX_ID)?.content;
  assert(index?.kind === "ValidatorIndex", "the validators");
  const { total_stake, validators, pending_validators, pending_removals } = composeValidators(
    reader,
    index,
  );
  const leaving = new Set(pending_removals.map(Number));
  return {
    total_stake,
    validators: [
      ...validators.map((validator, place) =>
        viewValidator(validator, leaving.has(place) ? "leaving" : "active"),
      ),
      ...pending_validators.map((validator) => viewValidator(validator, "pending")),
    ],
  };
}

function describeParameters(reader: LedgerReader): ParametersView {
  const parameters = present(currentParameters(reader), "the parameters");
  const { protocol_version, value_fee_ppm, protocol } = parameters;
  return {
    ...composeParameters(parameters),
    protocol_version,
    value_fee_ppm,
    submission_bond_reward_bps: protocol.submission_bond_reward_bps,
  };
}

/**
 * `/v1/validators` and `/v1/parameters`: who runs the network, and by which numbers.
 *
 * @module
 */
import { assert, present } from "../../base/assert.ts";
import { seatStakes } from "../../ledger/economy/seats.ts";
import { currentParameters } from "../../ledger/readers.ts";
import { composeParameters, composeValidators } from "../../ledger/system-view.ts";
import { VALIDATOR_INDEX_ID } from "../../types/entry.ts";
import { type ParametersView, parametersView } from "../../wire/json/parameters.ts";
import { type ValidatorsView, validatorsView, viewValidator } from "../../wire/json/validator.ts";
import type { LedgerReader } from "../reader.ts";
import { json, type Route, route } from "./route.ts";

/** `GET /v1/validators` and `GET /v1/parameters`. */
export function networkRoutes(reader: LedgerReader): readonly Route[] {
  return [
    route(
      {
        id: "listValidators",
        tag: "Network",
        method: "GET",
        path: "/v1/validators",
        summary: "The validators: those of the committee, those that leave, and the candidates",
        answer: json(validatorsView, "The validators and their stake"),
      },
      ({ reply }) => reply(describeValidators(reader)),
    ),
    route(
      {
        id: "getParameters",
        tag: "Network",
        method: "GET",
        path: "/v1/parameters",
        summary: "The parameters in force",
        answer: json(parametersView, "The parameters"),
      },
      ({ reply }) => reply(describeParameters(reader)),
    ),
  ];
}

function describeValidators(reader: LedgerReader): ValidatorsView {
  const index = reader.find(VALIDATOR_INDEX_ID)?.content;
  assert(index?.kind === "ValidatorIndex", "the validators");
  const { total_stake, validators, pending_validators, pending_removals } = composeValidators(
    reader,
    index,
  );
  const leaving = new Set(pending_removals.map(Number));
  const { protocol } = present(currentParameters(reader), "the parameters");
  const next = [...validators, ...pending_validators];
  return {
    total_stake,
    ...seatStakes(
      next.reduce((sum, { next_epoch_stake: stake }) => sum + stake, 0n),
      protocol,
    ),
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
    proof_base_fees: protocol.proof_base_fees,
  };
}

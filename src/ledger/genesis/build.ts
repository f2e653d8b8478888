/**
 * Builds the beginning of a network: the first state, the transaction that stands for it and the
 * first checkpoint, whose digest names the chain. The same configuration gives the same bytes.
 *
 * @module
 */
import { compareText } from "../../base/bytes.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { writtenRoot } from "../../checkpoint/written-set.ts";
import { ZERO_DIGEST } from "../../types/address.ts";
import {
  type CheckpointContents,
  type CheckpointSummary,
  contentsDigest,
} from "../../types/checkpoint.ts";
import { TOTAL_SUPPLY } from "../../types/coin.ts";
import type { Committee } from "../../types/committee.ts";
import { effectsDigest, type TransactionEffects } from "../../types/effects.ts";
import { isEntryContent, stateDigest, type StateObject } from "../../types/entry.ts";
import { NO_FEE } from "../../types/fee.ts";
import type { SomaObject } from "../../types/object.ts";
import {
  type SignedTransaction,
  systemTransaction,
  transactionDigest,
} from "../../types/transaction.ts";
import { committeeOf } from "../committee.ts";
import { openTargets } from "../epoch/openings.ts";
import { concludeExecution } from "../outcome.ts";
import { View } from "../view.ts";
import { allocate, foundModels, foundNetwork, foundValidators } from "./allocate.ts";
import { checkConfig, type GenesisConfig } from "./config.ts";

/** The beginning of a network; its founders sign the summary. */
export type Genesis = {
  readonly committee: Committee;
  /** Everything that exists, ascending by id. */
  readonly objects: readonly StateObject[];
  readonly transaction: SignedTransaction;
  readonly effects: TransactionEffects;
  readonly contents: CheckpointContents;
  readonly summary: CheckpointSummary;
};

const NOTHING = { find: (): undefined => undefined };

/** Builds the beginning of a network, or says which field of the configuration does not do. */
export function buildGenesis(config: GenesisConfig): Result<Genesis, string> {
  const reason = checkConfig(config);
  if (reason !== undefined) return err(reason);
  const view = buildState(config);
  const { written, effects: bare } = concludeExecution(view, {
    transaction: ZERO_DIGEST,
    epoch: 0n,
    fault: undefined,
    fee: NO_FEE,
    gas: undefined,
    inflow: TOTAL_SUPPLY,
  });
  const transaction = systemTransaction({ kind: "Genesis", objects: written.filter(isVisible) });
  const digest = transactionDigest(transaction.data);
  const effects = { ...bare, transaction_digest: digest };
  const contents: CheckpointContents = {
    transactions: [{ transaction: digest, effects: effectsDigest(effects) }],
    user_signatures: [transaction.signatures],
  };
  const summary = firstSummary(config, contents, written);
  return ok({
    committee: committeeOf(view),
    objects: written,
    transaction,
    effects,
    contents,
    summary,
  });
}

function buildState(config: GenesisConfig): View {
  const view = new View(NOTHING, ZERO_DIGEST);
  const validators = config.validators.toSorted((left, right) =>
    compareText(left.account, right.account),
  );
  const seats = foundValidators(view, validators);
  const models = foundModels(view, config.models);
  allocate(view, config.allocations, { seats, models });
  const opening = foundNetwork(view, config, { seats, models });
  openTargets(view, opening);
  return view;
}

function firstSummary(
  config: GenesisConfig,
  contents: CheckpointContents,
  written: readonly StateObject[],
): CheckpointSummary {
  const leaves = written.map((object) => {
    return { id: object.id, version: object.version, digest: stateDigest(object) };
  });
  return {
    epoch: 0n,
    sequence_number: 0n,
    network_total_transactions: 1n,
    content_digest: contentsDigest(contents),
    previous_digest: undefined,
    epoch_rolling_transaction_fees: NO_FEE,
    timestamp_ms: config.chain_start_ms,
    checkpoint_commitments: [{ kind: "CheckpointArtifacts", digest: writtenRoot(leaves) }],
    end_of_epoch_data: undefined,
    version_specific_data: new Uint8Array(0),
  };
}

function isVisible(object: StateObject): object is SomaObject {
  return !isEntryContent(object.content);
}

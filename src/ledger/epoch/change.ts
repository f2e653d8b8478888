/**
 * The epoch change. The order is part of the protocol: who earned in the old epoch is paid by the
 * old powers, models and difficulty follow from what happened, and only then does the new epoch get
 * its validators, its money and its targets.
 *
 * @module
 */
import { fromHex, u64le, utf8 } from "../../base/bytes.ts";
import { maxU64 } from "../../base/u64.ts";
import { blake2b256 } from "../../crypto/digest.ts";
import { type Digest, toDigest } from "../../types/address.ts";
import { EPOCH_STATE_ID, PARAMETERS_ID } from "../../types/entry.ts";
import type { ExecutionFault } from "../../types/fault.ts";
import type { KindOf } from "../../types/transaction-kind.ts";
import { invalidArguments } from "../call.ts";
import { type ContentReader, readContent, type View } from "../view.ts";
import { closeAccounts } from "./accounts.ts";
import { openBudget } from "./budget.ts";
import { adjustDifficulty } from "./difficulty.ts";
import type { Edge } from "./edge.ts";
import { turnModels } from "./models.ts";
import { openTargets } from "./openings.ts";
import { sweepTargets } from "./sweep.ts";
import { turnValidators } from "./validators.ts";

/** What the last commit of an epoch settles about the next. */
export type EpochEnd = {
  readonly timestampMs: bigint;
  /** All that transactions of the epoch paid. */
  readonly fees: bigint;
  readonly lastCommit: Digest;
};

const RANDOMNESS_DOMAIN = utf8("soma.epoch-randomness.v1");
const RANDOMNESS_BYTES = 32;

/** The transaction that ends the epoch `state` is in. */
export function buildChangeEpoch(state: ContentReader, end: EpochEnd): KindOf<"ChangeEpoch"> {
  const ended = readContent(state, "EpochState", EPOCH_STATE_ID);
  const parameters = readContent(state, "Parameters", PARAMETERS_ID);
  const epoch = (ended?.epoch ?? 0n) + 1n;
  return {
    kind: "ChangeEpoch",
    epoch,
    epoch_start_timestamp_ms: maxU64(end.timestampMs, ended?.start_timestamp_ms ?? 0n),
    protocol_version: parameters?.protocol_version ?? 1n,
    fees: end.fees,
    epoch_randomness: epochRandomness(epoch, end.lastCommit),
  };
}

/** What seeds the draws of an epoch: nobody can choose the digest of a commit. */
export function epochRandomness(epoch: bigint, lastCommit: Digest): Uint8Array {
  return blake2b256(RANDOMNESS_DOMAIN, u64le(epoch), fromHex(lastCommit));
}

/** Executes ChangeEpoch. */
export function changeEpoch(
  view: View,
  change: KindOf<"ChangeEpoch">,
  transaction: Digest,
): ExecutionFault | undefined {
  const ended = view.get("EpochState", EPOCH_STATE_ID);
  const parameters = view.get("Parameters", PARAMETERS_ID);
  if (change.epoch !== ended.epoch + 1n) return { kind: "AdvancedToWrongEpoch" };
  if (change.protocol_version !== parameters.protocol_version) {
    return invalidArguments("the protocol version is not the one in force");
  }
  if (change.epoch_randomness.length !== RANDOMNESS_BYTES) {
    return invalidArguments("the randomness of the epoch does not have 32 bytes");
  }
  const startMs = maxU64(change.epoch_start_timestamp_ms, ended.start_timestamp_ms);
  const edge: Edge = {
    epoch: change.epoch,
    startMs,
    elapsedMs: startMs - ended.start_timestamp_ms,
    endedStartMs: ended.start_timestamp_ms,
    fees: change.fees,
    randomness: toDigest(change.epoch_randomness.toHex()),
    transaction,
    protocol: parameters.protocol,
  };
  turn(view, edge);
  return undefined;
}

function turn(view: View, edge: Edge): void {
  closeAccounts(view, edge);
  turnModels(view, edge);
  adjustDifficulty(view, edge);
  turnValidators(view, edge);
  openBudget(view, edge);
  sweepTargets(view, edge);
  view.update("EpochState", EPOCH_STATE_ID, {
    epoch: edge.epoch,
    start_timestamp_ms: edge.startMs,
    randomness: edge.randomness,
  });
  openTargets(view, edge);
}

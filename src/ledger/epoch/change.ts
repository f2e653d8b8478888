/**
 * The epoch change. The order is part of the protocol: who earned in the old epoch is paid by the
 * old powers, models and difficulty follow from what happened, and only then does the new epoch get
 * its validators, its money and its targets.
 *
 * @module
 */
import { fromHex, u64le, utf8 } from "../../base/bytes.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { maxU64 } from "../../base/u64.ts";
import { blake2b256 } from "../../crypto/digest.ts";
import type { ProtocolVersions } from "../../protocol/versions.ts";
import { type Digest, toDigest } from "../../types/address.ts";
import { EPOCH_STATE_ID, PARAMETERS_ID, VALIDATOR_INDEX_ID } from "../../types/entry.ts";
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
import { leaveSafeMode } from "./safe-mode.ts";
import { sweepTargets } from "./sweep.ts";
import { upgradeProtocol } from "./upgrade.ts";
import { turnValidators } from "./validators.ts";

/** What the last commit of an epoch settles about the next. */
export type EpochEnd = {
  readonly timestampMs: bigint;
  /** All that transactions of the epoch paid. */
  readonly fees: bigint;
  readonly lastCommit: Digest;
  /** What validators voted for; the version in force when absent. */
  readonly version?: bigint;
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
    protocol_version: end.version ?? parameters?.protocol_version ?? 1n,
    fees: end.fees,
    epoch_randomness: epochRandomness(epoch, end.lastCommit),
  };
}

/** What seeds the draws of an epoch: nobody can choose the digest of a commit. */
export function epochRandomness(epoch: bigint, lastCommit: Digest): Uint8Array {
  return blake2b256(RANDOMNESS_DOMAIN, u64le(epoch), fromHex(lastCommit));
}

/** The change that a transaction asks for, or why there is none. */
export function readEdge(
  view: View,
  change: KindOf<"ChangeEpoch">,
  transaction: Digest,
): Result<Edge, ExecutionFault> {
  const ended = view.get("EpochState", EPOCH_STATE_ID);
  const parameters = view.get("Parameters", PARAMETERS_ID);
  if (change.epoch !== ended.epoch + 1n) return err({ kind: "AdvancedToWrongEpoch" });
  if (change.protocol_version < parameters.protocol_version) {
    return err(invalidArguments("the protocol version is behind the one in force"));
  }
  if (change.epoch_randomness.length !== RANDOMNESS_BYTES) {
    return err(invalidArguments("the randomness of the epoch does not have 32 bytes"));
  }
  if (view.get("ValidatorIndex", VALIDATOR_INDEX_ID).active.length === 0) {
    return err({ kind: "ValidatorNotFound" });
  }
  const startMs = maxU64(change.epoch_start_timestamp_ms, ended.start_timestamp_ms);
  return ok({
    epoch: change.epoch,
    startMs,
    elapsedMs: startMs - ended.start_timestamp_ms,
    endedStartMs: ended.start_timestamp_ms,
    fees: change.fees,
    randomness: toDigest(change.epoch_randomness.toHex()),
    transaction,
    version: change.protocol_version,
    protocol: parameters.protocol,
  });
}

/** Turns everything over to the next epoch. */
export function turnEpoch(view: View, edge: Edge, versions?: ProtocolVersions): void {
  closeAccounts(view, edge);
  turnModels(view, edge);
  adjustDifficulty(view, edge);
  const next = upgradeProtocol(view, edge, versions);
  turnValidators(view, next);
  const { safe_mode: wasSafe } = view.get("EpochState", EPOCH_STATE_ID);
  openBudget(view, next, leaveSafeMode(view));
  sweepTargets(view, next, wasSafe);
  view.update("EpochState", EPOCH_STATE_ID, {
    epoch: next.epoch,
    start_timestamp_ms: next.startMs,
    randomness: next.randomness,
  });
  openTargets(view, next);
}

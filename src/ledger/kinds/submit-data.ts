/**
 * SubmitData: the first valid submission fills an open target. Its distance is computed again from
 * the embedding it shows; what cannot be computed here (the embedding itself, the winner, the loss)
 * the audit checks, and the bond answers for it.
 *
 * @module
 */
import { present } from "../../base/assert.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { maxU64, mulDiv } from "../../base/u64.ts";
import { type ContentOf, ECONOMY_ID, modelEntryId } from "../../types/entry.ts";
import type { ExecutionFault } from "../../types/fault.ts";
import { scalarTensor, scalarValue } from "../../types/tensor.ts";
import type { KindOf } from "../../types/transaction-kind.ts";
import { type Call, invalidArguments } from "../call.ts";
import { coinBalance, setBalance } from "../coins.ts";
import { BPS_MAX } from "../economy/models.ts";
import { makeTarget, targetSeed } from "../economy/targets.ts";
import { cosineDistance } from "../float.ts";

type Submission = KindOf<"SubmitData">;
type OpenTarget = ContentOf<"Target">;

/** How far a claimed distance may be from the true one. */
const CLAIM_TOLERANCE = 1e-4;
/** How far above the threshold rounding may put a distance. */
const THRESHOLD_TOLERANCE = 1e-6;

/** Executes SubmitData. */
export function submitData(call: Call, submission: Submission): ExecutionFault | undefined {
  const target = call.view.read("Target", submission.target_id);
  if (target === undefined) return { kind: "TargetNotFound" };
  const unfit = checkTarget(call, target, submission);
  if (unfit !== undefined) return unfit;
  const distance = checkDistance(target, submission);
  if (!distance.ok) return distance.error;
  const fault = checkSize(call, submission) ?? checkLosses(target, submission);
  if (fault !== undefined) return fault;
  const bond = bondOf(call, target, submission);
  const unpaid = takeBond(call, submission, bond);
  if (unpaid !== undefined) return unpaid;
  fillTarget(call, target, submission, { distance: distance.value, bond });
  replaceTarget(call);
  return undefined;
}

function checkTarget(
  { context }: Call,
  target: OpenTarget,
  { target_id, model_id }: Submission,
): ExecutionFault | undefined {
  const { generation_epoch } = target;
  if (target.status.kind !== "Open") return { kind: "TargetNotOpen" };
  if (context.epoch > generation_epoch) {
    return { kind: "TargetExpired", generation_epoch, current_epoch: context.epoch };
  }
  if (target.model_ids.includes(model_id)) return undefined;
  return { kind: "ModelNotInTarget", model_id, target_id };
}

function checkDistance(target: OpenTarget, submission: Submission): Result<number, ExecutionFault> {
  const expected = BigInt(target.embedding.values.length);
  const actual = BigInt(submission.embedding.values.length);
  if (expected !== actual) return err({ kind: "EmbeddingDimensionMismatch", expected, actual });
  const claimed = scalarValue(submission.distance_score);
  if (claimed === undefined) return err(invalidArguments("the distance is not one number"));
  const distance = cosineDistance(submission.embedding.values, target.embedding.values);
  // Comparisons with NaN are false, so each asks for what must hold.
  if (distance === undefined || !Number.isFinite(distance)) {
    return err(invalidArguments("the embedding has no direction"));
  }
  if (!(Math.abs(claimed - distance) <= CLAIM_TOLERANCE)) {
    return err(invalidArguments("the claimed distance is not that of the embedding"));
  }
  const threshold = present(scalarValue(target.distance_threshold), "a threshold");
  if (distance <= threshold + THRESHOLD_TOLERANCE) return ok(distance);
  const score = scalarTensor(distance);
  return err({ kind: "DistanceExceedsThreshold", score, threshold: target.distance_threshold });
}

function checkSize(
  { parameters }: Call,
  { data_manifest }: Submission,
): ExecutionFault | undefined {
  const { size } = data_manifest.metadata;
  const max_size = parameters.max_submission_data_size;
  if (size === 0n) return invalidArguments("the data is empty");
  return size > max_size ? { kind: "DataExceedsMaxSize", size, max_size } : undefined;
}

function checkLosses(target: OpenTarget, { loss_score }: Submission): ExecutionFault | undefined {
  const { values } = loss_score;
  if (values.length === 0 || values.length > target.model_ids.length) {
    return invalidArguments("there is not one loss, or one for each model of the target");
  }
  return values.every(Number.isFinite) ? undefined : invalidArguments("a loss is not finite");
}

function bondOf({ parameters }: Call, target: OpenTarget, { data_manifest }: Submission): bigint {
  const { submission_bond_per_byte, submission_bond_reward_bps } = parameters.protocol;
  const forSize = data_manifest.metadata.size * submission_bond_per_byte;
  return maxU64(forSize, mulDiv(target.reward_pool, submission_bond_reward_bps, BPS_MAX));
}

function takeBond(
  call: Call,
  { bond_coin }: Submission,
  required: bigint,
): ExecutionFault | undefined {
  const balance = coinBalance(call, bond_coin.object_id);
  if (!balance.ok) return balance.error;
  const provided = balance.value;
  if (provided < required) return { kind: "InsufficientBond", required, provided };
  setBalance(call, bond_coin.object_id, provided - required);
  return undefined;
}

function fillTarget(
  call: Call,
  target: OpenTarget,
  submission: Submission,
  { distance, bond }: { readonly distance: number; readonly bond: bigint },
): void {
  const { view, sender, context } = call;
  const { embedding, data_manifest, loss_score, model_id, target_id } = submission;
  view.write(target_id, {
    ...target,
    status: { kind: "Filled", fill_epoch: context.epoch },
    submitter: sender,
    winning_model_id: model_id,
    winning_model_owner: view.get("Model", modelEntryId(model_id)).owner,
    bond_amount: bond,
    winning_data_manifest: data_manifest,
    winning_embedding: embedding,
    winning_distance_score: scalarTensor(distance),
    winning_loss_score: loss_score,
  });
  const { hits } = view.get("Economy", ECONOMY_ID);
  view.update("Economy", ECONOMY_ID, { hits: hits + 1n });
}

// Numbers are taken even when no target is made: 0 for nothing, 1 for the seed, 2 for the id.
function replaceTarget({ view, digest, context }: Call): void {
  view.nextNumber();
  const number = view.nextNumber();
  const id = view.nextId();
  const seed = targetSeed({ entropy: context.commitDigest, transaction: digest, number });
  makeTarget(view, seed, id, { epoch: context.epoch, nowMs: context.commitTimestampMs });
}

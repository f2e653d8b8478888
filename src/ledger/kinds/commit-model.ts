/**
 * CommitModel: the owner binds himself to weights, an embedding and a key without showing them. An
 * active model keeps competing with what is in force; a later commitment replaces an earlier one.
 *
 * @module
 */
import { modelEntryId } from "../../types/entry.ts";
import type { ExecutionFault } from "../../types/fault.ts";
import type { KindOf } from "../../types/transaction-kind.ts";
import type { Call } from "../call.ts";

/** Executes CommitModel. */
export function commitModel(call: Call, kind: KindOf<"CommitModel">): ExecutionFault | undefined {
  const entry = modelEntryId(kind.model_id);
  const model = call.view.read("Model", entry);
  if (model === undefined) return { kind: "ModelNotFound" };
  if (model.owner !== call.sender) return { kind: "NotModelOwner" };
  const { phase } = model;
  if (phase.kind !== "Created" && phase.kind !== "Active") return { kind: "ModelInvalidState" };
  const pending = {
    manifest: kind.manifest,
    weights_commitment: kind.weights_commitment,
    embedding_commitment: kind.embedding_commitment,
    decryption_key_commitment: kind.decryption_key_commitment,
    commit_epoch: call.context.epoch,
  };
  call.view.update("Model", entry, {
    pending,
    phase: phase.kind === "Created" ? { kind: "Pending" } : phase,
  });
  return undefined;
}

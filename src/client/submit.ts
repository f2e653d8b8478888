/**
 * Submissions: a target, the verdict that the data wins it, and the pledge for it. The bytes are
 * hosted only when the submission is final, since until then somebody could submit them as his own.
 *
 * @module
 */
import { blake2b256Hex } from "../crypto/digest.ts";
import { type ObjectId, toDigest } from "../types/address.ts";
import type { Manifest } from "../types/manifest.ts";
import { scalarTensor, vectorTensor } from "../types/tensor.ts";
import type { ParametersView } from "../wire/json/parameters.ts";
import type { TransactionView } from "../wire/json/transaction.ts";
import type { SomaClient } from "./client.ts";
import { bondOf, feesAtMost } from "./costs.ts";
import type { BuildKind, CoinWish } from "./transact.ts";

/** What a submission claims of a target. */
export type Claim = {
  readonly target: { readonly id: ObjectId; readonly reward: bigint };
  /** The model with the lowest loss. */
  readonly winner: ObjectId;
  /** One a model of the target, in its order; one that is not finite has lost. */
  readonly losses: readonly number[];
  readonly embedding: Float32Array;
  readonly distance: number;
};

/** A submission as it is sent. */
export type Submission = {
  readonly build: BuildKind;
  readonly wish: CoinWish;
  readonly bond: bigint;
};

/** Failures after which another target, or the targets of another epoch, may still be won. */
const TAKEN: ReadonlySet<string> = new Set(["TargetNotOpen", "TargetExpired", "TargetNotFound"]);

/** The manifest of data that the node of `client` will host. */
export function dataManifest(client: SomaClient, data: Uint8Array): Manifest {
  const checksum = toDigest(blake2b256Hex(data));
  return { url: client.blobUrl(checksum), metadata: { checksum, size: BigInt(data.length) } };
}

/** The submission of data; the bond is taken from the coin that pays. */
export function buildSubmission(
  parameters: ParametersView,
  claim: Claim,
  manifest: Manifest,
): Submission {
  const bond = bondOf(parameters, claim.target.reward, manifest.metadata.size);
  return {
    bond,
    wish: { atLeast: bond, fees: feesAtMost(parameters, 0n) },
    build: (bond_coin) => ({
      kind: "SubmitData",
      target_id: claim.target.id,
      data_manifest: manifest,
      model_id: claim.winner,
      embedding: vectorTensor(claim.embedding),
      distance_score: scalarTensor(claim.distance),
      loss_score: vectorTensor(lossScore(claim.losses)),
      bond_coin,
    }),
  };
}

// The chain takes the loss of the winner alone where another has none.
function lossScore(losses: readonly number[]): readonly number[] {
  return losses.every(Number.isFinite) ? losses : [Math.min(...losses.filter(Number.isFinite))];
}

/** Whether a submission failed because somebody else, or the end of the epoch, was faster. */
export function isTaken({ status }: TransactionView): boolean {
  return status.kind === "Failure" && TAKEN.has(status.code);
}

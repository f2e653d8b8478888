/**
 * The entry of a model. Weights pass through two slots: a commitment waits in `pending` until its
 * reveal moves it to `next`, and the epoch change turns `next` into the weights in force. So what a
 * target was drawn with cannot change while it is open, and `past` keeps it for the audit.
 *
 * @module
 */
import { type Codec, option, set, struct, tagged, u64, vector } from "../bcs/schema.ts";
import { type Address, address, type Digest, digest, type ObjectId, objectId } from "./address.ts";
import { COMMITTEE_MEMBERS_MAX } from "./bounds.ts";
import { type Manifest, manifest } from "./manifest.ts";
import {
  decryptionKey,
  type PendingModelUpdate,
  pendingModelUpdate,
  type RevealedWeights,
} from "./model.ts";
import { tensor } from "./tensor.ts";

// Versions that were in force in the two previous epochs, beside the present one.
const PAST_VERSIONS_MAX = 2;

/** How far a model is. */
export type ModelPhase =
  | { readonly kind: "Created"; readonly create_epoch: bigint }
  /** Its first commitment waits for the reveal. */
  | { readonly kind: "Pending" }
  | { readonly kind: "Active" }
  | { readonly kind: "Inactive" };

/** Weights that were in force in the epochs from `from_epoch` up to, not with, `until_epoch`. */
export type PastWeights = {
  readonly from_epoch: bigint;
  readonly until_epoch: bigint;
  readonly manifest: Manifest;
  readonly weights_commitment: Digest;
  readonly decryption_key: Uint8Array;
};

/** A model. Its key is its id. */
export type ModelEntry = {
  readonly owner: Address;
  readonly architecture_version: bigint;
  readonly pool_id: ObjectId;
  /** In basis points. */
  readonly commission_rate: bigint;
  readonly next_epoch_commission_rate: bigint;
  readonly phase: ModelPhase;
  readonly pending: PendingModelUpdate | undefined;
  /** Revealed in this epoch, in force from the next. */
  readonly next: RevealedWeights | undefined;
  readonly current: RevealedWeights | undefined;
  /** Since when `current` is in force. */
  readonly current_from: bigint;
  readonly past: readonly PastWeights[];
  /** Validators that report it in this epoch. */
  readonly reporters: ReadonlySet<Address>;
};

const modelPhase: Codec<ModelPhase> = tagged<ModelPhase>("ModelPhase", {
  Created: { create_epoch: u64 },
  Pending: {},
  Active: {},
  Inactive: {},
});

const revealedWeights: Codec<RevealedWeights> = struct<RevealedWeights>("RevealedWeights", {
  manifest,
  weights_commitment: digest,
  embedding_commitment: digest,
  decryption_key_commitment: digest,
  decryption_key: decryptionKey,
  embedding: tensor,
});

const pastWeights: Codec<PastWeights> = struct<PastWeights>("PastWeights", {
  from_epoch: u64,
  until_epoch: u64,
  manifest,
  weights_commitment: digest,
  decryption_key: decryptionKey,
});

/** Layout of `ModelEntry`. */
export const modelEntry: Codec<ModelEntry> = struct<ModelEntry>("ModelEntry", {
  owner: address,
  architecture_version: u64,
  pool_id: objectId,
  commission_rate: u64,
  next_epoch_commission_rate: u64,
  phase: modelPhase,
  pending: option(pendingModelUpdate),
  next: option(revealedWeights),
  current: option(revealedWeights),
  current_from: u64,
  past: vector(pastWeights, PAST_VERSIONS_MAX),
  reporters: set(address, COMMITTEE_MEMBERS_MAX),
});

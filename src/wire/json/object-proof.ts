/**
 * Proofs of objects in JSON. The bytes are what a client checks; the other fields say in plain
 * words what they show.
 *
 * @module
 */
import { z } from "zod";

import type { Digest, ObjectId } from "../../types/address.ts";
import { bytes, count, digest, objectId, u64 } from "./primitives.ts";
import type { View } from "./view.ts";

/** The proof that a certified checkpoint left an object in this state. */
export type ObjectProofView = {
  readonly object_id: ObjectId;
  readonly version: bigint;
  readonly digest: Digest;
  /** The checkpoint that wrote it, and the epoch whose committee certified that. */
  readonly checkpoint: bigint;
  readonly epoch: bigint;
  /** The object in BCS; its digest is what the proof shows. */
  readonly object_bytes: Uint8Array;
  /** The certified checkpoint and the path to the object, in BCS. */
  readonly proof_bytes: Uint8Array;
};

/** A proof of an object in JSON. */
export const objectProofView: View<ObjectProofView> = z.object({
  object_id: objectId,
  version: u64,
  digest,
  checkpoint: u64,
  epoch: count,
  object_bytes: bytes,
  proof_bytes: bytes,
});

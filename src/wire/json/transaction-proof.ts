/**
 * Proofs of transactions in JSON. The bytes are what a client checks; the other fields say in plain
 * words what they show.
 *
 * @module
 */
import { z } from "zod";

import type { Digest } from "../../types/address.ts";
import { bytes, count, digest, u64 } from "./primitives.ts";
import type { View } from "./view.ts";

/** The proof that a certified checkpoint executed a transaction with these effects. */
export type TransactionProofView = {
  readonly digest: Digest;
  /** The checkpoint that has it, and the epoch whose committee certified that. */
  readonly checkpoint: bigint;
  readonly epoch: bigint;
  /** The effects in BCS; their digest is what the proof shows. */
  readonly effects_bytes: Uint8Array;
  /** The certified checkpoint, its contents and the place in them, in BCS. */
  readonly proof_bytes: Uint8Array;
};

/** A proof of a transaction in JSON. */
export const transactionProofView: View<TransactionProofView> = z.object({
  digest,
  checkpoint: u64,
  epoch: count,
  effects_bytes: bytes,
  proof_bytes: bytes,
});

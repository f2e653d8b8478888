/**
 * A certified checkpoint with everything a follower needs to execute it again: the summary with
 * its certificate, the ordered digests, and the transactions themselves. Effects are not sent; the
 * follower computes them and compares.
 *
 * @module
 */
import { type Codec, struct, vector } from "../bcs/schema.ts";
import {
  type CheckpointCertificate,
  checkpointCertificate,
  type CheckpointContents,
  checkpointContents,
  type CheckpointSummary,
  checkpointSummary,
} from "./checkpoint.ts";
import { type SignedTransaction, signedTransaction } from "./transaction.ts";

/** A checkpoint that 2f+1 of the voting power signed, ready to be executed again. */
export type CheckpointBundle = {
  readonly summary: CheckpointSummary;
  readonly certificate: CheckpointCertificate;
  readonly contents: CheckpointContents;
  /** In the order of `contents.transactions`. */
  readonly transactions: readonly SignedTransaction[];
};

/** Canonical bytes of a bundle. */
export const checkpointBundle: Codec<CheckpointBundle> = struct<CheckpointBundle>(
  "CheckpointBundle",
  {
    summary: checkpointSummary,
    certificate: checkpointCertificate,
    contents: checkpointContents,
    transactions: vector(signedTransaction),
  },
);

/**
 * The beginning of a network, as one file: the objects that exist before the first transaction,
 * the transaction that made them, what it did, and the first checkpoint, whose digest is the
 * chain's id.
 *
 * @module
 */
import { type Codec, struct, vector } from "../bcs/schema.ts";
import type { Digest } from "./address.ts";
import { CHANGED_OBJECTS_MAX } from "./bounds.ts";
import {
  type CertifiedCheckpoint,
  certifiedCheckpoint,
  type CheckpointContents,
  checkpointContents,
  checkpointDigest,
} from "./checkpoint.ts";
import { type Committee, committee } from "./committee.ts";
import { type TransactionEffects, transactionEffects } from "./effects.ts";
import { type StateObject, stateObject } from "./entry.ts";
import { type SignedTransaction, signedTransaction } from "./transaction.ts";

/** The beginning of a network. */
export type GenesisBlob = {
  readonly committee: Committee;
  /** All objects and entries of the ledger's state. */
  readonly objects: readonly StateObject[];
  readonly transaction: SignedTransaction;
  readonly effects: TransactionEffects;
  readonly contents: CheckpointContents;
  readonly checkpoint: CertifiedCheckpoint;
};

/** Layout of `GenesisBlob`. */
export const genesisBlob: Codec<GenesisBlob> = struct<GenesisBlob>("GenesisBlob", {
  committee,
  objects: vector(stateObject, CHANGED_OBJECTS_MAX),
  transaction: signedTransaction,
  effects: transactionEffects,
  contents: checkpointContents,
  checkpoint: certifiedCheckpoint,
});

/** The id of the chain that begins so. */
export function chainId(blob: GenesisBlob): Digest {
  return checkpointDigest(blob.checkpoint.summary);
}

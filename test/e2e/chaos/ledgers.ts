/**
 * What nodes that have ended left in their databases, held against each other.
 *
 * @module
 */
import { ChainReader } from "../../../src/host/chain-reader.ts";
import { openStores, type StorePaths } from "../../../src/host/stores.ts";
import type { Digest } from "../../../src/types/address.ts";
import { checkpointDigest } from "../../../src/types/checkpoint.ts";

/** What one node has. */
export type Left = {
  /** Digests of its checkpoints, by sequence number. */
  readonly checkpoints: readonly Digest[];
  /** Those of the transactions asked for that it has not executed. */
  readonly missing: readonly Digest[];
};

/** Reads the chain of one node and looks for transactions in it. */
export function readLedger(paths: StorePaths, transactions: readonly Digest[]): Left {
  const stores = openStores(paths);
  try {
    const reader = new ChainReader(stores.ledger);
    const height = stores.ledger.latestCheckpoint()?.sequence ?? -1n;
    const checkpoints: Digest[] = [];
    for (let sequence = 0n; sequence <= height; sequence++) {
      const bundle = reader.bundle(sequence);
      if (bundle === undefined) throw new Error(`checkpoint ${sequence} is missing`);
      checkpoints.push(checkpointDigest(bundle.summary));
    }
    const missing = transactions.filter((digest) => reader.execution(digest) === undefined);
    return { checkpoints, missing };
  } finally {
    stores.close();
  }
}

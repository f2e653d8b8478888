/**
 * The batches of the crash test: each checkpoint writes objects, transactions, a checkpoint and a
 * value whose numbers all name it, so that half a batch shows.
 *
 * @module
 */
import { utf8 } from "../../src/base/bytes.ts";
import type { ConsensusBatch, LedgerBatch } from "../../src/storage/store.ts";
import { block } from "../conformance/consensus-store.ts";
import { checkpoint, object, transaction } from "../conformance/ledger-rows.ts";

export const OBJECTS = 40;

/** What checkpoint `sequence` writes to the ledger. */
export function crashBatch(sequence: number): LedgerBatch {
  const version = BigInt(sequence + 1);
  return {
    objects: Array.from({ length: OBJECTS }, (_, number) =>
      object(number, { version, rank: version, bytes: new Uint8Array(300).fill(sequence) }),
    ),
    transactions: [transaction(sequence, { checkpoint: BigInt(sequence) })],
    checkpoint: checkpoint(sequence),
    meta: [{ key: "sequence", value: utf8(`${sequence}`) }],
  };
}

/** What consensus writes before it. */
export function crashBlocks(sequence: number): ConsensusBatch {
  return {
    epoch: 0n,
    blocks: [0, 1, 2, 3].map((author) => block(sequence + 1, author)),
    commits: [{ index: sequence + 1, bytes: utf8(`${sequence}`) }],
  };
}

/**
 * Checkpoints and transactions as the ledger's database has them, decoded.
 *
 * @module
 */
import type { ExecutedTransaction, FinalExecution } from "../node/io.ts";
import type { CheckpointRow, LedgerStore, TransactionRow } from "../storage/store.ts";
import { type Digest, toDigest } from "../types/address.ts";
import type { CheckpointBundle } from "../types/bundle.ts";
import {
  checkpointCertificate,
  checkpointContents,
  type CheckpointSummary,
  checkpointSummary,
} from "../types/checkpoint.ts";
import { transactionEffects } from "../types/effects.ts";
import { type SignedTransaction, signedTransaction } from "../types/transaction.ts";
import { corrupt, decodeStored, presentIn } from "./stored.ts";

/** Checkpoints whose time of day is remembered: pages of transactions ask for it row by row. */
const TIMES_MAX = 1_024;
const PAGE_ROWS = 1_000;

/** Reads the chain of one node. */
export class ChainReader {
  private readonly ledger: LedgerStore;
  // A cache of what never changes, emptied when it is full.
  private readonly timesMs = new Map<bigint, bigint>();

  constructor(ledger: LedgerStore) {
    this.ledger = ledger;
  }

  /** A certified checkpoint with its transactions. */
  bundle(sequence: bigint): CheckpointBundle | undefined {
    const row = this.ledger.checkpoint(sequence);
    return row && this.bundleOf(row);
  }

  /** The certified checkpoint of a row. */
  bundleOf(row: CheckpointRow): CheckpointBundle {
    const place = { database: "ledger", what: `checkpoint ${row.sequence}` } as const;
    return {
      summary: summaryOf(row),
      certificate: decodeStored(checkpointCertificate, row.certificate, place),
      contents: decodeStored(checkpointContents, row.contents, place),
      transactions: this.transactionsOf(row),
    };
  }

  /** What executing a transaction did. */
  execution(digest: Digest): FinalExecution | undefined {
    const row = this.ledger.findTransaction(digest);
    return row && this.executionOf(row);
  }

  /** The execution of a row. */
  executionOf(row: TransactionRow): FinalExecution {
    const what = `transaction 0x${row.digest}`;
    const executed: ExecutedTransaction = {
      digest: toDigest(row.digest),
      transaction: transactionOf(row),
      effects: decodeStored(transactionEffects, row.effects, { database: "ledger", what }),
    };
    return { executed, sequence: row.checkpoint, timestampMs: this.timestampMs(row.checkpoint) };
  }

  private transactionsOf({
    sequence,
    firstTransaction,
    transactionCount,
  }: CheckpointRow): readonly SignedTransaction[] {
    const transactions: SignedTransaction[] = [];
    while (transactions.length < transactionCount) {
      const from = firstTransaction + BigInt(transactions.length);
      const limit = Math.min(transactionCount - transactions.length, PAGE_ROWS);
      const rows = this.ledger.transactions(from, limit);
      if (rows.length < limit) throw corrupt("ledger", `transactions of ${sequence} are missing`);
      transactions.push(...rows.map(transactionOf));
    }
    return transactions;
  }

  private timestampMs(sequence: bigint): bigint {
    const known = this.timesMs.get(sequence);
    if (known !== undefined) return known;
    const row = presentIn("ledger", `checkpoint ${sequence}`, this.ledger.checkpoint(sequence));
    const { timestamp_ms: timestampMs } = summaryOf(row);
    if (this.timesMs.size >= TIMES_MAX) this.timesMs.clear();
    this.timesMs.set(sequence, timestampMs);
    return timestampMs;
  }
}

/** The summary in a row. */
export function summaryOf(row: CheckpointRow): CheckpointSummary {
  const place = { database: "ledger", what: `checkpoint ${row.sequence}` } as const;
  return decodeStored(checkpointSummary, row.summary, place);
}

function transactionOf(row: TransactionRow): SignedTransaction {
  const what = `transaction 0x${row.digest}`;
  return decodeStored(signedTransaction, row.bytes, { database: "ledger", what });
}

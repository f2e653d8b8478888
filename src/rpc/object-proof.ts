/**
 * Proofs of objects for clients that trust nobody: the certified checkpoint that wrote an object
 * last, and the way from the object to what that checkpoint commits to.
 *
 * @module
 */
import { type ObjectProof, proveObject } from "../checkpoint/inclusion.ts";
import type { ExecutedTransaction } from "../node/io.ts";
import { ZERO_DIGEST } from "../types/address.ts";
import type { StateObject } from "../types/entry.ts";
import type { LedgerReader } from "./reader.ts";

/** Objects that a transaction of the usual kind writes. */
const WRITES = 4;

/**
 * The proof of the live version of an object, of what the genesis made as well. Costs as much as
 * its checkpoint has transactions, which `onWork` is told first.
 */
export function proveLive(
  reader: LedgerReader,
  object: StateObject,
  onWork: (transactions: number) => void,
): ObjectProof | undefined {
  const sequence = writtenIn(reader, object);
  const bundle = sequence === undefined ? undefined : reader.checkpoint(sequence);
  if (bundle === undefined) return undefined;
  const { summary, certificate, contents } = bundle;
  onWork(contents.transactions.length);
  const entries: ExecutedTransaction[] = [];
  for (const { transaction } of contents.transactions) {
    const final = reader.transaction(transaction);
    if (final === undefined) return undefined;
    entries.push(final.executed);
  }
  if (sequence === 0n) onWork(genesisWork(entries));
  return proveObject({ summary, certificate }, entries, object.id);
}

// What the genesis made names no transaction.
function writtenIn(
  reader: LedgerReader,
  { previous_transaction: writer }: StateObject,
): bigint | undefined {
  return writer === ZERO_DIGEST ? 0n : reader.transaction(writer)?.sequence;
}

// The one transaction of the genesis writes as much as many.
function genesisWork(entries: readonly ExecutedTransaction[]): number {
  const written = entries.reduce((sum, { effects }) => sum + effects.changed_objects.length, 0);
  return Math.ceil(written / WRITES);
}

/**
 * Proofs of objects for clients that trust nobody: the certified checkpoint that wrote an object
 * last, and the way from the object to what that checkpoint commits to.
 *
 * @module
 */
import { type ObjectProof, proveObject } from "../checkpoint/inclusion.ts";
import type { ExecutedTransaction } from "../node/io.ts";
import type { StateObject } from "../types/entry.ts";
import type { LedgerReader } from "./reader.ts";

/**
 * The proof of the live version of an object. What the genesis made and nobody has touched since
 * has none: it is in the genesis file. Costs as much as its checkpoint has transactions, which
 * `onWork` is told first.
 */
export function proveLive(
  reader: LedgerReader,
  object: StateObject,
  onWork: (transactions: number) => void,
): ObjectProof | undefined {
  const writer = reader.transaction(object.previous_transaction);
  if (writer === undefined || writer.sequence === 0n) return undefined;
  const bundle = reader.checkpoint(writer.sequence);
  if (bundle === undefined) return undefined;
  const { summary, certificate, contents } = bundle;
  onWork(contents.transactions.length);
  const entries: ExecutedTransaction[] = [];
  for (const { transaction } of contents.transactions) {
    const final = reader.transaction(transaction);
    if (final === undefined) return undefined;
    entries.push(final.executed);
  }
  return proveObject({ summary, certificate }, entries, object.id);
}

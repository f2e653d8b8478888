/**
 * The memory that a node keeps data in, besides what it works with: pages of its databases, and
 * objects of the ledger in decoded form. It fills up while the node runs and then stays as it is.
 *
 * @module
 */

/** How the memory of one node is divided, in bytes. */
export type MemoryPlan = {
  /** Pages of the ledger's database. */
  readonly ledgerBytes: number;
  /** Pages of the database of consensus. */
  readonly consensusBytes: number;
  /** Decoded objects, by the bytes that encode them. */
  readonly objectBytes: number;
};

/** What a node has that is alone on its machine. */
export const NODE_MEMORY_BYTES: number = 100_663_296;

/** Divides so many bytes; the ledger is read the most, consensus hardly ever. */
export function divideMemory(bytes: number): MemoryPlan {
  const part = Math.floor(bytes / 6);
  return { ledgerBytes: 4 * part, consensusBytes: part, objectBytes: part };
}

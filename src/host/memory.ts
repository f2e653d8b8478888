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
  /** Decoded objects. */
  readonly objectBytes: number;
};

/** What a node has that is alone on its machine; twice as much made no transfer cheaper. */
export const NODE_MEMORY_BYTES: number = 67_108_864;

const PARTS = 8;
/** In memory a page takes a quarter more than its bytes: what SQLite adds, and is rounded up to. */
const PAGE_COST = 5 / 4;

/**
 * Divides so many bytes. The ledger is read and written all over; consensus is written at its end
 * and hardly ever read; of objects those matter that were touched in the last seconds.
 */
export function divideMemory(bytes: number): MemoryPlan {
  const part = Math.floor(bytes / PARTS);
  const pages = Math.floor(part / PAGE_COST);
  return { ledgerBytes: (PARTS - 2) * pages, consensusBytes: pages, objectBytes: part };
}

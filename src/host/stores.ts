/**
 * The two databases of a node, each in its own directory, which is locked while they are open: two
 * processes on one directory would sign different blocks for one round.
 *
 * @module
 */
import { join, resolve } from "node:path";

import { BufferedLedger } from "../storage/buffered-ledger.ts";
import { lockDirectory } from "../storage/lock.ts";
import { SqliteConsensus } from "../storage/sqlite-consensus.ts";
import { SqliteLedger } from "../storage/sqlite-ledger.ts";
import type { ConsensusStore, LedgerStore } from "../storage/store.ts";
import { divideMemory, type MemoryPlan, NODE_MEMORY_BYTES } from "./memory.ts";

/** Where a node keeps its databases. */
export type StorePaths = { readonly dbPath: string; readonly consensusDbPath: string };

/** The open databases of a node. */
export type Stores = {
  readonly ledger: LedgerStore;
  readonly consensus: ConsensusStore;
  readonly close: () => void;
};

/** The file of the ledger in its directory. */
const LEDGER_FILE = "ledger.db";

/** The file of consensus in its directory. */
const CONSENSUS_FILE = "consensus.db";

/** Opens or creates both databases. */
export function openStores(
  { dbPath, consensusDbPath }: StorePaths,
  { ledgerBytes, consensusBytes }: MemoryPlan = divideMemory(NODE_MEMORY_BYTES),
): Stores {
  const opened: (() => void)[] = [];
  const close = (): void => {
    for (const undo of opened.splice(0).reverse()) undo();
  };
  try {
    for (const directory of new Set([resolve(dbPath), resolve(consensusDbPath)])) {
      opened.push(lockDirectory(directory).release);
    }
    const disk = new SqliteLedger(join(dbPath, LEDGER_FILE), ledgerBytes);
    const ledger = new BufferedLedger(disk);
    opened.push(() => ledger.close());
    const consensus = new SqliteConsensus(join(consensusDbPath, CONSENSUS_FILE), consensusBytes);
    opened.push(() => consensus.close());
    return { ledger, consensus, close };
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * Opens the databases of a node on its network: an empty ledger begins with the genesis checkpoint,
 * and one that has begun must be of the same chain.
 *
 * @module
 */
import { toHex } from "../base/bytes.ts";
import { SomaError } from "../base/errors.ts";
import { toDigest } from "../types/address.ts";
import { chainId } from "../types/genesis.ts";
import { formatDigest } from "../types/text.ts";
import { firstEpoch } from "./epoch-records.ts";
import { genesisRecord, readGenesisFile } from "./genesis-file.ts";
import { genesisBatch } from "./ledger-writes.ts";
import type { MemoryPlan } from "./memory.ts";
import { META } from "./stored.ts";
import { openStores, type StorePaths, type Stores } from "./stores.ts";

/** Where a node's databases and its network's genesis file are. */
export type ChainPaths = StorePaths & { readonly genesisPath: string };

/** The open databases of a node whose chain has begun. */
export function openChain(paths: ChainPaths, memory: MemoryPlan): Stores {
  const stores = openStores(paths, memory);
  try {
    begin(stores, paths);
    return stores;
  } catch (error) {
    stores.close();
    throw error;
  }
}

function begin({ ledger }: Stores, { dbPath, genesisPath }: ChainPaths): void {
  const genesis = readGenesisFile(genesisPath);
  const known = ledger.meta(META.chainId);
  if (known === undefined) {
    const record = genesisRecord(genesis);
    ledger.write(genesisBatch(record, firstEpoch(record, genesis.committee)));
    return;
  }
  const [here, there] = [toDigest(toHex(known)), chainId(genesis)];
  if (here === there) return;
  const chains = `${formatDigest(here)}, not ${formatDigest(there)}`;
  throw new SomaError("chain_mismatch", `the ledger in ${dbPath} is of the chain ${chains}`, {
    hint: `use the genesis file of that chain instead of ${genesisPath}, or another directory`,
  });
}

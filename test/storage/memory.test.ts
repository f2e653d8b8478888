/**
 * The stores in memory pass what every store passes.
 *
 * @module
 */
import { MemoryConsensus } from "../../src/storage/memory-consensus.ts";
import { MemoryLedger } from "../../src/storage/memory-ledger.ts";
import { consensusStoreConformance } from "../conformance/consensus-store.ts";
import { ledgerStoreConformance } from "../conformance/ledger-store.ts";

ledgerStoreConformance("memory", () => new MemoryLedger());
consensusStoreConformance("memory", () => new MemoryConsensus());

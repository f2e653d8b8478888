/**
 * How the memory of a node is divided, and that pages take as much of it as planned.
 *
 * @module
 */
import { heapStats } from "bun:jsc";
import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";

import { toHex, u64le } from "../../src/base/bytes.ts";
import { blake2b256 } from "../../src/crypto/digest.ts";
import { listObject } from "../../src/host/ledger-writes.ts";
import { divideMemory, NODE_MEMORY_BYTES } from "../../src/host/memory.ts";
import { SMALL_PAGE_BYTES } from "../../src/storage/database.ts";
import { SqliteLedger } from "../../src/storage/sqlite-ledger.ts";
import { toAddress, toDigest, toObjectId } from "../../src/types/address.ts";
import type { StateObject } from "../../src/types/entry.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";

const PLAN = divideMemory(5_000_000);
const COINS = 12_000;
/** How much more memory a page takes than it has bytes. */
const PAGE_COST = 5 / 4;

type HeapStats = ReturnType<typeof heapStats> & {
  readonly mimalloc: {
    readonly malloc_bins: readonly { readonly block_size: number; readonly current: number }[];
  };
};

afterAll(removeTemporary);

test("the parts are all of it, whatever it is, and none is nothing", () => {
  for (const bytes of [NODE_MEMORY_BYTES, 6_000_000, 12_345_678]) {
    const { ledgerBytes, consensusBytes, objectBytes } = divideMemory(bytes);
    const sum = (ledgerBytes + consensusBytes) * PAGE_COST + objectBytes;
    expect(bytes - sum).toBeLessThan(20);
    expect(sum).toBeLessThanOrEqual(bytes);
    expect(Math.min(ledgerBytes, consensusBytes, objectBytes)).toBeGreaterThan(0);
  }
});

// Elsewhere SQLite is the system's, and so is its memory.
test.if(process.platform === "linux")("pages take what the plan says", () => {
  const { ledgerBytes } = PLAN;
  const ledger = new SqliteLedger(join(temporaryDirectory(), "ledger.db"), ledgerBytes);
  const before = pagesInMemory();
  for (let index = 0; index < COINS; index += 1_000) writeCoins(ledger, index, index + 1_000);
  const pagesBytes = (pagesInMemory() - before) * SMALL_PAGE_BYTES;
  expect(pagesBytes / ledgerBytes).toBeWithin(0.85, 1.15);
  ledger.close();
});

function writeCoins(ledger: SqliteLedger, first: number, end: number): void {
  const length = end - first;
  ledger.write({ objects: Array.from({ length }, (_, place) => listObject(coin(first + place))) });
}

function coin(index: number): StateObject {
  const hex = (what: number): string => toHex(blake2b256(u64le(BigInt(3 * index + what))));
  return {
    id: toObjectId(hex(0)),
    version: 7n,
    owner: { kind: "AddressOwner", address: toAddress(hex(1)) },
    previous_transaction: toDigest(hex(2)),
    content: { kind: "Coin", balance: 1_000_000_000n },
  };
}

/** How many pages are allocated, by the size that the allocator gives a page of 4,096 bytes. */
function pagesInMemory(): number {
  const { malloc_bins: bins } = (heapStats() as HeapStats).mimalloc;
  return bins.find((bin) => bin.block_size === PAGE_COST * SMALL_PAGE_BYTES)?.current ?? 0;
}

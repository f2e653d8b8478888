/**
 * What surfaces read: the state after the last certified checkpoint, straight from the ledger's
 * database. A call is synchronous, so one answer never mixes two checkpoints.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import type {
  EpochRecord,
  LedgerReader,
  ListPage,
  PageRequest,
  TargetFilter,
} from "../rpc/reader.ts";
import type { LedgerStore, ListedObject, Page, RankCursor } from "../storage/store.ts";
import type { Address } from "../types/address.ts";
import { type ContentOf, isEntryContent, type StateObject } from "../types/entry.ts";
import type { SomaObject } from "../types/object.ts";
import {
  ownedCursor,
  parseOwnedCursor,
  parseRankCursor,
  parseSequenceCursor,
  rankCursor,
  sequenceCursor,
} from "./cursors.ts";
import { ALL_MODELS } from "./listing.ts";
import type { NodeStorage } from "./node-storage.ts";
import { decodeObject } from "./object-cache.ts";

/** Rows of one page, whatever is asked for. */
const PAGE_ROWS_MAX = 1_000;
const LAST_ID = "f".repeat(64);

/** The reads of a node's certified state. */
export function createLedgerReader(storage: NodeStorage): LedgerReader {
  const { chain, objects } = storage;
  const { ledger } = storage.stores;
  return {
    chainId: storage.chainId,
    latest: () => storage.latest,
    find: (id) => objects.find(id),
    findVersion: (id, version) => {
      const row = ledger.findObjectVersion(id, version);
      return row && decodeObject(id, row.bytes);
    },
    owned: (owner, type, page) => readOwned(storage, { owner, type, page }),
    targets: (filter, page) => readTargets(storage, filter, page),
    models: (page) => readModels(storage, page),
    transaction: (digest) => chain.execution(digest),
    transactionsOf: (owner, page) => {
      const after = page.after === undefined ? undefined : parseSequenceCursor(page.after);
      const rows = ledger.transactionsOf(owner, pageOf(after, page.limit));
      const { taken, last } = cut(rows, page.limit);
      const next = last && sequenceCursor(last.sequence);
      return { items: taken.map((row) => chain.executionOf(row)), next };
    },
    checkpoint: (sequence) => chain.bundle(sequence),
    checkpointByDigest: (digest) => {
      const row = ledger.findCheckpoint(digest);
      return row && chain.bundleOf(row);
    },
    epoch: (epoch): EpochRecord | undefined => storage.epoch(epoch),
  };
}

type OwnedQuery = {
  readonly owner: Address;
  readonly type: "Coin" | "StakedSoma" | undefined;
  readonly page: PageRequest;
};

function readOwned(
  { stores, objects }: NodeStorage,
  { owner, type, page }: OwnedQuery,
): ListPage<SomaObject> {
  const after = page.after === undefined ? undefined : parseOwnedCursor(page.after);
  const from = pageOf(after, page.limit);
  const rows = stores.ledger.ownedObjects(owner, type === undefined ? from : { ...from, type });
  const { taken, last } = cut(rows, page.limit);
  const items = taken.map((row) => visible(objects.of(row)));
  return { items, next: last && ownedCursor(last) };
}

function readTargets(
  { stores, objects }: NodeStorage,
  { status, epoch }: TargetFilter,
  page: PageRequest,
): ListPage<SomaObject> {
  const { rows, next } = readRanked(stores.ledger, {
    type: "Target",
    group: status,
    page,
    // Rank is the epoch: the list of one epoch begins after the last row of the one before.
    start: epoch === undefined || epoch === 0n ? undefined : { rank: epoch - 1n, id: LAST_ID },
  });
  const inside = rows.filter(({ rank }) => epoch === undefined || rank === epoch);
  const items = inside.map((row) => visible(objects.of(row)));
  return { items, next: inside.length === rows.length ? next : undefined };
}

function readModels(
  { stores, objects }: NodeStorage,
  page: PageRequest,
): ListPage<ContentOf<"Model">> {
  const list = { type: "Model", group: ALL_MODELS, page, start: undefined };
  const { rows, next } = readRanked(stores.ledger, list);
  const items = rows.map((row) => {
    const { content } = objects.of(row);
    assert(content.kind === "Model", "the list of models holds models");
    return content;
  });
  return { items, next };
}

type RankedList = {
  readonly type: string;
  readonly group: string;
  readonly page: PageRequest;
  /** Where the list begins without a cursor. */
  readonly start: RankCursor | undefined;
};

function readRanked(
  ledger: LedgerStore,
  { type, group, page, start }: RankedList,
): { readonly rows: readonly ListedObject[]; readonly next: string | undefined } {
  const after = page.after === undefined ? start : parseRankCursor(page.after);
  const { taken, last } = cut(
    ledger.objectsOfType(type, group, pageOf(after, page.limit)),
    page.limit,
  );
  return { rows: taken, next: last && rankCursor(last) };
}

// One row more than asked for shows whether there is a next page.
function pageOf<Cursor>(after: Cursor | undefined, limit: number): Page<Cursor> {
  const rows = Math.min(limit, PAGE_ROWS_MAX) + 1;
  return after === undefined ? { limit: rows } : { after, limit: rows };
}

function cut<Row>(rows: readonly Row[], limit: number): { taken: readonly Row[]; last?: Row } {
  const count = Math.min(limit, PAGE_ROWS_MAX);
  const taken = rows.slice(0, count);
  const last = rows.length > count ? taken.at(-1) : undefined;
  return last === undefined ? { taken } : { taken, last };
}

function visible(object: StateObject): SomaObject {
  const { content } = object;
  assert(!isEntryContent(content), "lists of objects hold no entries");
  return { ...object, content };
}

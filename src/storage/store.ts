/**
 * What a node keeps on disk, as interfaces of plain bytes: the ledger (objects, transactions,
 * checkpoints) and its consensus (blocks, commits). Both are synchronous and a `write` is atomic.
 * One of consensus is durable when it returns, so nothing a client was told is final can be lost by
 * a crash; the ledger follows from it, and may be behind until `flush` returns.
 *
 * Ids, digests and addresses are 64 hex digits. Lists are pages: pass the last row as `after`.
 *
 * @module
 */

/** One version of an object. */
export type ObjectRow = {
  readonly id: string;
  readonly version: bigint;
  readonly digest: string;
  readonly bytes: Uint8Array;
};

/** Where an object appears in lists; the writer decides, the store only sorts. */
export type ObjectListing = {
  readonly type: string;
  /** The address that owns it; `undefined` for shared and immutable objects. */
  readonly owner: string | undefined;
  /** A named set within its type, such as a status; `undefined` keeps it out of `objectsOfType`. */
  readonly group: string | undefined;
  /** Sorts a list, ascending; ids decide among equals. */
  readonly rank: bigint;
  /** The money in it, in shannons; of the ledger's own figures it may be less than none. */
  readonly held: bigint;
};

/** A live object with its place in lists. */
export type ListedObject = ObjectRow & ObjectListing;

/** An object that is deleted, and the version at which it is. */
export type ObjectRemoval = { readonly id: string; readonly version: bigint };

/** The newest version of an object that may be gone. */
export type LastVersion = { readonly version: bigint; readonly isDeleted: boolean };

/** An executed transaction; `sequence` counts all of them from 0 without gaps. */
export type TransactionRow = {
  readonly sequence: bigint;
  readonly digest: string;
  readonly checkpoint: bigint;
  readonly bytes: Uint8Array;
  readonly effects: Uint8Array;
};

/** A transaction and the addresses whose history it belongs to. */
export type TransactionWrite = TransactionRow & { readonly addresses: readonly string[] };

/** A certified checkpoint and which transactions it contains. */
export type CheckpointRow = {
  readonly sequence: bigint;
  readonly digest: string;
  readonly firstTransaction: bigint;
  readonly transactionCount: number;
  readonly summary: Uint8Array;
  readonly contents: Uint8Array;
  readonly certificate: Uint8Array;
};

/** A value under a name; `undefined` removes it. */
export type MetaWrite = { readonly key: string; readonly value: Uint8Array | undefined };

/** Everything one checkpoint changes. Objects may appear in several versions, oldest first. */
export type LedgerBatch = {
  readonly objects?: readonly ListedObject[];
  /** Applied after `objects`. */
  readonly removed?: readonly ObjectRemoval[];
  readonly transactions?: readonly TransactionWrite[];
  readonly checkpoint?: CheckpointRow;
  readonly epochs?: readonly { readonly epoch: bigint; readonly bytes: Uint8Array }[];
  readonly meta?: readonly MetaWrite[];
};

/** A place in a list sorted by rank and id. */
export type RankCursor = { readonly rank: bigint; readonly id: string };

/** A place in a list of owned objects, which are sorted by type first. */
export type OwnedCursor = RankCursor & { readonly type: string };

/** The objects, transactions and checkpoints of one node. */
export type LedgerStore = {
  /** Writes what checkpoints changed, in their order: all of it or nothing. */
  readonly write: (...batches: readonly LedgerBatch[]) => void;
  /** Makes durable what was written. */
  readonly flush: () => void;
  readonly findObject: (id: string) => ListedObject | undefined;
  /** Any version that was written and not deleted then. */
  readonly findObjectVersion: (id: string, version: bigint) => ObjectRow | undefined;
  readonly findLastVersion: (id: string) => LastVersion | undefined;
  /** Every live object, by id: what a node loads when it starts. */
  readonly liveObjects: (page: Page<string>) => ListedObject[];
  readonly ownedObjects: (
    owner: string,
    page: Page<OwnedCursor> & { readonly type?: string },
  ) => ListedObject[];
  readonly objectsOfType: (type: string, group: string, page: Page<RankCursor>) => ListedObject[];
  readonly findTransaction: (digest: string) => TransactionRow | undefined;
  /** Transactions from `from` on, in order of execution. */
  readonly transactions: (from: bigint, limit: number) => TransactionRow[];
  /** An address's transactions, newest first; `after` is the sequence of the last one seen. */
  readonly transactionsOf: (address: string, page: Page<bigint>) => TransactionRow[];
  readonly checkpoint: (sequence: bigint) => CheckpointRow | undefined;
  readonly findCheckpoint: (digest: string) => CheckpointRow | undefined;
  readonly latestCheckpoint: () => CheckpointRow | undefined;
  readonly epoch: (epoch: bigint) => Uint8Array | undefined;
  readonly meta: (key: string) => Uint8Array | undefined;
  /** What all live objects hold together; absent while some were written without saying it. */
  readonly heldTotal: () => bigint | undefined;
  /** Does housekeeping that would otherwise delay a later write. Call it when idle. */
  readonly tidy: () => void;
  readonly close: () => void;
};

/** Which part of a list to return. */
export type Page<Cursor> = { readonly after?: Cursor; readonly limit: number };

/** The most rows one call returns. */
export const PAGE_ROWS_MAX = 10_000;

/** Names a block within an epoch. */
export type BlockKey = { readonly round: number; readonly author: number; readonly digest: string };

/** A block in its signed bytes. */
export type BlockRow = BlockKey & { readonly bytes: Uint8Array };

/** A commit; `index` counts from 1 in each epoch. */
export type CommitRow = { readonly index: number; readonly bytes: Uint8Array };

/** What consensus must not forget before it goes on. */
export type ConsensusBatch = {
  readonly epoch: bigint;
  /** A block that is there already is left alone. */
  readonly blocks?: readonly BlockRow[];
  /** A commit that is there already is left alone; another one of its index breaks a promise. */
  readonly commits?: readonly CommitRow[];
  readonly meta?: readonly MetaWrite[];
};

/** How much one answer may carry; the first block always fits. */
export type ReadLimits = { readonly blocksMax: number; readonly bytesMax: number };

/** The blocks and commits of one node, by epoch. */
export type ConsensusStore = {
  readonly write: (batch: ConsensusBatch) => void;
  /** Blocks of rounds from `round` on, by round, author and digest. */
  readonly blocks: (epoch: bigint, round: number, page: Page<BlockKey>) => BlockRow[];
  /** Blocks whose round is above their author's entry of `above`, by round and author. */
  readonly blocksAbove: (epoch: bigint, above: readonly number[], limits: ReadLimits) => BlockRow[];
  readonly findBlock: (epoch: bigint, key: BlockKey) => Uint8Array | undefined;
  readonly lastBlockBy: (epoch: bigint, author: number) => BlockRow | undefined;
  /** Commits after `after`, in order. */
  readonly commits: (epoch: bigint, page: Page<number>) => CommitRow[];
  readonly lastCommit: (epoch: bigint) => CommitRow | undefined;
  readonly meta: (key: string) => Uint8Array | undefined;
  /** Deletes up to `limit` rows of epochs before `epoch`; returns how many, 0 when none is left. */
  readonly dropEpochsBefore: (epoch: bigint, limit: number) => number;
  readonly tidy: () => void;
  readonly close: () => void;
};

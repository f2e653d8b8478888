/**
 * What a node finds in its databases when it starts: the end of its chain, and of consensus no more
 * than is needed to go on. Everything read is checked against the hashes it is named by, so that a
 * damaged file ends the start and not, much later, the agreement with the others.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { LiveSet } from "../checkpoint/live-set.ts";
import { firstRoundNeeded } from "../consensus/recover.ts";
import type { ConsensusProgress } from "../node/io.ts";
import { type FormerConsensus, recallSkipped, type Recovered } from "../node/state.ts";
import type { BlockKey, CheckpointRow, ConsensusStore, LedgerStore } from "../storage/store.ts";
import { type Digest, toDigest } from "../types/address.ts";
import { decodeSignedBlock, type SignedBlock } from "../types/block.ts";
import { checkpointDigest, type CheckpointSummary } from "../types/checkpoint.ts";
import { type Commit, commit as commitCodec, nameCommit } from "../types/commit.ts";
import { authorityIndex, type Committee } from "../types/committee.ts";
import { summaryOf } from "./chain-reader.ts";
import { lastMemory, memoryOf } from "./remembered.ts";
import {
  consensusProgress,
  corrupt,
  decodeStored,
  epochRecord,
  META,
  presentIn,
} from "./stored.ts";
import type { Stores } from "./stores.ts";

const COMMITS_PAGE = 256;
const BLOCKS_PAGE = 1_000;
const LIVE_SET_BYTES = 2_048;

/** Housekeeping leaves the epoch that consensus is in and this many before it. */
const EPOCHS_BEHIND_MAX = 1n;

const GONE: FormerConsensus = { blocks: [], commits: [], skippedRound: undefined, isGone: true };

type CommitTail = {
  /** Ascending and without gaps, to the last one. */
  readonly commits: readonly Commit[];
  /** The leader round of the commit before the first of them, 0 if there is none. */
  readonly leaderRoundBefore: number;
};

/** What a node runs consensus with. */
export type RecoverOptions = {
  readonly gcDepth: number;
  /** The BLS public keys that a validator holds. */
  readonly protocolKeys: readonly Uint8Array[];
};

/** What the databases hold of a node whose chain has begun. */
export function recover({ ledger, consensus }: Stores, options: RecoverOptions): Recovered {
  const row = presentIn("ledger", "every checkpoint", ledger.latestCheckpoint());
  const summary = checkedSummary(row);
  const digest = toDigest(row.digest);
  const tip = { summary, digest, liveSet: readLiveSet(ledger, summary) };
  const progress = readProgress(ledger);
  // The checkpoint that ends an epoch leaves the chain in the next one.
  const isOver = summary.end_of_epoch_data !== undefined;
  const committee = readCommittee(ledger, isOver ? summary.epoch + 1n : summary.epoch);
  const processed = isOver ? 0 : progress.commitIndex;
  const former = readFormer(consensus, committee, { ...options, processed });
  if (former.isGone && findAuthority(committee, options) !== undefined) refuseAlone(committee);
  return { tip, progress, ...former };
}

/**
 * What the database of consensus holds of the epoch of `committee`: all of its commits after the
 * last processed one. The ledger may be an epoch behind; what is older may have been deleted.
 */
export function readFormer(
  store: ConsensusStore,
  committee: Committee,
  { gcDepth, processed, protocolKeys }: RecoverOptions & { readonly processed: number },
): FormerConsensus {
  const { epoch } = committee;
  if ((lastMemory(store)?.epoch ?? epoch) > epoch + EPOCHS_BEHIND_MAX) return GONE;
  const { commits, leaderRoundBefore } = readCommits(store, { epoch, processed, gcDepth });
  const round = firstRoundNeeded(leaderRoundBefore, gcDepth);
  const blocks = readBlocks(store, epoch, round);
  checkBlocks(commits, processed, blocks);
  const authority = findAuthority(committee, { protocolKeys });
  const own = readOwnBlock(store, epoch, authority);
  const isOld = own !== undefined && own.ref.round < round;
  const skippedRound = recallSkipped((one) => memoryOf(store, one)?.skippedRound, epoch);
  return { blocks: isOld ? [own, ...blocks] : blocks, commits, skippedRound, isGone: false };
}

function checkedSummary(row: CheckpointRow): CheckpointSummary {
  const summary = summaryOf(row);
  const named =
    summary.sequence_number === row.sequence && checkpointDigest(summary) === row.digest;
  if (!named) throw corrupt("ledger", `checkpoint ${row.sequence} is not what its digest says`);
  return summary;
}

function readLiveSet(ledger: LedgerStore, summary: CheckpointSummary): LiveSet {
  const bytes = presentIn("ledger", "the live set", ledger.meta(META.liveSet));
  if (bytes.length !== LIVE_SET_BYTES) throw corrupt("ledger", "the live set has another size");
  const liveSet = LiveSet.fromBytes(bytes);
  const digest = liveSet.digest();
  const commitments = summary.checkpoint_commitments.filter(({ kind }) => kind === "LiveObjectSet");
  if (commitments.every((commitment) => commitment.digest === digest)) return liveSet;
  throw corrupt("ledger", "the live set is not that of the last checkpoint");
}

function readProgress(ledger: LedgerStore): ConsensusProgress {
  const what = "the progress of consensus";
  const bytes = presentIn("ledger", what, ledger.meta(META.progress));
  return decodeStored(consensusProgress, bytes, { database: "ledger", what });
}

/** The commits after the last processed one, and before it those whose blocks are not collected. */
function readCommits(
  store: ConsensusStore,
  { epoch, processed, gcDepth }: { epoch: bigint; processed: number; gcDepth: number },
): CommitTail {
  const last = store.lastCommit(epoch);
  if (last === undefined) return { commits: [], leaderRoundBefore: 0 };
  const collected = readCommit(last.index, last.bytes).leader.round - gcDepth;
  const commits: Commit[] = [];
  let from = last.index;
  while (from > 0) {
    const limit = Math.min(from, COMMITS_PAGE);
    from -= limit;
    const rows = store.commits(epoch, { after: from, limit });
    commits.unshift(...rows.map(({ index, bytes }) => readCommit(index, bytes)));
    if (commits.length !== last.index - from) throw corrupt("consensus", "a commit is missing");
    const before = commits.findLastIndex(
      ({ index, leader }) => index <= processed && leader.round <= collected,
    );
    if (before < 0) continue;
    checkChain(commits);
    const leaderRoundBefore = commits[before]!.leader.round;
    return { commits: commits.slice(before + 1), leaderRoundBefore };
  }
  checkChain(commits);
  return { commits, leaderRoundBefore: 0 };
}

function readCommit(index: number, bytes: Uint8Array): Commit {
  const what = `commit ${index}`;
  const commit = decodeStored(commitCodec, bytes, { database: "consensus", what });
  if (commit.index !== index) throw corrupt("consensus", `${what} has another index`);
  return commit;
}

function checkChain(commits: readonly Commit[]): void {
  for (const [place, commit] of commits.entries()) {
    const previous = commits[place - 1];
    if (previous === undefined || nameCommit(previous).digest === commit.previous_digest) continue;
    throw corrupt("consensus", `commit ${commit.index} does not follow the one before`);
  }
}

function readBlocks(store: ConsensusStore, epoch: bigint, round: number): readonly SignedBlock[] {
  const blocks: SignedBlock[] = [];
  let after: BlockKey | undefined;
  for (;;) {
    const page = after === undefined ? { limit: BLOCKS_PAGE } : { after, limit: BLOCKS_PAGE };
    const rows = store.blocks(epoch, round, page);
    blocks.push(...rows.map(({ digest, bytes }) => readBlock(digest, bytes)));
    after = rows.at(-1);
    if (rows.length < BLOCKS_PAGE) return blocks;
  }
}

/** The last block this validator signed: it signs none of that round again, however old it is. */
function readOwnBlock(
  store: ConsensusStore,
  epoch: bigint,
  authority: number | undefined,
): SignedBlock | undefined {
  if (authority === undefined) return undefined;
  const row = store.lastBlockBy(epoch, authority);
  return row && readBlock(row.digest, row.bytes);
}

function findAuthority(
  committee: Committee,
  { protocolKeys }: Pick<RecoverOptions, "protocolKeys">,
): number | undefined {
  return protocolKeys
    .map((key) => authorityIndex(committee, key))
    .find((index) => index !== undefined);
}

// Nobody has what comes after: the validator would make another history.
function refuseAlone({ epoch, members }: Committee): void {
  if (members.length > 1) return;
  const what = `the ledger ends in epoch ${epoch}, and consensus is epochs ahead of it`;
  throw new SomaError("ledger_lost", what, {
    hint: "restore the ledger directory from a backup, or copy that of a fullnode which is stopped",
  });
}

function readCommittee(ledger: LedgerStore, epoch: bigint): Committee {
  const what = `epoch ${epoch}`;
  const bytes = presentIn("ledger", what, ledger.epoch(epoch));
  return decodeStored(epochRecord, bytes, { database: "ledger", what }).committee;
}

function readBlock(digest: string, bytes: Uint8Array): SignedBlock {
  const decoded = decodeSignedBlock(bytes);
  if (decoded.ok && decoded.value.ref.digest === digest) return decoded.value;
  throw corrupt("consensus", `block 0x${digest} is not what its digest says`);
}

/** Commits that are delivered again need all their blocks. */
function checkBlocks(
  commits: readonly Commit[],
  processed: number,
  blocks: readonly SignedBlock[],
): void {
  const known = new Set<Digest>(blocks.map(({ ref }) => ref.digest));
  for (const { index, blocks: refs } of commits) {
    const lost = index > processed ? refs.find(({ digest }) => !known.has(digest)) : undefined;
    if (lost !== undefined) throw corrupt("consensus", `block 0x${lost.digest} is missing`);
  }
}

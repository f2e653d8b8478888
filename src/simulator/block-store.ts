/**
 * Consensus on a simulated disk: the blocks and commits of each epoch.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { compareText } from "../base/bytes.ts";
import { decode } from "../bcs/schema.ts";
import type { FetchQuery } from "../consensus/io.ts";
import type { ReadLimits, StoredBlock, StoredCommit } from "../node/io.ts";
import { type FormerConsensus, recallSkipped } from "../node/state.ts";
import type { Digest } from "../types/address.ts";
import { decodeSignedBlock } from "../types/block.ts";
import { commit as commitCodec } from "../types/commit.ts";

/** Epochs before the present one whose blocks others may still ask for. */
const EPOCHS_KEPT = 2n;

type EpochBlocks = {
  readonly blocks: Map<Digest, StoredBlock>;
  /** By round, in the order of their digests. */
  readonly rounds: StoredBlock[][];
  readonly commits: Uint8Array[];
  skippedRound: number | undefined;
};

/** Blocks and commits by epoch. */
export class BlockStore {
  private readonly epochs = new Map<bigint, EpochBlocks>();

  lastCommit(epoch: bigint): number {
    return this.epochs.get(epoch)?.commits.length ?? 0;
  }

  has(epoch: bigint, digest: Digest): boolean {
    return this.epochs.get(epoch)?.blocks.has(digest) ?? false;
  }

  /** Adds blocks; returns how to undo that. */
  addBlocks(epoch: bigint, added: readonly StoredBlock[]): () => void {
    const { blocks, rounds } = this.at(epoch);
    const fresh = added.filter(({ ref }) => !blocks.has(ref.digest));
    for (const block of fresh) {
      const { round, digest } = block.ref;
      blocks.set(digest, block);
      rounds[round] = [...(rounds[round] ?? []), block].sort(byDigest);
    }
    return () => {
      for (const { ref } of fresh) {
        blocks.delete(ref.digest);
        rounds[ref.round] = (rounds[ref.round] ?? []).filter((one) => one.ref !== ref);
      }
    };
  }

  /** Adds commits; returns how to undo that. */
  addCommits(epoch: bigint, added: readonly StoredCommit[]): () => void {
    const { commits } = this.at(epoch);
    const before = commits.length;
    for (const { index, bytes } of added) {
      assert(index === commits.length + 1, "commits are stored in sequence");
      commits.push(bytes);
    }
    return () => {
      commits.length = before;
    };
  }

  /** Notes that all own blocks of an epoch are known; returns how to undo that. */
  remember(epoch: bigint, skippedRound: number): () => void {
    const stored = this.at(epoch);
    const before = stored.skippedRound;
    stored.skippedRound = skippedRound;
    return () => {
      stored.skippedRound = before;
    };
  }

  /** The named blocks first, then by ascending round, within both limits. */
  read(epoch: bigint, query: FetchQuery, limits: ReadLimits): readonly Uint8Array[] {
    const chosen: Uint8Array[] = [];
    let size = 0;
    for (const { bytes } of this.candidates(epoch, query)) {
      size += bytes.length;
      if (chosen.length >= limits.blocksMax || size > limits.bytesMax) break;
      chosen.push(bytes);
    }
    return chosen;
  }

  /** Commits in sequence. */
  readCommits(epoch: bigint, first: number, count: number): readonly Uint8Array[] {
    return this.epochs.get(epoch)?.commits.slice(Math.max(0, first - 1), first - 1 + count) ?? [];
  }

  /** All that runs have left of an epoch. */
  recover(epoch: bigint): FormerConsensus {
    const { blocks, commits } = this.epochs.get(epoch) ?? emptyEpoch();
    return {
      blocks: [...blocks.values()].map(({ bytes }) => {
        const decoded = decodeSignedBlock(bytes);
        assert(decoded.ok, "a stored block decodes");
        return decoded.value;
      }),
      commits: commits.map((bytes) => {
        const decoded = decode(commitCodec, bytes);
        assert(decoded.ok, "a stored commit decodes");
        return decoded.value;
      }),
      skippedRound: recallSkipped((one) => this.epochs.get(one)?.skippedRound, epoch),
    };
  }

  private *candidates(epoch: bigint, { refs, above }: FetchQuery): Generator<StoredBlock> {
    const { blocks, rounds } = this.epochs.get(epoch) ?? emptyEpoch();
    for (const { digest } of refs) {
      const named = blocks.get(digest);
      if (named !== undefined) yield named;
    }
    if (above.length === 0) return;
    for (let round = Math.min(...above) + 1; round < rounds.length; round++) {
      for (const block of rounds[round] ?? []) {
        if (round > (above[block.ref.author] ?? round)) yield block;
      }
    }
  }

  private at(epoch: bigint): EpochBlocks {
    const known = this.epochs.get(epoch);
    if (known !== undefined) return known;
    const fresh = emptyEpoch();
    this.epochs.set(epoch, fresh);
    for (const old of this.epochs.keys()) if (old + EPOCHS_KEPT < epoch) this.epochs.delete(old);
    return fresh;
  }
}

function emptyEpoch(): EpochBlocks {
  return { blocks: new Map(), rounds: [], commits: [], skippedRound: undefined };
}

function byDigest(left: StoredBlock, right: StoredBlock): number {
  return compareText(left.ref.digest, right.ref.digest);
}

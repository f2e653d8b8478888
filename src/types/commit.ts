/**
 * Commits: the output of consensus. A commit lists, in order, the blocks that its leader's history
 * adds to those already committed; commits of an epoch form a chain by their digests.
 *
 * @module
 */
import { type Codec, encode, hex32, struct, u32, u64, vector } from "../bcs/schema.ts";
import { blake2b256Hex } from "../crypto/digest.ts";
import { type Digest, toDigest } from "./address.ts";
import { type BlockRef, blockRef } from "./block.ts";
import { COMMITTEE_MEMBERS_MAX } from "./bounds.ts";
import type { CommitRef } from "./commit-ref.ts";
import { firstVersion } from "./encoding.ts";

/** What authorities have earned by taking part; it follows from the commits. */
export type Reputation = {
  /** By authority, points since the last ranking. */
  readonly points: readonly number[];
  /** By authority, the points that leaders are ranked by; empty before the first ranking. */
  readonly ranking: readonly number[];
  /** The ranking before that, which counts up to `ranked_round`. */
  readonly ranking_before: readonly number[];
  /** The round of the commit that made the ranking. */
  readonly ranked_round: number;
};

const points = vector(u32, COMMITTEE_MEMBERS_MAX);

const reputation: Codec<Reputation> = struct<Reputation>("Reputation", {
  points,
  ranking: points,
  ranking_before: points,
  ranked_round: u32,
});

/** One decision of consensus. */
export type Commit = {
  /** From 1 on in every epoch. */
  readonly index: number;
  /** The digest of the commit before; zeros in the first. */
  readonly previous_digest: Digest;
  readonly timestamp_ms: bigint;
  readonly leader: BlockRef;
  /** The place of the leader among those of its round. */
  readonly leader_offset: number;
  /** In the order of execution. */
  readonly blocks: readonly BlockRef[];
  /** After this commit. */
  readonly reputation: Reputation;
};

const rawDigest = hex32<Digest>("Digest");

/** Layout of `Commit`, in an envelope that leaves room for later versions. */
export const commit: Codec<Commit> = firstVersion(
  struct<Commit>("Commit", {
    index: u32,
    previous_digest: rawDigest,
    timestamp_ms: u64,
    leader: blockRef,
    leader_offset: u32,
    blocks: vector(blockRef),
    reputation,
  }),
);

/** The name of `value`: its index and the hash of its bytes. */
export function nameCommit(value: Commit): CommitRef {
  return { index: value.index, digest: toDigest(blake2b256Hex(encode(commit, value))) };
}

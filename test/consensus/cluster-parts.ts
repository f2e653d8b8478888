/**
 * The parts of a cluster: its options, what travels and happens in it, its nodes and their disks.
 *
 * @module
 */
import { assert } from "../../src/base/assert.ts";
import type { Consensus } from "../../src/consensus/core.ts";
import type { FetchQuery, Output, PayloadSource } from "../../src/consensus/io.ts";
import type { ConsensusLimits } from "../../src/protocol/limits.ts";
import { decodeSignedBlock, signBlock, type SignedBlock } from "../../src/types/block.ts";
import type { Commit } from "../../src/types/commit.ts";
import { hashSignature } from "./fixtures.ts";

/** What a cluster is made of. */
export type ClusterOptions = {
  readonly seed: number;
  readonly authorities: number;
  readonly limits: ConsensusLimits;
  readonly latencyMs: readonly [number, number];
  /** Probability that a message is lost. */
  readonly loss?: number;
  /** Transactions submitted in a second, each to some authority. */
  readonly load?: number;
  /** How far the clock of each authority is ahead. */
  readonly skewMs?: readonly number[];
  /** Authorities that sign a second block in every round and show it to every other peer. */
  readonly equivocators?: readonly number[];
  /** Authorities that never start. */
  readonly absent?: readonly number[];
};

/** What travels between authorities. */
export type Message =
  | { readonly kind: "Block"; readonly bytes: Uint8Array }
  | { readonly kind: "Ask"; readonly request: number; readonly query: FetchQuery }
  | { readonly kind: "Answer"; readonly request: number; readonly blocks: readonly Uint8Array[] };

/** What happens at some time. */
export type Event =
  | {
      readonly kind: "Deliver";
      readonly from: number;
      readonly to: number;
      readonly message: Message;
    }
  | { readonly kind: "Timer"; readonly node: number; readonly atMs: number; readonly life: number }
  | { readonly kind: "Call"; readonly run: () => void };

/** One authority, what it has on disk and what it has delivered. */
export type ClusterNode = {
  readonly authority: number;
  core: Consensus | undefined;
  /** What is on the disk of its memory. */
  skippedRound: number | undefined;
  /** Counts restarts: what belongs to a former life is ignored. */
  life: number;
  timerMs: number | undefined;
  readonly blocks: Map<string, SignedBlock>;
  readonly commits: Commit[];
  /** Digests of commits delivered, in order; what is delivered again must be the same. */
  readonly delivered: string[];
  readonly mempool: Uint8Array[];
  readonly outputs: Map<Output["kind"], number>;
};

/** A node that has never run. */
export function emptyNode(authority: number): ClusterNode {
  return {
    authority,
    core: undefined,
    life: 0,
    timerMs: undefined,
    blocks: new Map(),
    commits: [],
    skippedRound: undefined,
    delivered: [],
    mempool: [],
    outputs: new Map(),
  };
}

/** Blocks of a node carry what was submitted to it. */
export function payloadOf({ mempool }: ClusterNode): PayloadSource {
  return {
    take: (countMax) => mempool.splice(0, countMax),
    busy: () => mempool.length > 0,
    check: () => undefined,
  };
}

/** A second block of the same round: a millisecond later. */
export function twinOf({ block, ref }: SignedBlock): SignedBlock {
  const timestamp_ms = block.timestamp_ms + 1n;
  return signBlock({ ...block, timestamp_ms }, (message) => hashSignature(ref.author, message));
}

/** What a host does for `SendStored`. */
export function readStored(
  node: ClusterNode,
  { query, blocksMax }: Extract<Output, { kind: "SendStored" }>,
): SignedBlock[] {
  const named = query.refs.flatMap(({ digest }) => node.blocks.get(digest) ?? []);
  const above = [...node.blocks.values()]
    .filter(({ ref }) => ref.round > (query.above[ref.author] ?? ref.round))
    .sort((left, right) => left.ref.round - right.ref.round);
  return [...named, ...above].slice(0, blocksMax);
}

/** The block in bytes that came over the network. */
export function decoded(bytes: Uint8Array): SignedBlock {
  const signed = decodeSignedBlock(bytes);
  assert(signed.ok, "blocks arrive as they were sent");
  return signed.value;
}

/** Names the link between two authorities. */
export function linkKey(left: number, right: number): string {
  return `${Math.min(left, right)}-${Math.max(left, right)}`;
}

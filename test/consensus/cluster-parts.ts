/**
 * The parts of a cluster: its options, what travels and happens in it, its nodes and their disks.
 *
 * @module
 */
import { assert } from "../../src/base/assert.ts";
import { encode } from "../../src/bcs/schema.ts";
import type { CommitProof } from "../../src/consensus/certified.ts";
import type { Consensus } from "../../src/consensus/core.ts";
import type { FetchQuery, Output, PayloadSource } from "../../src/consensus/io.ts";
import { findProof } from "../../src/node/commit-proof.ts";
import type { NodeReader } from "../../src/node/io.ts";
import type { ConsensusLimits } from "../../src/protocol/limits.ts";
import { decodeSignedBlock, signBlock, type SignedBlock } from "../../src/types/block.ts";
import { type Commit, commit as commitCodec } from "../../src/types/commit.ts";
import type { Committee } from "../../src/types/committee.ts";
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
  | { readonly kind: "Answer"; readonly request: number; readonly blocks: readonly Uint8Array[] }
  | { readonly kind: "AskCommits"; readonly request: number; readonly range: CommitRange }
  | { readonly kind: "ShowCommits"; readonly request: number; readonly proof: CommitProof };

/** Commits that are asked for. */
export type CommitRange = { readonly first: number; readonly count: number };

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
function readStored(
  node: ClusterNode,
  { query, blocksMax }: Pick<Extract<Output, { kind: "SendStored" }>, "query" | "blocksMax">,
): SignedBlock[] {
  const named = query.refs.flatMap(({ digest }) => node.blocks.get(digest) ?? []);
  const above = [...node.blocks.values()]
    .filter(({ ref }) => ref.round > (query.above[ref.author] ?? ref.round))
    .sort((left, right) => left.ref.round - right.ref.round);
  return [...named, ...above].slice(0, blocksMax);
}

/** Questions and answers between authorities. */
export function messageFor(
  node: ClusterNode,
  output: Output,
): { readonly to: number; readonly message: Message } | undefined {
  switch (output.kind) {
    case "Fetch": {
      const { from: to, request, query } = output;
      return { to, message: { kind: "Ask", request, query } };
    }
    case "FetchCommits": {
      const { from: to, request, first, count } = output;
      return { to, message: { kind: "AskCommits", request, range: { first, count } } };
    }
    case "SendBlocks":
    case "SendStored": {
      const { to, request } = output;
      const sent = output.kind === "SendBlocks" ? output.blocks : readStored(node, output);
      return { to, message: { kind: "Answer", request, blocks: sent.map(({ bytes }) => bytes) } };
    }
    default:
      return undefined;
  }
}

/** What a node shows of its commits, from its disk. */
export function showCommits(
  node: ClusterNode,
  committee: Committee,
  range: CommitRange,
): CommitProof {
  const reader: Pick<NodeReader, "blocks" | "commits"> = {
    blocks: (_, query, { blocksMax }) =>
      readStored(node, { query, blocksMax }).map(({ bytes }) => bytes),
    commits: (_, first, count) =>
      node.commits.slice(first - 1, first - 1 + count).map((commit) => encode(commitCodec, commit)),
  };
  const { commits, votes } = findProof(reader, committee, range);
  return { commits, votes: votes.map(decoded) };
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

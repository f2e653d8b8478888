/**
 * Commit sync: whoever is many commits behind fetches certified commits, in ranges from several
 * peers at once, and then the blocks they list, again from several. What is certified needs no
 * signature checked, and comes in an order in which each block enters the DAG at once; the rule
 * then decides the same commits as everybody did, which is checked.
 *
 * Bounded: so many ranges ahead, so many questions for blocks, nothing kept that is delivered. When
 * nobody answers it pauses, and history is fetched round by round.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import type { ConsensusLimits } from "../protocol/limits.ts";
import { type Digest, ZERO_DIGEST } from "../types/address.ts";
import type { BlockRef, SignedBlock } from "../types/block.ts";
import type { CommitRef } from "../types/commit-ref.ts";
import type { Commit } from "../types/commit.ts";
import type { Committee } from "../types/committee.ts";
import { refKey } from "./block-manager.ts";
import { certify, type CommitProof } from "./certified.ts";
import type { Dag } from "./dag.ts";
import type { Output } from "./io.ts";
import type { Requests } from "./requests.ts";

/** Ranges of commits, and parts of their blocks, that are asked for at once. */
const RANGES_MAX = 4;
const PARTS_MAX = 4;

/** The pause when nobody can be asked, and when nobody has had an answer for long. */
const RETRY_MS = 100;
const PAUSE_MS = 5_000;

/** Answers in a row, for each authority, that bring nothing. */
const MISSES_PER_AUTHORITY = 3;

/** Commits from `first` on, and their names once they are here. */
type Range = {
  readonly first: number;
  readonly count: number;
  request: number | undefined;
  commits: readonly Commit[];
  names: readonly CommitRef[];
};

/** Blocks that are asked for together; delivered when all are here, in this order. */
type Part = {
  readonly refs: readonly BlockRef[];
  readonly found: Map<Digest, SignedBlock>;
  request: number | undefined;
};

/** What commit sync is bounded by. */
type Limits = Pick<ConsensusLimits, "commitRangeMax" | "commitFetchBlocksMax">;

/** The certified commits that are on their way. */
export class CommitSync {
  private readonly committee: Committee;
  private readonly dag: Dag;
  private readonly requests: Requests;
  private readonly limits: Limits;
  /** Ascending and without gaps, after `planned`. */
  private ranges: Range[] = [];
  private parts: Part[] = [];
  private readonly wanted = new Set<string>();
  /** The last commit whose blocks are in `parts` or were delivered. */
  private planned: CommitRef = { index: 0, digest: ZERO_DIGEST };
  /** Certified commits that have not been made here yet. */
  private readonly certified = new Map<number, Digest>();
  private peer = 0;
  private misses = 0;
  private pausedUntilMs = 0;
  private retryMs: number | undefined;

  constructor(committee: Committee, dag: Dag, requests: Requests, limits: Limits) {
    this.committee = committee;
    this.dag = dag;
    this.requests = requests;
    this.limits = limits;
  }

  /** Whether commits are being fetched. */
  get isActive(): boolean {
    return this.ranges.length > 0 || this.parts.length > 0;
  }

  /** When something can be asked for that could not be before. */
  get nextMs(): number | undefined {
    return this.retryMs;
  }

  /** Whether `ref` is in a certified commit and on its way. */
  isCertified(ref: BlockRef): boolean {
    return this.wanted.has(refKey(ref));
  }

  /** A commit was made here: it must be the certified one. */
  confirm({ index, digest }: CommitRef): void {
    const certified = this.certified.get(index);
    assert(certified === undefined || certified === digest, "our commit is the certified one");
    this.certified.delete(index);
  }

  /** What to ask now, if an honest authority is known to be far beyond `tip`. */
  poll(nowMs: number, tip: CommitRef, reachedIndex: number): Output[] {
    this.retryMs = undefined;
    if (nowMs < this.pausedUntilMs) return [];
    // The last commits of a range are made only when later blocks are here.
    if (!this.isActive && tip.index > this.planned.index) this.planned = tip;
    this.openParts(tip.index);
    this.openRanges(reachedIndex);
    if (this.misses > MISSES_PER_AUTHORITY * this.committee.members.length) this.giveUp(nowMs);
    return [...this.askRanges(nowMs), ...this.askParts(nowMs)];
  }

  /** Takes commits; returns what is wrong with them. */
  takeCommits(request: number, proof: CommitProof): string | undefined {
    const place = this.ranges.findIndex((one) => one.request === request);
    const range = this.ranges[place];
    if (range === undefined) return undefined;
    range.request = undefined;
    const commits = proof.commits.slice(0, range.count);
    const names = certify({ ...proof, commits }, range.first, this.committee);
    if (typeof names === "string" || names.length === 0) {
      this.misses++;
      return typeof names === "string" ? names : undefined;
    }
    this.misses = 0;
    this.ranges.splice(place, 1, ...split({ ...range, commits, names }));
    return undefined;
  }

  /** Takes the answer to a question of ours for blocks; false if the question is not ours. */
  takeBlocks(request: number, blocks: readonly SignedBlock[]): boolean {
    const part = this.parts.find((one) => one.request === request);
    if (part === undefined) return false;
    part.request = undefined;
    const before = part.found.size;
    for (const block of blocks) {
      if (this.isCertified(block.ref)) part.found.set(block.ref.digest, block);
    }
    this.misses = part.found.size > before ? 0 : this.misses + 1;
    return true;
  }

  /** No answer will come. */
  failed(request: number): void {
    const asked = [...this.ranges, ...this.parts].find((one) => one.request === request);
    if (asked === undefined) return;
    asked.request = undefined;
    this.misses++;
  }

  /** Removes and returns the blocks that are complete up to here, in the order of commits. */
  takeReady(): SignedBlock[] {
    const ready: SignedBlock[] = [];
    for (let part = this.parts[0]; part !== undefined && isWhole(part); part = this.parts[0]) {
      for (const ref of part.refs) {
        ready.push(part.found.get(ref.digest)!);
        this.wanted.delete(refKey(ref));
      }
      this.parts.shift();
    }
    return ready;
  }

  private openRanges(reachedIndex: number): void {
    const { commitRangeMax: count } = this.limits;
    const last = this.ranges.at(-1);
    let first = last === undefined ? this.planned.index + 1 : last.first + last.count;
    while (this.ranges.length < RANGES_MAX && first + count - 1 <= reachedIndex) {
      this.ranges.push({ first, count, request: undefined, commits: [], names: [] });
      first += count;
    }
  }

  /** Turns the first ranges that are here into questions for blocks. */
  private openParts(tipIndex: number): void {
    for (let range = this.ranges[0]; range !== undefined; range = this.ranges[0]) {
      if (range.commits.length === 0 || this.parts.length >= PARTS_MAX) return;
      const { previous_digest } = range.commits[0]!;
      assert(previous_digest === this.planned.digest, "certified commits follow our own");
      this.planned = range.names.at(-1)!;
      for (const { index, digest } of range.names) {
        if (index > tipIndex) this.certified.set(index, digest);
      }
      const refs = range.commits.flatMap(({ blocks }) => blocks).filter((ref) => this.lacks(ref));
      for (const ref of refs) this.wanted.add(refKey(ref));
      this.parts.push(...partsOf(refs, this.limits.commitFetchBlocksMax));
      this.ranges.shift();
    }
  }

  private giveUp(nowMs: number): void {
    this.ranges = [];
    this.parts = [];
    this.wanted.clear();
    this.certified.clear();
    // What was planned and not delivered has to be planned again.
    this.planned = { index: 0, digest: ZERO_DIGEST };
    this.misses = 0;
    this.pausedUntilMs = nowMs + PAUSE_MS;
  }

  private lacks({ round, digest }: BlockRef): boolean {
    return round > this.dag.gcRound && !this.dag.has(digest);
  }

  private askRanges(nowMs: number): Output[] {
    const open = this.ranges.filter((one) => one.commits.length === 0);
    return this.ask(nowMs, open, ({ first, count }, from, request) => {
      return { kind: "FetchCommits", from, request, first, count };
    });
  }

  private askParts(nowMs: number): Output[] {
    const open = this.parts.slice(0, PARTS_MAX).filter((one) => !isWhole(one));
    return this.ask(nowMs, open, ({ refs, found }, from, request) => {
      const query = { refs: refs.filter(({ digest }) => !found.has(digest)), above: [] };
      return { kind: "Fetch", from, request, query };
    });
  }

  private ask<T extends Range | Part>(
    nowMs: number,
    open: readonly T[],
    question: (one: T, from: number, request: number) => Output,
  ): Output[] {
    const outputs: Output[] = [];
    for (const one of open) {
      if (one.request !== undefined) continue;
      const from = this.requests.pick(this.peer);
      if (from === undefined) {
        this.retryMs = nowMs + RETRY_MS;
        break;
      }
      this.peer = from + 1;
      one.request = this.requests.ask(from, [], nowMs).id;
      outputs.push(question(one, from, one.request));
    }
    return outputs;
  }
}

function isWhole({ refs, found }: Part): boolean {
  return found.size === refs.length;
}

/** A range that has come, and what is left of it if only a part has. */
function split(range: Range): Range[] {
  const came = range.commits.length;
  if (came === range.count) return [range];
  const rest = { first: range.first + came, count: range.count - came };
  return [
    { ...range, count: came },
    { ...rest, request: undefined, commits: [], names: [] },
  ];
}

function partsOf(refs: readonly BlockRef[], size: number): Part[] {
  const parts: Part[] = [];
  for (let start = 0; start < refs.length; start += size) {
    const some = refs.slice(start, start + size);
    parts.push({ refs: some, found: new Map(), request: undefined });
  }
  return parts;
}

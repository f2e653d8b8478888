/**
 * Causal completeness: blocks wait here until all their ancestors above the garbage-collection
 * round are in the DAG, then enter it in causal order. What is missing is listed for fetching.
 *
 * A block waits for a dependency until it is accepted or collected. That also holds for names that
 * no block answers to, and for ancestors with a later timestamp than their child: somebody who had
 * collected the ancestor may have accepted the child, so nobody may refuse it for ever.
 *
 * Bounded: each author has room for so many waiting blocks; more are dropped. When such a block is
 * needed, `overflowed` says so, and history is fetched from the bottom up, which needs no room.
 *
 * @module
 */
import type { Digest } from "../types/address.ts";
import type { BlockRef, SignedBlock } from "../types/block.ts";
import type { Dag, DagBlock } from "./dag.ts";
import { type BlockFault, checkTimestamp } from "./verify.ts";

/** A named block that is neither accepted nor waiting. */
export type MissingBlock = {
  readonly ref: BlockRef;
  /** Who sent a block that names it. */
  readonly source: number;
  /** The rest belongs to the fetcher: questions so far, open ones, and when to ask next. */
  tries: number;
  dueMs: number;
  asked: number;
};

/** A waiting block turned out to be older than an ancestor, by the timestamps. */
export type LateParent = { readonly source: number; readonly fault: BlockFault };

type Waiting = { readonly signed: SignedBlock; readonly source: number; unmet: number };

type Dependency = { readonly ref: BlockRef; readonly dependants: Waiting[] };

/**
 * How long a block that its author ought to push is waited for. A block often overtakes those that
 * it names, because they come from other peers or are still being verified; asking at once would
 * send everything twice when a network is busy, and an adversary could make it so.
 */
export const PATIENCE_MS: number = 100;

/** Blocks that wait for ancestors. */
export class BlockManager {
  /** Blocks to fetch, by `refKey`. */
  readonly missing: Map<string, MissingBlock> = new Map();
  /** Set when a block that others build on found no room; whoever fetches history resets it. */
  overflowed = false;
  private readonly dag: Dag;
  private readonly perAuthorMax: number;
  private readonly mayPush: (authority: number) => boolean;
  /** Missing blocks that their authors may be about to push, by slot. */
  private readonly expected = new Map<string, readonly MissingBlock[]>();
  private readonly waiting = new Map<Digest, Waiting>();
  private readonly dependencies = new Map<string, Dependency>();
  private readonly counts: number[];
  private lateParents: LateParent[] = [];

  constructor(
    dag: Dag,
    authorities: number,
    perAuthorMax: number,
    mayPush: (authority: number) => boolean = () => false,
  ) {
    this.dag = dag;
    this.mayPush = mayPush;
    this.perAuthorMax = perAuthorMax;
    this.counts = Array.from({ length: authorities }, () => 0);
  }

  /** How many blocks wait. */
  get waitingCount(): number {
    return this.waiting.size;
  }

  /** Whether the block waits here. */
  holds(digest: Digest): boolean {
    return this.waiting.has(digest);
  }

  /** Whether a waiting block names `ref`. */
  wants(ref: BlockRef): boolean {
    return this.dependencies.has(refKey(ref));
  }

  /** Takes a valid block; returns what enters the DAG because of it, in causal order. */
  offer(signed: SignedBlock, source: number, nowMs: number): DagBlock[] {
    if (this.dag.has(signed.ref.digest) || this.waiting.has(signed.ref.digest)) return [];
    if (signed.ref.round <= this.dag.gcRound) return [];
    const block: Waiting = { signed, source, unmet: 0 };
    const unmet = this.unmetBy(block);
    if (unmet.length === 0) return this.release([block]);
    if (this.counts[signed.ref.author]! >= this.perAuthorMax) {
      // What nobody else builds on is no loss, or an author could call for help with junk.
      if (this.isWantedByOthers(signed.ref)) this.overflowed = true;
      return [];
    }
    this.suspend(block, unmet, nowMs);
    return [];
  }

  /** Follows the DAG's garbage collection; returns what enters the DAG because of it. */
  collect(): DagBlock[] {
    const { gcRound } = this.dag;
    for (const { signed } of this.waiting.values()) {
      if (signed.ref.round <= gcRound) this.forget(signed);
    }
    for (const [key, [first]] of this.expected) {
      if (first === undefined || first.ref.round <= gcRound) this.expected.delete(key);
    }
    const ready: Waiting[] = [];
    for (const [key, { ref, dependants }] of this.dependencies) {
      if (ref.round > gcRound) continue;
      this.dependencies.delete(key);
      this.missing.delete(key);
      for (const block of dependants) if (this.meet(block)) ready.push(block);
    }
    return this.release(ready);
  }

  /** Hands over what was found about timestamps since the last call. */
  takeLateParents(): readonly LateParent[] {
    const found = this.lateParents;
    this.lateParents = [];
    return found;
  }

  /** Whether a waiting block of another author builds on it, if only by way of its author's own. */
  private isWantedByOthers(ref: BlockRef): boolean {
    const dependants = this.dependencies.get(refKey(ref))?.dependants ?? [];
    return dependants.some(
      ({ signed }) => signed.ref.author !== ref.author || this.isWantedByOthers(signed.ref),
    );
  }

  private suspend(block: Waiting, unmet: readonly BlockRef[], nowMs: number): void {
    const { signed, source } = block;
    this.waiting.set(signed.ref.digest, block);
    this.counts[signed.ref.author]!++;
    this.missing.delete(refKey(signed.ref));
    for (const ref of unmet) {
      this.depend(block, ref);
      if (this.waiting.has(ref.digest) || this.dag.has(ref.digest)) continue;
      const key = refKey(ref);
      if (this.missing.has(key)) continue;
      const missing = { ref, source, tries: 0, asked: 0, dueMs: nowMs };
      this.missing.set(key, missing);
      if (this.mayCome(ref, block)) this.expect(missing);
    }
  }

  /** Whether the author of a missing block may be about to push it. */
  private mayCome({ round, author }: BlockRef, { signed, source }: Waiting): boolean {
    const isPushed = signed.ref.author === source && author !== source;
    // A second block for a slot is not taken from its author.
    const isSecond = this.dag.slot(round, author).length > 0;
    return isPushed && !isSecond && this.mayPush(author);
  }

  private expect(missing: MissingBlock): void {
    missing.dueMs += PATIENCE_MS;
    const key = slotKey(missing.ref);
    const others = this.expected.get(key) ?? [];
    this.expected.set(key, [...others, missing]);
  }

  /** A block of the slot is here, so its author pushes no other: what is missing is due. */
  private stopExpecting(ref: BlockRef): void {
    if (this.expected.size === 0) return;
    const key = slotKey(ref);
    for (const missing of this.expected.get(key) ?? []) missing.dueMs = 0;
    this.expected.delete(key);
  }

  private depend(block: Waiting, ref: BlockRef): void {
    block.unmet++;
    const key = refKey(ref);
    const dependency = this.dependencies.get(key);
    if (dependency === undefined) this.dependencies.set(key, { ref, dependants: [block] });
    else dependency.dependants.push(block);
  }

  /** The ancestors that keep a block from the DAG: absent, or later than their child. */
  private unmetBy({ signed, source }: Waiting): BlockRef[] {
    return signed.block.ancestors.filter((ref) => {
      if (ref.round === 0 || ref.round <= this.dag.gcRound) return false;
      const parent = this.dag.find(ref);
      if (parent === undefined) return true;
      const fault = checkTimestamp(signed, parent);
      if (fault !== undefined) this.blame(signed, source, fault);
      return fault !== undefined;
    });
  }

  /** Accepts `ready` blocks and, in turn, those that waited for nothing else. */
  private release(ready: readonly Waiting[]): DagBlock[] {
    const queue = [...ready];
    const accepted: DagBlock[] = [];
    for (const { signed } of queue) {
      if (signed.ref.round <= this.dag.gcRound) continue;
      const block = this.dag.insert(signed, this.parentsOf(signed));
      accepted.push(block);
      this.stopExpecting(signed.ref);
      this.forget(signed);
      queue.push(...this.resolve(block));
    }
    return accepted;
  }

  /** The waiting blocks for which `parent` was the last thing missing. */
  private resolve(parent: DagBlock): Waiting[] {
    const key = refKey(parent.signed.ref);
    const dependants = this.dependencies.get(key)?.dependants ?? [];
    this.dependencies.delete(key);
    const ready: Waiting[] = [];
    for (const block of dependants) {
      const fault = checkTimestamp(block.signed, parent);
      if (fault !== undefined) {
        this.blame(block.signed, block.source, fault);
        block.unmet--;
        this.depend(block, parent.signed.ref);
      } else if (this.meet(block)) ready.push(block);
    }
    return ready;
  }

  // Whoever has collected the ancestor may have accepted the block, and hand it on.
  private blame({ ref }: SignedBlock, source: number, fault: BlockFault): void {
    if (source === ref.author) this.lateParents.push({ source, fault });
  }

  /** Whether `block`, one dependency of which is settled, waits for nothing more. */
  private meet(block: Waiting): boolean {
    block.unmet--;
    return block.unmet === 0 && this.waiting.has(block.signed.ref.digest);
  }

  private forget(signed: SignedBlock): void {
    this.missing.delete(refKey(signed.ref));
    if (!this.waiting.delete(signed.ref.digest)) return;
    this.counts[signed.ref.author]!--;
  }

  private parentsOf(signed: SignedBlock): (DagBlock | undefined)[] {
    const parents: (DagBlock | undefined)[] = Array.from({ length: this.counts.length });
    for (const ref of signed.block.ancestors) {
      if (ref.round === 0 || ref.round > this.dag.gcRound) {
        parents[ref.author] = this.dag.find(ref);
      }
    }
    return parents;
  }
}

function slotKey({ round, author }: BlockRef): string {
  return `${round}/${author}`;
}

/** A text that tells references apart, also two that give one digest different places. */
export function refKey({ round, author, digest }: BlockRef): string {
  return `${digest}/${round}/${author}`;
}

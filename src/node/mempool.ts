/**
 * Transactions this validator has accepted and not yet seen ordered. First in, first out; bounded
 * by count, bytes and per sender. What was put in a block, by anybody, and not committed in time is
 * offered again: ordering the same digest twice is harmless, since the second is skipped.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import {
  ADMISSION_LIMITS,
  MEMPOOL_BYTES_MAX,
  MEMPOOL_COUNT_MAX,
  MEMPOOL_PER_SENDER_MAX,
} from "../protocol/limits.ts";
import type { Address, Digest } from "../types/address.ts";

/** One accepted transaction. */
export type MempoolEntry = {
  readonly digest: Digest;
  readonly sender: Address;
  /** The encoded payload, as it goes into a block. */
  readonly payload: Uint8Array;
  /** Another validator is its home: propose it only if nobody else does in time. */
  readonly isFallback: boolean;
};

/** `ready` to be proposed; `deferred` to its home; `proposed` in a block. */
type Stage = "ready" | "deferred" | "proposed";

type Slot = { readonly entry: MempoolEntry; stage: Stage; sinceMs: number };

const SECOND_MS = 1_000;

/** The bounded queue of transactions to propose. */
export class Mempool {
  private readonly slots = new Map<Digest, Slot>();
  /** The slots of each stage, in the order in which they entered it. */
  private readonly stages: Readonly<Record<Stage, Map<Digest, Slot>>> = {
    ready: new Map(),
    deferred: new Map(),
    proposed: new Map(),
  };
  private readonly perSender = new Map<Address, number>();
  private bytes = 0;
  private readonly retryMs: number;
  /** The running second, and how many fallbacks it has seen. */
  private secondMs = 0;
  private fallbacks = 0;

  constructor(retryMs: number) {
    this.retryMs = retryMs;
  }

  /** How many transactions wait or are in a block not yet committed. */
  get size(): number {
    return this.slots.size;
  }

  has(digest: Digest): boolean {
    return this.slots.has(digest);
  }

  /** Adds an entry, or says which limit it meets. */
  add(entry: MempoolEntry, nowMs: number): string | undefined {
    if (this.slots.has(entry.digest)) return undefined;
    if (this.slots.size >= MEMPOOL_COUNT_MAX) return "the mempool is full";
    if (this.bytes + entry.payload.length > MEMPOOL_BYTES_MAX) return "the mempool is full";
    const queued = this.perSender.get(entry.sender) ?? 0;
    if (queued >= MEMPOOL_PER_SENDER_MAX) return "too many transactions of this sender wait";
    const slot: Slot = { entry, stage: entry.isFallback ? "deferred" : "ready", sinceMs: nowMs };
    this.slots.set(entry.digest, slot);
    this.stages[slot.stage].set(entry.digest, slot);
    this.perSender.set(entry.sender, queued + 1);
    this.bytes += entry.payload.length;
    return undefined;
  }

  /** Forgets a transaction that was ordered, or never can be. */
  remove(digest: Digest): void {
    const slot = this.slots.get(digest);
    if (slot === undefined) return;
    this.slots.delete(digest);
    this.stages[slot.stage].delete(digest);
    this.bytes -= slot.entry.payload.length;
    const queued = this.perSender.get(slot.entry.sender) ?? 0;
    assert(queued > 0, "a queued transaction is counted for its sender");
    if (queued === 1) this.perSender.delete(slot.entry.sender);
    else this.perSender.set(slot.entry.sender, queued - 1);
  }

  /** Whether something waits to be proposed now. */
  ready(nowMs: number): boolean {
    this.promote(nowMs);
    return this.stages.ready.size > 0;
  }

  /** Up to `countMax` payloads of together at most `bytesMax` bytes, oldest first. */
  take(countMax: number, bytesMax: number, nowMs: number): readonly Uint8Array[] {
    this.promote(nowMs);
    const taken: Uint8Array[] = [];
    let bytes = 0;
    for (const slot of this.stages.ready.values()) {
      const { payload } = slot.entry;
      if (taken.length >= countMax || bytes + payload.length > bytesMax) break;
      bytes += payload.length;
      taken.push(payload);
      this.move(slot, "proposed", nowMs);
    }
    return taken;
  }

  /** Forgets everything: this node proposes nothing any more. */
  clear(): void {
    for (const digest of this.slots.keys()) this.remove(digest);
  }

  /** Somebody has put the transaction into a block. */
  noteProposed(digest: Digest, nowMs: number): void {
    const slot = this.slots.get(digest);
    if (slot !== undefined) this.move(slot, "proposed", nowMs);
  }

  /** The block with the transaction can never be committed: it is offered again. */
  offerAgain(digest: Digest, nowMs: number): void {
    const slot = this.slots.get(digest);
    if (slot !== undefined) this.move(slot, "ready", nowMs);
  }

  /** Offers everything again, as at the start of an epoch. */
  reoffer(nowMs: number): void {
    for (const slot of this.slots.values()) this.move(slot, "ready", nowMs);
  }

  /** Makes ready whatever has waited long enough. Cost: what becomes ready, and no more. */
  private promote(nowMs: number): void {
    const { deferred, proposed } = this.stages;
    for (const slot of proposed.values()) {
      if (slot.sinceMs + this.retryMs > nowMs) break;
      this.move(slot, "ready", nowMs);
    }
    for (const slot of deferred.values()) {
      if (slot.sinceMs + ADMISSION_LIMITS.homeFallbackMs > nowMs) break;
      if (!this.takeFallback(nowMs)) break;
      this.move(slot, "ready", nowMs);
    }
  }

  private takeFallback(nowMs: number): boolean {
    if (nowMs >= this.secondMs + SECOND_MS) {
      this.secondMs = nowMs;
      this.fallbacks = 0;
    }
    if (this.fallbacks >= ADMISSION_LIMITS.homeFallbackPerSecondMax) return false;
    this.fallbacks++;
    return true;
  }

  private move(slot: Slot, stage: Stage, nowMs: number): void {
    const { digest } = slot.entry;
    this.stages[slot.stage].delete(digest);
    slot.stage = stage;
    slot.sinceMs = nowMs;
    this.stages[stage].set(digest, slot);
  }
}

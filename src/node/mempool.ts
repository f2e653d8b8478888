/**
 * Transactions this validator has accepted and not yet seen ordered. First in, first out; bounded
 * by count, bytes and per sender. What was put in a block and not committed in time is offered
 * again: ordering the same digest twice is harmless, since the second is skipped.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import {
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
  /** Not proposed before this time: another validator is its home. */
  readonly notBeforeMs: number;
};

type Slot = { readonly entry: MempoolEntry; proposedMs: number | undefined };

/** The bounded queue of transactions to propose. */
export class Mempool {
  private readonly slots = new Map<Digest, Slot>();
  private readonly perSender = new Map<Address, number>();
  private bytes = 0;
  private readonly retryMs: number;

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
  add(entry: MempoolEntry): string | undefined {
    if (this.slots.has(entry.digest)) return undefined;
    if (this.slots.size >= MEMPOOL_COUNT_MAX) return "the mempool is full";
    if (this.bytes + entry.payload.length > MEMPOOL_BYTES_MAX) return "the mempool is full";
    const queued = this.perSender.get(entry.sender) ?? 0;
    if (queued >= MEMPOOL_PER_SENDER_MAX) return "too many transactions of this sender wait";
    this.slots.set(entry.digest, { entry, proposedMs: undefined });
    this.perSender.set(entry.sender, queued + 1);
    this.bytes += entry.payload.length;
    return undefined;
  }

  /** Forgets a transaction that was ordered. */
  remove(digest: Digest): void {
    const slot = this.slots.get(digest);
    if (slot === undefined) return;
    this.slots.delete(digest);
    this.bytes -= slot.entry.payload.length;
    const queued = this.perSender.get(slot.entry.sender) ?? 0;
    assert(queued > 0, "a queued transaction is counted for its sender");
    if (queued === 1) this.perSender.delete(slot.entry.sender);
    else this.perSender.set(slot.entry.sender, queued - 1);
  }

  /** Whether something waits to be proposed now. */
  ready(nowMs: number): boolean {
    for (const slot of this.slots.values()) if (this.due(slot, nowMs)) return true;
    return false;
  }

  /** Up to `countMax` payloads of together at most `bytesMax` bytes, oldest first. */
  take(countMax: number, bytesMax: number, nowMs: number): readonly Uint8Array[] {
    const taken: Uint8Array[] = [];
    let bytes = 0;
    for (const slot of this.slots.values()) {
      if (taken.length >= countMax) break;
      if (!this.due(slot, nowMs)) continue;
      const { payload } = slot.entry;
      if (bytes + payload.length > bytesMax) break;
      bytes += payload.length;
      taken.push(payload);
      slot.proposedMs = nowMs;
    }
    return taken;
  }

  /** Forgets everything: this node proposes nothing any more. */
  clear(): void {
    for (const digest of this.slots.keys()) this.remove(digest);
  }

  /** Offers everything again, as at the start of an epoch. */
  reoffer(): void {
    for (const slot of this.slots.values()) slot.proposedMs = undefined;
  }

  private due(slot: Slot, nowMs: number): boolean {
    if (slot.proposedMs === undefined) return slot.entry.notBeforeMs <= nowMs;
    return slot.proposedMs + this.retryMs <= nowMs;
  }
}

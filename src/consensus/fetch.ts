/**
 * Fetching of named blocks that are missing: first from whoever sent a block that names them, then
 * from one peer after another; a second peer is asked as well when the first takes long. A block
 * that nobody has is asked for ever more rarely until it is collected.
 *
 * @module
 */
import type { ConsensusLimits } from "../protocol/limits.ts";
import { type BlockManager, type MissingBlock, refKey } from "./block-manager.ts";
import type { Output } from "./io.ts";
import type { Request, Requests } from "./requests.ts";

/** After this time without an answer another peer is asked too. */
const SECOND_PEER_MS = 500;

/** The pause after a failed attempt, doubled with each up to the most. */
const RETRY_MS = 50;
const RETRY_MAX_MS = 2_000;
const RETRY_DOUBLINGS_MAX = 6;

/** Asks peers for the blocks that the block manager misses. */
export class Fetcher {
  private readonly manager: BlockManager;
  private readonly requests: Requests;
  private readonly limits: ConsensusLimits;

  constructor(manager: BlockManager, requests: Requests, limits: ConsensusLimits) {
    this.manager = manager;
    this.requests = requests;
    this.limits = limits;
  }

  /** When the next missing block is to be asked for. */
  get nextMs(): number | undefined {
    let next: number | undefined;
    for (const { dueMs } of this.manager.missing.values()) next = Math.min(dueMs, next ?? dueMs);
    return next;
  }

  /** Whether a block had to be asked for and has not come; the others only come late. */
  get isAsking(): boolean {
    for (const { tries } of this.manager.missing.values()) if (tries > 0) return true;
    return false;
  }

  /** The questions that are due; `held` tells blocks that are here but wait for their time. */
  poll(nowMs: number, held: (block: MissingBlock) => boolean): Output[] {
    const byPeer = new Map<number, MissingBlock[]>();
    for (const block of this.manager.missing.values()) {
      if (block.dueMs > nowMs) continue;
      const peer = held(block) ? undefined : this.peerFor(block);
      if (peer === undefined) block.dueMs = nowMs + RETRY_MAX_MS;
      else this.assign(byPeer, peer, block, nowMs);
    }
    return [...byPeer].map(([peer, blocks]) => this.ask(peer, blocks, nowMs));
  }

  /** Takes note that a question is closed: what did not come is asked for again. */
  settle(request: Request, nowMs: number): void {
    for (const block of request.blocks ?? []) {
      block.asked--;
      if (this.manager.missing.get(refKey(block.ref)) !== block || block.asked > 0) continue;
      const pause = RETRY_MS << Math.min(block.tries, RETRY_DOUBLINGS_MAX);
      block.dueMs = nowMs + Math.min(pause, RETRY_MAX_MS);
    }
  }

  /** Makes everything that is not being asked for due: a new peer may have it. */
  wake(nowMs: number): void {
    for (const block of this.manager.missing.values()) {
      if (block.asked === 0) block.dueMs = Math.min(block.dueMs, nowMs);
    }
  }

  private peerFor(block: MissingBlock): number | undefined {
    if (block.asked >= this.limits.fetchersPerBlockMax) return undefined;
    return this.requests.pick(block.source + block.tries);
  }

  private assign(
    byPeer: Map<number, MissingBlock[]>,
    peer: number,
    block: MissingBlock,
    nowMs: number,
  ): void {
    const blocks = byPeer.get(peer) ?? [];
    byPeer.set(peer, blocks);
    // One question a peer and step; the rest is due again at the next step.
    if (blocks.length >= this.limits.fetchBlocksMax) return;
    block.tries++;
    block.asked++;
    block.dueMs = nowMs + SECOND_PEER_MS;
    blocks.push(block);
  }

  private ask(peer: number, blocks: readonly MissingBlock[], nowMs: number): Output {
    const request = this.requests.ask(peer, blocks, nowMs);
    const query = { refs: blocks.map(({ ref }) => ref), above: [] };
    return { kind: "Fetch", from: peer, request: request.id, query };
  }
}

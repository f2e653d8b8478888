/**
 * How much a peer may make this node send by asking. A question of a few bytes can have an answer
 * of megabytes, so each peer has a budget that refills with time; who has used it up gets empty
 * answers, and turns to somebody else if it is honest.
 *
 * @module
 */
import { NODE_LIMITS } from "../protocol/limits.ts";
import type { PeerId } from "./io.ts";

/** What a question costs beside its answer, in bytes: it has to be looked up. */
const QUESTION_BYTES = 4_096;

/** Peers that are remembered; those that asked longest ago are forgotten first. */
const PEERS_MAX = 4_096;

const SECOND_MS = 1_000;

type Account = { leftBytes: number; atMs: number };

/** What each peer may still ask for. */
export class Budgets {
  /** In the order of the last question. */
  private readonly accounts = new Map<PeerId, Account>();

  /** How many peers have asked. */
  get size(): number {
    return this.accounts.size;
  }

  /** Counts a question of `peer`; whether it may be answered. */
  ask(peer: PeerId, nowMs: number): boolean {
    const account = this.at(peer, nowMs);
    if (account.leftBytes <= 0) return false;
    account.leftBytes -= QUESTION_BYTES;
    return true;
  }

  /** Counts what was sent to `peer` in answer; the last answer may be larger than what is left. */
  spend(peer: PeerId, bytes: number, nowMs: number): void {
    this.at(peer, nowMs).leftBytes -= bytes;
  }

  private at(peer: PeerId, nowMs: number): Account {
    const { answerBytesMax, answerBytesPerSecond } = NODE_LIMITS;
    const { leftBytes, atMs } = this.accounts.get(peer) ?? {
      leftBytes: answerBytesMax,
      atMs: nowMs,
    };
    const earned = (Math.max(0, nowMs - atMs) * answerBytesPerSecond) / SECOND_MS;
    const account = { leftBytes: Math.min(answerBytesMax, leftBytes + earned), atMs: nowMs };
    this.accounts.delete(peer);
    this.accounts.set(peer, account);
    for (const oldest of this.accounts.keys()) {
      if (this.accounts.size <= PEERS_MAX) break;
      this.accounts.delete(oldest);
    }
    return account;
  }
}

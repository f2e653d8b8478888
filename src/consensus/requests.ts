/**
 * Questions to peers that wait for an answer: few at a time for each peer, each with a deadline.
 * Whom to ask is decided by counting, never by chance, so that a run can be repeated.
 *
 * @module
 */
import type { MissingBlock } from "./block-manager.ts";

/** How long a peer has to answer. */
export const REQUEST_TIMEOUT_MS: number = 2_000;

/** What a question is about: named blocks, or whatever comes next (`undefined`). */
export type Request = {
  readonly id: number;
  readonly peer: number;
  readonly blocks: readonly MissingBlock[] | undefined;
  readonly deadlineMs: number;
};

/** The open questions and the peers that are connected. */
export class Requests {
  private readonly open = new Map<number, Request>();
  private readonly connected: boolean[];
  private readonly inFlight: number[];
  private readonly perPeerMax: number;
  private nextId = 1;

  constructor(authorities: number, perPeerMax: number) {
    this.connected = Array.from({ length: authorities }, () => false);
    this.inFlight = Array.from({ length: authorities }, () => 0);
    this.perPeerMax = perPeerMax;
  }

  /** The next deadline. */
  get nextMs(): number | undefined {
    // Insertion order is deadline order, because all questions have the same time.
    const [first] = this.open.values();
    return first?.deadlineMs;
  }

  /** From now on the peer can be asked. */
  connect(peer: number): void {
    this.connected[peer] = true;
  }

  /** Whether the peer can be asked, and pushes its blocks to us. */
  isConnected(peer: number): boolean {
    return this.connected[peer] === true;
  }

  /** The peer cannot be asked any more; returns the questions that it leaves unanswered. */
  disconnect(peer: number): Request[] {
    this.connected[peer] = false;
    const lost = [...this.open.values()].filter((request) => request.peer === peer);
    for (const { id } of lost) this.close(id);
    return lost;
  }

  /** The first peer that can be asked, counting up from `start` and around. */
  pick(start: number): number | undefined {
    const count = this.connected.length;
    for (let turn = 0; turn < count; turn++) {
      const peer = (start + turn) % count;
      if (this.connected[peer] === true && this.inFlight[peer]! < this.perPeerMax) return peer;
    }
    return undefined;
  }

  /** Opens a question to a peer that can be asked. */
  ask(peer: number, blocks: readonly MissingBlock[] | undefined, nowMs: number): Request {
    const deadlineMs = nowMs + REQUEST_TIMEOUT_MS;
    const request: Request = { id: this.nextId++, peer, blocks, deadlineMs };
    this.open.set(request.id, request);
    this.inFlight[peer]!++;
    return request;
  }

  /** Closes a question, if it is open and, when given, to this peer. */
  close(id: number, peer?: number): Request | undefined {
    const request = this.open.get(id);
    if (request === undefined) return undefined;
    if (peer !== undefined && request.peer !== peer) return undefined;
    this.open.delete(id);
    this.inFlight[request.peer]!--;
    return request;
  }

  /** Closes and returns the questions whose time is over. */
  expire(nowMs: number): Request[] {
    const late = [...this.open.values()].filter(({ deadlineMs }) => deadlineMs <= nowMs);
    for (const { id } of late) this.close(id);
    return late;
  }
}

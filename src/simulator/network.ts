/**
 * Simulated links. A link is what TCP gives: ordered and whole while it is up, gone when it is cut,
 * with what was in flight. Each message takes a random time with a long tail. Rules, laid on by
 * faults, make it worse than TCP ever is: they lose, delay, repeat messages and let them overtake.
 *
 * @module
 */
import type { Prng } from "../base/prng.ts";
import type { Frame } from "./frame.ts";

/** How slow links are. */
export type LatencyModel = {
  readonly minMs: number;
  readonly maxMs: number;
  /** Chance that a message takes up to `tailMs` longer. */
  readonly tailChance: number;
  readonly tailMs: number;
};

/** A message that is sent now. */
export type Sent = { readonly from: number; readonly to: number; readonly frame: Frame };

/** What becomes of a message. Rules change it one after another. */
export type Fate = {
  isLost: boolean;
  extraMs: number;
  /** How often it arrives. */
  copies: number;
  /** It may arrive before what was sent earlier. */
  overtakes: boolean;
};

/** What a fault does to messages. */
export type Rule = (sent: Sent, fate: Fate) => void;

/** A message on its way and the connection that it is on. */
export type Flight = { readonly lane: Lane; readonly arrivalMs: number };

/** One direction of a connection: messages that have arrived and wait for the one before them. */
export class Lane {
  readonly from: number;
  readonly to: number;
  /** A message is being verified, or the peer is not listened to. */
  isHeld = false;
  isOpen = true;
  private readonly waiting: Frame[] = [];

  constructor(from: number, to: number) {
    this.from = from;
    this.to = to;
  }

  push(frame: Frame): void {
    this.waiting.push(frame);
  }

  /** The next message, unless one is being handled. */
  take(): Frame | undefined {
    return this.isOpen && !this.isHeld ? this.waiting.shift() : undefined;
  }
}

type Link = { lane: Lane | undefined; lastArrivalMs: number };

/** All links between `count` nodes, by index. */
export class SimNetwork {
  /** What faults do to messages now. */
  rules: Rule[] = [];
  latency: LatencyModel;
  private readonly links: Link[];
  private readonly count: number;
  private readonly prng: Prng;

  constructor(count: number, prng: Prng, latency: LatencyModel) {
    this.count = count;
    this.prng = prng;
    this.latency = latency;
    this.links = Array.from({ length: count * count }, () => ({
      lane: undefined,
      lastArrivalMs: 0,
    }));
  }

  /** The connection from one node to another, while it is up. */
  lane(from: number, to: number): Lane | undefined {
    return this.link(from, to).lane;
  }

  /** Opens both directions; returns whether they were closed. */
  open(left: number, right: number): boolean {
    if (this.link(left, right).lane !== undefined) return false;
    this.link(left, right).lane = new Lane(left, right);
    this.link(right, left).lane = new Lane(right, left);
    return true;
  }

  /** Closes both directions; returns whether they were open. */
  close(left: number, right: number): boolean {
    if (this.link(left, right).lane === undefined) return false;
    for (const link of [this.link(left, right), this.link(right, left)]) {
      if (link.lane !== undefined) link.lane.isOpen = false;
      link.lane = undefined;
    }
    return true;
  }

  /** When and where a message that is sent now arrives: not at all, once, or more often. */
  send(sent: Sent, nowMs: number): Flight[] {
    const link = this.link(sent.from, sent.to);
    const { lane } = link;
    if (lane === undefined) return [];
    const fate: Fate = { isLost: false, extraMs: 0, copies: 1, overtakes: false };
    for (const rule of this.rules) rule(sent, fate);
    if (fate.isLost) return [];
    return Array.from({ length: fate.copies }, () => {
      const arrivalMs = nowMs + this.drawLatency() + fate.extraMs;
      if (fate.overtakes) return { lane, arrivalMs };
      link.lastArrivalMs = Math.max(link.lastArrivalMs, arrivalMs);
      return { lane, arrivalMs: link.lastArrivalMs };
    });
  }

  private drawLatency(): number {
    const { minMs, maxMs, tailChance, tailMs } = this.latency;
    const base = minMs + this.prng.unit() * (maxMs - minMs);
    return this.prng.chance(tailChance) ? base + this.prng.unit() * tailMs : base;
  }

  private link(from: number, to: number): Link {
    return this.links[from * this.count + to]!;
  }
}

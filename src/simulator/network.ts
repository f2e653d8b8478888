/**
 * Simulated links. A link is what TCP gives: ordered and whole while it is up, gone when it is cut.
 * Each message takes a random time with a long tail; a later message never overtakes an earlier one
 * on the same link. What is in flight when a link is cut is lost.
 *
 * @module
 */
import type { Prng } from "../base/prng.ts";

/** How slow links are. */
export type LatencyModel = {
  readonly minMs: number;
  readonly maxMs: number;
  /** Chance that a message takes `tailMs` longer. */
  readonly tailChance: number;
  readonly tailMs: number;
};

type Link = { up: boolean; generation: number; lastArrivalMs: number };

/** All links between `count` nodes, by index. */
export class SimNetwork {
  private readonly links: Link[];
  private readonly count: number;
  private readonly prng: Prng;
  private readonly latency: LatencyModel;

  constructor(count: number, prng: Prng, latency: LatencyModel) {
    this.count = count;
    this.prng = prng;
    this.latency = latency;
    this.links = Array.from({ length: count * count }, () => ({
      up: false,
      generation: 0,
      lastArrivalMs: 0,
    }));
  }

  /** Whether messages flow from one node to another. */
  isUp(from: number, to: number): boolean {
    return this.link(from, to).up;
  }

  /** Opens or cuts both directions; returns whether something changed. */
  set(left: number, right: number, up: boolean): boolean {
    if (this.link(left, right).up === up) return false;
    for (const link of [this.link(left, right), this.link(right, left)]) {
      link.up = up;
      link.generation++;
    }
    return true;
  }

  /** Names the present state of a link: a message of an earlier generation is lost. */
  generation(from: number, to: number): number {
    return this.link(from, to).generation;
  }

  /** When a message sent now arrives, or `undefined` when the link is down. */
  arrivalMs(from: number, to: number, nowMs: number): number | undefined {
    const link = this.link(from, to);
    if (!link.up) return undefined;
    link.lastArrivalMs = Math.max(link.lastArrivalMs, nowMs + this.drawLatency());
    return link.lastArrivalMs;
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

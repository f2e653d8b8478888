/**
 * Simulated links. A link is what TCP gives: ordered and whole while it is up, gone when it is cut.
 * Each message takes a random time with a long tail; a later message never overtakes an earlier one
 * on the same link. What is in flight when a link is cut is lost, and so, now and then, is a message
 * that found the sender's queue full.
 *
 * @module
 */
import type { Prng } from "../base/prng.ts";
import { Lane } from "./lane.ts";

/** How slow and how lossy links are. */
export type LatencyModel = {
  readonly minMs: number;
  readonly maxMs: number;
  /** Chance that a message takes up to `tailMs` longer. */
  readonly tailChance: number;
  readonly tailMs: number;
  /** Every link has its own share of up to this much more: some are far away. */
  readonly distanceMs: number;
  /** Chance that a message finds no room in the sender's queue. */
  readonly lossChance: number;
};

type Link = { lane: Lane | undefined; lastArrivalMs: number; readonly distanceMs: number };

/** A message on its way. */
export type Flight = { readonly lane: Lane; readonly arrivalMs: number };

/** All links between `count` nodes, by index. */
export class SimNetwork {
  private readonly links: Link[];
  private readonly count: number;
  private readonly prng: Prng;
  private readonly model: LatencyModel;

  constructor(count: number, prng: Prng, model: LatencyModel) {
    this.count = count;
    this.prng = prng;
    this.model = model;
    this.links = Array.from({ length: count * count }, () => ({
      lane: undefined,
      lastArrivalMs: 0,
      distanceMs: prng.unit() * model.distanceMs,
    }));
  }

  /** Whether messages flow between two nodes. */
  isUp(left: number, right: number): boolean {
    return this.link(left, right).lane !== undefined;
  }

  /** Opens or cuts both directions; returns whether something changed. */
  set(left: number, right: number, up: boolean): boolean {
    if (this.isUp(left, right) === up) return false;
    for (const link of [this.link(left, right), this.link(right, left)]) {
      link.lane?.close();
      link.lane = up ? new Lane() : undefined;
    }
    return true;
  }

  /** When and where a message sent now arrives; `undefined` when it is lost. */
  send(from: number, to: number, nowMs: number): Flight | undefined {
    const link = this.link(from, to);
    if (link.lane === undefined || this.prng.chance(this.model.lossChance)) return undefined;
    link.lastArrivalMs = Math.max(link.lastArrivalMs, nowMs + this.drawLatency(link));
    return { lane: link.lane, arrivalMs: link.lastArrivalMs };
  }

  private drawLatency({ distanceMs }: Link): number {
    const { minMs, maxMs, tailChance, tailMs } = this.model;
    const base = distanceMs + minMs + this.prng.unit() * (maxMs - minMs);
    return this.prng.chance(tailChance) ? base + this.prng.unit() * tailMs : base;
  }

  private link(from: number, to: number): Link {
    return this.links[from * this.count + to]!;
  }
}

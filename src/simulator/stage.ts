/**
 * Where a fault plays: the world, its clients, chance, and the time until all faults are over.
 *
 * @module
 */
import type { Prng } from "../base/prng.ts";
import type { ConsensusLimits } from "../protocol/limits.ts";
import type { Burden } from "./burden.ts";
import type { Action } from "./clock.ts";
import type { Rule } from "./network.ts";
import type { SimNode } from "./sim-node.ts";
import type { Lie } from "./traitor.ts";
import type { Workload } from "./workload.ts";
import type { World } from "./world.ts";

/** Something that goes wrong in a world. */
export type Fault =
  /** It comes over a world that has not begun. */
  | { readonly unleash: (stage: Stage) => void }
  /** It turns a validator into a traitor. */
  | { readonly corrupt: (stage: Stage, traitor: SimNode) => Lie };

/** The parts of a stage. */
export type StageParts = {
  readonly world: World;
  readonly workload: Workload;
  /** A stream of its own, so that one fault does not change another. */
  readonly prng: Prng;
  readonly burden: Burden;
  readonly limits: ConsensusLimits;
  readonly endMs: number;
};

/** What a fault has at hand. */
export class Stage {
  readonly world: World;
  readonly workload: Workload;
  readonly prng: Prng;
  readonly burden: Burden;
  readonly limits: ConsensusLimits;
  private readonly endMs: number;

  constructor({ world, workload, prng, burden, limits, endMs }: StageParts) {
    this.world = world;
    this.workload = workload;
    this.prng = prng;
    this.burden = burden;
    this.limits = limits;
    this.endMs = endMs;
  }

  /** Some node. */
  pickNode(): SimNode {
    return this.prng.pick(this.world.nodes);
  }

  /** A time between two others. */
  between(minMs: number, maxMs: number): number {
    return minMs + this.prng.unit() * (maxMs - minMs);
  }

  /** Does something again and again, with random pauses, until the faults are over. */
  often(minMs: number, maxMs: number, action: Action): void {
    const { clock } = this.world;
    clock.after(this.between(minMs, maxMs), () => {
      if (clock.timeMs >= this.endMs) return;
      action();
      this.often(minMs, maxMs, action);
    });
  }

  /** Does something after a while, and at the latest when the faults are over. */
  undoAfter(delayMs: number, undo: Action): void {
    const { clock } = this.world;
    clock.after(Math.min(delayMs, this.endMs - clock.timeMs), undo);
  }

  /** Lets a rule hold for messages for a while. */
  rule(durationMs: number, rule: Rule): void {
    const { network } = this.world;
    network.rules.push(rule);
    this.undoAfter(durationMs, () => {
      network.rules = network.rules.filter((one) => one !== rule);
    });
  }

  /** Lets a rule hold until the faults are over. */
  ruleToTheEnd(rule: Rule): void {
    this.rule(Infinity, rule);
  }
}

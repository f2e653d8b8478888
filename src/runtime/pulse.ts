/**
 * Shows that the hardware gets on with a pass. Kernels are only queued when they are called, so now
 * and then it waits for what is queued, which costs little when there is much of it.
 *
 * @module
 */
import type { Block, Kernels } from "./kernels.ts";

/** Multiplications between two steps: a tenth of a second of a slow GPU. */
const WORK_ENOUGH = 5e10;

/** Waits for the work of one pass, step by step. */
export class Pulse<B extends Block> {
  private readonly kernels: Kernels<B>;
  private readonly block: B;
  private readonly onStep: () => void;
  private readonly enough: number;
  private queued = 0;

  /** `block` is any that can be read; `onStep` hears of each step that is done. */
  constructor(kernels: Kernels<B>, block: B, onStep: () => void, enough: number = WORK_ENOUGH) {
    this.kernels = kernels;
    this.block = block;
    this.onStep = onStep;
    this.enough = enough;
  }

  /** Counts multiplications that were queued. */
  add(multiplications: number): void {
    this.queued += multiplications;
  }

  /** A step, if there is enough for one. */
  async beat(): Promise<void> {
    if (this.queued < this.enough) return;
    this.queued = 0;
    if (this.kernels.settle === undefined) await this.kernels.read(this.block, 1);
    else await this.kernels.settle();
    this.onStep();
  }
}

/**
 * One node in the simulated world: the real step function over a simulated disk. It is alive or
 * crashed; a new incarnation starts from the disk and knows nothing else. Its clock may be off, and
 * it may stand still for a while, as a machine does that swaps or collects garbage.
 *
 * @module
 */
import type { CheckpointRecord, NodeInput, NodeOutput, PeerId } from "../node/io.ts";
import { createNode, type Node, type NodeConfig } from "../node/state.ts";
import { start, step } from "../node/step.ts";
import { SimDisk } from "./disk.ts";

/** What a simulated node is. */
export type SimNodeConfig = {
  readonly index: number;
  readonly node: NodeConfig;
  readonly genesis: CheckpointRecord;
  /** How far its clock is ahead. */
  readonly skewMs: number;
};

/** A node and what survives its crashes. */
export class SimNode {
  readonly index: number;
  readonly config: NodeConfig;
  readonly disk: SimDisk;
  /** Counts starts and crashes: what was meant for an earlier life is lost. */
  incarnation = 0;
  /** Until when it stands still. */
  frozenUntilMs = 0;
  /** Names the timer that is set: an earlier one is replaced. */
  timer = 0;
  private readonly skewMs: number;
  private running: Node | undefined;

  constructor({ index, node, genesis, skewMs }: SimNodeConfig) {
    this.index = index;
    this.config = node;
    this.skewMs = skewMs;
    this.disk = new SimDisk(genesis);
  }

  get peer(): PeerId {
    return this.config.peer;
  }

  /** The running node, or `undefined` while it is crashed. */
  get node(): Node | undefined {
    return this.running;
  }

  /** What its clock shows at `timeMs`, in whole milliseconds. */
  clockAt(timeMs: number): number {
    return Math.floor(timeMs + this.skewMs);
  }

  /** When its clock shows `clockMs`. */
  timeOf(clockMs: number): number {
    return clockMs - this.skewMs;
  }

  /** Starts from the disk. */
  start(timeMs: number): NodeOutput[] {
    this.incarnation++;
    const recovered = this.disk.recover();
    this.running = createNode(this.config, this.disk.reader, recovered);
    return start(this.running, recovered, this.clockAt(timeMs));
  }

  /** Takes one input; a crashed node takes none. */
  step(input: NodeInput, timeMs: number): NodeOutput[] {
    return this.running === undefined ? [] : step(this.running, input, this.clockAt(timeMs));
  }

  /** Loses everything but the disk. */
  crash(): void {
    this.incarnation++;
    this.running = undefined;
    this.frozenUntilMs = 0;
  }
}

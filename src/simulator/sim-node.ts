/**
 * One node in the simulated world: the real step function over a simulated disk. It is alive or
 * crashed; a new incarnation starts from the disk and knows nothing else.
 *
 * @module
 */
import type { CheckpointRecord, NodeInput, NodeOutput, PeerId } from "../node/io.ts";
import { createNode, type Node, type NodeConfig } from "../node/state.ts";
import { start, step } from "../node/step.ts";
import { SimDisk } from "./disk.ts";

/** A node and what survives its crashes. */
export class SimNode {
  readonly index: number;
  readonly config: NodeConfig;
  readonly disk: SimDisk;
  /** Counts starts: what was meant for an earlier one is lost. */
  incarnation = 0;
  private running: Node | undefined;

  constructor(index: number, config: NodeConfig, genesis: CheckpointRecord) {
    this.index = index;
    this.config = config;
    this.disk = new SimDisk(genesis);
  }

  get peer(): PeerId {
    return this.config.peer;
  }

  /** The running node, or `undefined` while it is crashed. */
  get node(): Node | undefined {
    return this.running;
  }

  /** Starts from the disk. */
  start(nowMs: number): NodeOutput[] {
    this.incarnation++;
    const recovered = this.disk.recover();
    this.running = createNode(this.config, this.disk.reader, recovered);
    return start(this.running, recovered, nowMs);
  }

  /** Takes one input; a crashed node takes none. */
  step(input: NodeInput, nowMs: number): NodeOutput[] {
    return this.running === undefined ? [] : step(this.running, input, nowMs);
  }

  /** Loses everything but the disk. */
  crash(): void {
    this.running = undefined;
  }
}

/**
 * One node in the simulated world: the real step function over a simulated disk and a clock of its
 * own. It is alive or crashed; a new life starts from the disk and knows nothing else.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { forwardClock } from "../base/forward-clock.ts";
import { Conduct } from "../node/conduct.ts";
import type { CheckpointRecord, NodeInput, NodeOutput, PeerId } from "../node/io.ts";
import { createNode, type Node, type NodeConfig } from "../node/state.ts";
import { start, step } from "../node/step.ts";
import type { Action, SimClock } from "./clock.ts";
import { SimDisk } from "./disk.ts";

/** A node and what survives its crashes. */
export class SimNode {
  readonly index: number;
  /** What it runs with from its next start on. */
  config: NodeConfig;
  readonly disk: SimDisk;
  /** Changes with every start and crash: what was meant for another life is lost. */
  life = 0;
  /** Counts timers: only the last one set goes off. */
  timer = 0;
  /** How far the machine's clock is ahead of true time. */
  skewMs = 0;
  /** How long the node is busy with each input. */
  slowMs = 0;
  /** The node does nothing before. */
  awakeMs = 0;
  /** What waits until the node is awake. */
  inbox: Action[] = [];
  conduct: Conduct = new Conduct();
  private running: Node | undefined;
  private time: () => number = () => 0;

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

  /** The time as the node sees it; it never goes back during a life. */
  get nowMs(): number {
    return this.time();
  }

  /** Starts from the disk. */
  start(clock: SimClock): NodeOutput[] {
    this.life++;
    const recovered = this.disk.recover();
    const machine = {
      nowMs: () => Math.floor(clock.timeMs + this.skewMs),
      monotonicMs: () => clock.timeMs,
    };
    this.time = forwardClock(machine, Number(recovered.tip.summary.timestamp_ms));
    this.running = createNode(this.config, this.disk.reader, recovered);
    return start(this.running, recovered, this.nowMs);
  }

  /** Takes one input. */
  step(input: NodeInput): NodeOutput[] {
    return step(present(this.running, "a running node"), input, this.nowMs);
  }

  /** Loses everything but the disk. */
  crash(): void {
    this.life++;
    this.running = undefined;
    this.inbox = [];
    this.awakeMs = 0;
    this.conduct = new Conduct();
  }
}

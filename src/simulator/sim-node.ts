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
import type { HeldKeys, ValidatorIdentity } from "../node/seat.ts";
import { createNode, type Node, type NodeConfig } from "../node/state.ts";
import { start, step } from "../node/step.ts";
import type { Action, SimClock } from "./clock.ts";
import { SimDisk } from "./disk.ts";

const NO_KEYS: HeldKeys = { network: [], protocol: [], worker: [] };

/** A node and what survives its crashes. */
export class SimNode {
  readonly index: number;
  /** What it runs with from its next start on. */
  config: NodeConfig;
  /** The network key that it shows. */
  peer: PeerId;
  /** Keys that it is given while it runs. */
  next: HeldKeys | undefined;
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
    this.peer = config.peer;
    this.disk = new SimDisk(genesis);
  }

  /** The network key of its seat, or else the one that it shows. */
  get seatPeer(): PeerId {
    const { authority, peers } = this.running?.epoch.setting ?? {};
    return authority === undefined ? this.peer : present(peers?.[authority], "its peer key");
  }

  /** All network keys that it holds. */
  get networkKeys(): readonly PeerId[] {
    return [this.config.peer, ...(this.next ?? NO_KEYS).network];
  }

  /** The keys of its seat, or else those of its configuration. */
  get identity(): ValidatorIdentity | undefined {
    return this.running?.epoch.setting.identity ?? this.config.identity;
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
    const config: NodeConfig = {
      ...this.config,
      keys: () => this.held(),
      former: ({ epoch }) => this.disk.former(epoch),
    };
    this.running = createNode(config, this.disk.reader, recovered);
    this.peer = this.config.peer;
    this.peer = this.seatPeer;
    return start(this.running, recovered, this.nowMs);
  }

  private held(): HeldKeys {
    const { identity } = this.config;
    const worker = present(identity, "the keys of a validator");
    const { protocol, worker: workers } = this.next ?? NO_KEYS;
    return {
      network: this.networkKeys,
      protocol: [worker.protocolKey, ...protocol],
      worker: [worker, ...workers],
    };
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

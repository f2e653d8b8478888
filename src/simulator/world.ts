/**
 * The simulated world: nodes, links, disks, clients and a clock that jumps from event to event. The
 * real node code runs in it, whole; only sockets, disks, clocks and signatures are replaced. One
 * seed determines everything, so a run can be repeated exactly and its trace compared.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { Prng } from "../base/prng.ts";
import { HOLD_MS, THROTTLE_MS } from "../node/conduct.ts";
import type { CheckpointRecord, ExecuteOutcome, NodeInput, NodeOutput } from "../node/io.ts";
import type { NodeConfig } from "../node/state.ts";
import type { SignedTransaction } from "../types/transaction.ts";
import { Checker, InvariantError } from "./checker.ts";
import { type Action, SimClock } from "./clock.ts";
import { Connections } from "./connections.ts";
import type { Damage } from "./disk.ts";
import type { Frame } from "./frame.ts";
import type { Meter } from "./meter.ts";
import { type Lane, type LatencyModel, SimNetwork } from "./network.ts";
import { carryOut } from "./orders.ts";
import { SimNode } from "./sim-node.ts";
import { Trace } from "./trace.ts";
import type { Tamper } from "./traitor.ts";

/** What a world is made of. */
export type WorldConfig = {
  readonly seed: number;
  readonly startMs: number;
  /** Validators first, then one fullnode. */
  readonly nodes: readonly NodeConfig[];
  readonly genesis: CheckpointRecord;
  readonly latency: LatencyModel;
  /** The chance that a message waits for the verification of its signatures. */
  readonly verifyChance: number;
  readonly onTrace?: (line: string) => void;
  readonly meter?: Meter;
  /** Is told of every order that is carried out. */
  readonly onOrder?: (output: NodeOutput, timeMs: number) => void;
};

/** How a client's call ended; `Lost` when the node crashed before it answered. */
export type CallEnd = ExecuteOutcome | { readonly kind: "Lost" };

type Call = { readonly node: SimNode; readonly end: (outcome: CallEnd) => void };

/** A crash that is to happen after so many more outputs. */
type Fuse = { outputs: number; readonly damage: Damage };

const VERIFY_MAX_MS = 4;
/** How long a traitor's node is down that broke on its own lies. */
const TRAITOR_DOWN_MS = 1_000;

/** A whole network in one thread. */
export class World {
  readonly prng: Prng;
  readonly clock: SimClock;
  readonly nodes: readonly SimNode[];
  readonly network: SimNetwork;
  readonly connections: Connections;
  readonly trace: Trace;
  readonly checker: Checker;
  /** By node, how it changes what it sends. The others are honest. */
  readonly traitors: Map<number, Tamper> = new Map();
  private readonly byPeer: Map<string, SimNode>;
  private readonly calls = new Map<number, Call>();
  private readonly fuses = new Map<SimNode, Fuse>();
  private readonly verifyChance: number;
  private readonly meter: Meter | undefined;
  private readonly onOrder: WorldConfig["onOrder"];
  private callCount = 0;

  constructor(config: WorldConfig) {
    const { seed, startMs, nodes, genesis, latency, onTrace } = config;
    this.prng = new Prng(seed);
    this.clock = new SimClock(startMs);
    this.trace = new Trace(onTrace);
    this.nodes = nodes.map((node, index) => new SimNode(index, node, genesis));
    this.byPeer = new Map(this.nodes.map((node) => [node.peer, node]));
    this.network = new SimNetwork(nodes.length, this.prng, latency);
    this.connections = new Connections(this);
    this.checker = new Checker(genesis);
    this.verifyChance = config.verifyChance;
    this.meter = config.meter;
    this.onOrder = config.onOrder;
  }

  /** The nodes that keep to the protocol. */
  get honest(): readonly SimNode[] {
    return this.nodes.filter(({ index }) => !this.traitors.has(index));
  }

  /** The node of a peer. */
  nodeOf(peer: string): SimNode {
    return present(this.byPeer.get(peer), "a node of the world");
  }

  /** A node is to be known by another network key as well. */
  name(peer: string, node: SimNode): void {
    this.byPeer.set(peer, node);
  }

  /** Starts a node that is down; soon it is connected to every other. */
  start(node: SimNode): void {
    if (node.node !== undefined) return;
    this.log(node.index, "start");
    this.guard(node, () => node.start(this.clock));
    this.connections.connectAll(node);
    this.connections.watch(node);
  }

  /** Lets a node crash between two outputs, after `outputs` more of them. */
  crashAfter(node: SimNode, outputs: number, damage: Damage): void {
    this.fuses.set(node, { outputs, damage });
  }

  /** A node that runs loses everything but what its disk keeps, and its connections. */
  crash(node: SimNode, damage: Damage): void {
    // Also of a node that is down: what was to hit it then must not hit its next life.
    this.fuses.delete(node);
    if (node.node === undefined) return;
    this.log(node.index, `crash ${damage}`);
    node.crash();
    node.disk.crash(damage, this.prng);
    if (damage === "wiped") this.nameSeeds(node);
    this.connections.cutAll(node);
    for (const [id, call] of this.calls) if (call.node === node) this.end(id, { kind: "Lost" });
  }

  // Genesis may know nobody of today; its operator does.
  private nameSeeds(node: SimNode): void {
    const others = this.nodes.filter((other) => other !== node);
    node.config = { ...node.config, seeds: others.map(({ peer }) => peer) };
  }

  /** Asks a node to execute a transaction; a node that is down answers nothing. */
  execute(node: SimNode, transaction: SignedTransaction, end: (outcome: CallEnd) => void): void {
    const request = this.callCount++;
    this.calls.set(request, { node, end });
    if (node.node === undefined) this.end(request, { kind: "Lost" });
    else this.input(node, { kind: "Execute", request, transaction });
  }

  /** Tells a client how its call ended. */
  answer(request: number, outcome: ExecuteOutcome): void {
    this.end(request, outcome);
  }

  /** Hands an input to a node, as soon as it is awake. */
  input(node: SimNode, input: NodeInput): void {
    this.whenAwake(node, () => this.take(node, input));
  }

  /** Does something later, if the node is in the same life then. */
  later(node: SimNode, delayMs: number, action: Action): void {
    const { life } = node;
    this.clock.after(delayMs, () => {
      if (node.life === life) action();
    });
  }

  /** Sends bytes from one node to another. */
  send(from: SimNode, to: SimNode, frame: Frame): void {
    const sent = { from: from.index, to: to.index, frame };
    for (const { lane, arrivalMs } of this.network.send(sent, this.clock.timeMs)) {
      this.clock.after(arrivalMs - this.clock.timeMs, () => {
        lane.push(frame);
        this.whenAwake(to, () => this.pump(lane));
      });
    }
  }

  /** `node` has caught `peer` at what no honest node does. */
  offend(node: SimNode, peer: SimNode, reason: string): void {
    if (this.traitors.has(node.index)) return;
    if (!this.traitors.has(peer.index)) {
      this.checker.fail(node, `accuses node ${peer.index}: ${reason}`);
    }
    this.log(node.index, `offence of ${peer.index}`);
    if (node.conduct.offend(peer.peer, node.nowMs)) {
      this.connections.block(node, peer);
      this.clock.after(HOLD_MS, () => this.connections.unblock(node, peer));
      return;
    }
    const lane = this.network.lane(peer.index, node.index);
    if (lane !== undefined) this.hold(node, lane, THROTTLE_MS, () => undefined);
  }

  /** Adds one event of a node to the trace. */
  log(index: number, what: string, size: number = 0): void {
    this.trace.add(this.clock.timeMs, index, what, size);
  }

  private measure<T>(component: string, work: () => T): T {
    return this.meter === undefined ? work() : this.meter.measure(component, work);
  }

  private take(node: SimNode, input: NodeInput): void {
    if (node.node === undefined) return;
    this.guard(node, () => {
      const outputs = this.measure(`step ${input.kind}`, () => node.step(input));
      this.log(node.index, input.kind, outputs.length);
      return outputs;
    });
  }

  // What breaks in an honest node is what we look for; a traitor may break on its own lies.
  private guard(node: SimNode, run: () => readonly NodeOutput[]): void {
    try {
      this.perform(node, run());
    } catch (error) {
      if (!(error instanceof Error) || error instanceof InvariantError) throw error;
      if (!this.traitors.has(node.index)) {
        throw new InvariantError(`node ${node.index} breaks: ${error.message}`, { cause: error });
      }
      this.crash(node, "none");
      this.clock.after(TRAITOR_DOWN_MS, () => this.start(node));
    }
  }

  private perform(node: SimNode, outputs: readonly NodeOutput[]): void {
    const { life } = node;
    for (const output of outputs) {
      const fuse = this.fuses.get(node);
      if (fuse !== undefined && fuse.outputs-- <= 0) return this.crash(node, fuse.damage);
      this.onOrder?.(output, this.clock.timeMs);
      this.measure(`order ${output.kind}`, () => carryOut(this, node, output));
      if (node.life !== life) return;
    }
  }

  private pump(lane: Lane): void {
    const [from, to] = [this.nodes[lane.from]!, this.nodes[lane.to]!];
    for (let frame = lane.take(); frame !== undefined; frame = lane.take()) {
      this.consider(lane, from, to, frame);
    }
  }

  private consider(lane: Lane, from: SimNode, to: SimNode, frame: Frame): void {
    if (to.node === undefined) return;
    const { epoch } = to.node;
    const { node } = to;
    const verdict = this.measure("judge", () => frame.judge(node, from.peer));
    if (verdict.kind === "Ignore") return;
    if (verdict.kind === "Reject") return this.offend(to, from, verdict.reason);
    if (!verdict.isSigned || !this.prng.chance(this.verifyChance)) {
      return this.take(to, verdict.input);
    }
    // While signatures are verified the node goes on with what others sent.
    this.hold(to, lane, this.prng.unit() * VERIFY_MAX_MS, () => {
      // In another epoch other keys count.
      if (to.node?.epoch === epoch) this.take(to, verdict.input);
      else this.consider(lane, from, to, frame);
    });
  }

  private hold(to: SimNode, lane: Lane, delayMs: number, then: Action): void {
    if (lane.isHeld) return;
    lane.isHeld = true;
    this.later(to, delayMs, () =>
      this.whenAwake(to, () => {
        lane.isHeld = false;
        if (!lane.isOpen) return;
        then();
        this.pump(lane);
      }),
    );
  }

  private whenAwake(node: SimNode, action: Action): void {
    if (node.inbox.length === 0 && node.awakeMs <= this.clock.timeMs) return this.act(node, action);
    node.inbox.push(action);
    if (node.inbox.length === 1) this.wakeLater(node);
  }

  private act(node: SimNode, action: Action): void {
    action();
    if (node.slowMs > 0) node.awakeMs = this.clock.timeMs + node.slowMs;
  }

  private wakeLater(node: SimNode): void {
    this.later(node, node.awakeMs - this.clock.timeMs, () => {
      while (node.inbox.length > 0 && node.awakeMs <= this.clock.timeMs) {
        this.act(node, present(node.inbox[0], "what waits"));
        node.inbox.shift();
      }
      if (node.inbox.length > 0) this.wakeLater(node);
    });
  }

  // A client hears of it after the step, as everything that comes of one.
  private end(request: number, outcome: CallEnd): void {
    const call = this.calls.get(request);
    if (call === undefined) return;
    this.calls.delete(request);
    this.clock.after(0, () => call.end(outcome));
  }
}

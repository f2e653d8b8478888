/**
 * The simulated world: nodes, links and a clock that jumps from event to event. The real node code
 * runs in it, whole; only sockets, disks, clocks and signatures are replaced. One seed determines
 * everything, so a run can be repeated exactly and its trace compared.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { Heap } from "../base/heap.ts";
import { Prng } from "../base/prng.ts";
import { decode, encode } from "../bcs/schema.ts";
import type { CheckpointRecord, ExecuteOutcome, NodeInput, NodeOutput } from "../node/io.ts";
import { prepare } from "../node/prepare.ts";
import type { NodeConfig } from "../node/state.ts";
import { peerMessage } from "../types/message.ts";
import { Checker } from "./checker.ts";
import { simAggregate, simBlsSign, simVerify } from "./crypto.ts";
import { type LatencyModel, SimNetwork } from "./network.ts";
import { SimNode } from "./sim-node.ts";
import { Trace } from "./trace.ts";

/** What a world is made of. */
export type WorldConfig = {
  readonly seed: number;
  readonly startMs: number;
  readonly nodes: readonly NodeConfig[];
  readonly genesis: CheckpointRecord;
  readonly latency: LatencyModel;
  readonly onTrace?: (line: string) => void;
};

type Action = () => void;

const SIGN_MS = 3;
const AGGREGATE_MS = 12;

/** A whole network in one thread. */
export class World {
  readonly prng: Prng;
  readonly nodes: readonly SimNode[];
  readonly network: SimNetwork;
  readonly trace: Trace;
  readonly checker: Checker;
  private readonly events = new Heap<Action>();
  private readonly answers = new Map<number, (outcome: ExecuteOutcome) => void>();
  private clockMs: number;
  private requests = 0;
  /** Outputs that node `index` performs before it crashes, when a crash is armed. */
  private readonly fuses = new Map<number, number>();

  constructor(config: WorldConfig) {
    this.prng = new Prng(config.seed);
    this.clockMs = config.startMs;
    this.trace = new Trace(config.onTrace);
    this.nodes = config.nodes.map((node, index) => new SimNode(index, node, config.genesis));
    this.network = new SimNetwork(config.nodes.length, this.prng, config.latency);
    this.checker = new Checker(config.genesis);
  }

  /** Virtual time as clocks show it: whole milliseconds. */
  get nowMs(): number {
    return Math.floor(this.clockMs);
  }

  /** Does something `delayMs` from now. */
  after(delayMs: number, action: Action): void {
    this.events.push(this.clockMs + delayMs, action);
  }

  /** Runs all events of the next `durationMs`. */
  run(durationMs: number): void {
    const endMs = this.clockMs + durationMs;
    for (;;) {
      const next = this.events.peekKey();
      if (next === undefined || next > endMs) break;
      this.clockMs = Math.max(this.clockMs, next);
      present(this.events.pop(), "the next event")();
    }
    this.clockMs = endMs;
  }

  /** Starts a node and connects it to every other that runs. */
  start(index: number): void {
    const node = this.at(index);
    this.log(index, "start");
    this.perform(node, node.start(this.nowMs));
    for (const other of this.nodes) {
      if (other !== node && other.node !== undefined) this.connect(index, other.index);
    }
  }

  /** Lets a node crash between two outputs, after `outputs` more of them. */
  crashAfter(index: number, outputs: number): void {
    this.fuses.set(index, outputs);
  }

  /** A node loses everything but its disk, and its links. */
  crash(index: number): void {
    this.log(index, "crash");
    this.fuses.delete(index);
    this.at(index).crash();
    for (const other of this.nodes) if (other.index !== index) this.cut(index, other.index);
  }

  /** Opens the link between two running nodes. */
  connect(left: number, right: number): void {
    if (!this.network.set(left, right, true)) return;
    this.input(left, { kind: "Connected", peer: this.at(right).peer });
    this.input(right, { kind: "Connected", peer: this.at(left).peer });
  }

  /** Cuts the link between two nodes. */
  cut(left: number, right: number): void {
    if (!this.network.set(left, right, false)) return;
    this.input(left, { kind: "Disconnected", peer: this.at(right).peer });
    this.input(right, { kind: "Disconnected", peer: this.at(left).peer });
  }

  /** Asks a node to execute a transaction; `answer` is called unless the node crashes first. */
  execute(
    index: number,
    transaction: Extract<NodeInput, { kind: "Execute" }>["transaction"],
    answer: (outcome: ExecuteOutcome) => void,
  ): void {
    const request = this.requests++;
    this.answers.set(request, answer);
    this.input(index, { kind: "Execute", request, transaction });
  }

  /** Hands an input to a node now. */
  input(index: number, input: NodeInput): void {
    const node = this.at(index);
    if (node.node === undefined) return;
    this.log(index, input.kind);
    this.perform(node, node.step(input, this.nowMs));
  }

  private perform(node: SimNode, outputs: readonly NodeOutput[]): void {
    for (const output of outputs) {
      if (this.burns(node.index)) return this.crash(node.index);
      this.carryOut(node, output);
      if (node.node === undefined) return;
    }
  }

  private burns(index: number): boolean {
    const left = this.fuses.get(index);
    if (left === undefined) return false;
    this.fuses.set(index, left - 1);
    return left <= 0;
  }

  private carryOut(node: SimNode, output: NodeOutput): void {
    switch (output.kind) {
      case "PersistCheckpoint":
      case "PersistBlocks":
      case "PersistCommits":
        node.disk.perform(output);
        return this.checker.observe(node, output);
      case "Send":
        return this.send(node, this.indexOf(output.peer), encode(peerMessage, output.message));
      case "Broadcast": {
        const bytes = encode(peerMessage, output.message);
        for (const peer of present(node.node, "a running node").epoch.setting.peers) {
          if (peer !== node.peer) this.send(node, this.indexOf(peer), bytes);
        }
        return;
      }
      case "SetTimer":
        return this.later(node, output.atMs - this.clockMs, { kind: "Timer" });
      case "SignCheckpoint": {
        const { sequence, digest, message } = output;
        const key = present(node.config.identity, "a signer").protocolKey;
        const signature = simBlsSign(key, message);
        const input = { kind: "CheckpointSigned", sequence, digest, signature } as const;
        return this.later(node, SIGN_MS, input);
      }
      case "Aggregate":
        return this.aggregate(node, output);
      case "Answer":
        this.answers.get(output.request)?.(output.outcome);
        this.answers.delete(output.request);
        return;
      case "Evidence":
      case "Misbehaved":
        return this.checker.accuse(node, output);
      case "EpochStarted":
        return this.log(node.index, `epoch ${output.epoch}`);
    }
  }

  private aggregate(node: SimNode, order: Extract<NodeOutput, { kind: "Aggregate" }>): void {
    const { sequence, digest, message, signers, publicKeys, signatures } = order;
    const signature = simAggregate(signatures);
    const valid = simVerify({ kind: "Aggregate", publicKeys, message, signature });
    const invalid = signers.filter((_, place) => {
      const [key, part] = [publicKeys[place]!, signatures[place]!];
      return !simVerify({ kind: "Aggregate", publicKeys: [key], message, signature: part });
    });
    this.later(node, AGGREGATE_MS, {
      kind: "Aggregated",
      sequence,
      digest,
      signers,
      signature: valid ? signature : undefined,
      invalid,
    });
  }

  private later(node: SimNode, delayMs: number, input: NodeInput): void {
    const { incarnation } = node;
    this.after(Math.max(0, delayMs), () => {
      if (node.incarnation === incarnation) this.input(node.index, input);
    });
  }

  private send(from: SimNode, to: number, bytes: Uint8Array): void {
    const arrivalMs = this.network.arrivalMs(from.index, to, this.clockMs);
    if (arrivalMs === undefined) return;
    const generation = this.network.generation(from.index, to);
    this.after(arrivalMs - this.clockMs, () => {
      if (this.network.generation(from.index, to) !== generation) return;
      this.deliver(from, this.at(to), bytes);
    });
  }

  private deliver(from: SimNode, to: SimNode, bytes: Uint8Array): void {
    if (to.node === undefined) return;
    const decoded = decode(peerMessage, bytes);
    if (!decoded.ok) return this.checker.malformed(to, from, decoded.error);
    const prepared = prepare(to.node, from.peer, decoded.value);
    if (prepared.kind === "Reject") return this.checker.rejected(to, from, prepared.reason);
    if (prepared.kind === "Ignore") return;
    if (prepared.checks.every(simVerify)) this.input(to.index, prepared.input);
    else this.checker.rejected(to, from, "a signature is invalid");
  }

  private indexOf(peer: string): number {
    return this.nodes.findIndex((node) => node.peer === peer);
  }

  private at(index: number): SimNode {
    return present(this.nodes[index], `node ${index}`);
  }

  private log(index: number, what: string): void {
    this.trace.add(`${this.clockMs.toFixed(3)} ${index} ${what}`);
  }
}

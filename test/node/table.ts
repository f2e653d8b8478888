/**
 * A whole network round one table: validators and a fullnode that hand each other their messages at
 * once. Every message goes through its bytes; signatures are those of simulations and verified.
 *
 * @module
 */
import { present } from "../../src/base/assert.ts";
import { decode, encode } from "../../src/bcs/schema.ts";
import type { ExecuteOutcome, NodeInput, NodeOutput } from "../../src/node/io.ts";
import { prepare } from "../../src/node/prepare.ts";
import { simAggregate, simBlsSign, simVerify } from "../../src/simulator/crypto.ts";
import type { Setup } from "../../src/simulator/setup.ts";
import { type PeerMessage, peerMessage } from "../../src/types/message.ts";
import type { SignedTransaction } from "../../src/types/transaction.ts";
import { network, NodeUnderTest, START_MS } from "./network.ts";

const TICK_MS = 25;

/** Nodes that hear each other, and a clock. */
export class Table {
  readonly setup: Setup;
  readonly nodes: readonly NodeUnderTest[];
  readonly answers: Map<number, ExecuteOutcome> = new Map();
  /** What was refused or reported, in words. */
  readonly complaints: string[] = [];
  nowMs: number = START_MS;
  /** Nodes that hear and say nothing. */
  readonly away: Set<number> = new Set();
  private readonly queue: (() => void)[] = [];
  private requests = 0;

  constructor(setup: Setup = network()) {
    this.setup = setup;
    this.nodes = setup.nodes.map((_, index) => new NodeUnderTest(setup, index));
    for (const [index, node] of this.nodes.entries()) this.perform(index, node.started);
    for (const [left] of this.nodes.entries()) {
      for (const [right] of this.nodes.entries()) if (left < right) this.connect(left, right);
    }
    this.drain();
  }

  /** Connects two nodes. */
  connect(left: number, right: number): void {
    this.input(left, { kind: "Connected", peer: this.peer(right) });
    this.input(right, { kind: "Connected", peer: this.peer(left) });
  }

  /** A node is cut off. */
  leave(index: number): void {
    this.away.add(index);
    for (const [other] of this.nodes.entries()) {
      if (other !== index) this.input(other, { kind: "Disconnected", peer: this.peer(index) });
    }
    this.drain();
  }

  /** Lets time pass. */
  run(durationMs: number): void {
    for (const endMs = this.nowMs + durationMs; this.nowMs < endMs;) {
      this.nowMs += TICK_MS;
      for (const [index, { node }] of this.nodes.entries()) {
        if (node.timerMs !== undefined && node.timerMs <= this.nowMs) {
          this.input(index, { kind: "Timer" });
        }
      }
      this.drain();
    }
  }

  /** A client hands a transaction to a node; returns the number of its call. */
  execute(index: number, transaction: SignedTransaction): number {
    const request = this.requests++;
    this.input(index, { kind: "Execute", request, transaction });
    this.drain();
    return request;
  }

  /** Gives a node an input. */
  input(index: number, input: NodeInput): void {
    if (this.away.has(index)) return;
    this.perform(index, this.at(index).step(input, this.nowMs));
  }

  /** Hands over what is being said until nobody says anything more. */
  drain(): void {
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) next();
  }

  /** The network key of a node. */
  peer(index: number): string {
    return present(this.setup.nodes[index], `node ${index}`).peer;
  }

  private at(index: number): NodeUnderTest {
    return present(this.nodes[index], `node ${index}`);
  }

  private perform(index: number, outputs: readonly NodeOutput[]): void {
    for (const output of outputs) this.carryOut(index, output);
  }

  private carryOut(index: number, output: NodeOutput): void {
    switch (output.kind) {
      case "Send":
        return this.say(index, this.indexOf(output.peer), output.message);
      case "Broadcast":
        for (const peer of this.at(index).node.epoch.setting.peers) {
          const to = this.indexOf(peer);
          if (to !== index) this.say(index, to, output.message);
        }
        return;
      case "SignCheckpoint": {
        const { protocolKey, sequence, digest, message } = output;
        const signature = simBlsSign(protocolKey, message);
        return this.later(index, { kind: "CheckpointSigned", sequence, digest, signature });
      }
      case "Aggregate": {
        const { sequence, digest, signers } = output;
        const signature = simAggregate(output.signatures);
        const answer = { sequence, digest, signers, signature, invalid: [] };
        return this.later(index, { kind: "Aggregated", ...answer });
      }
      case "Answer":
        this.answers.set(output.request, output.outcome);
        return;
      case "Misbehaved":
        this.complaints.push(output.reason);
        return;
      default:
        return;
    }
  }

  private say(from: number, to: number, message: PeerMessage): void {
    const bytes = encode(peerMessage, message);
    this.queue.push(() => {
      if (this.away.has(from) || this.away.has(to)) return;
      const decoded = decode(peerMessage, bytes);
      if (!decoded.ok) throw new Error(decoded.error.reason);
      const prepared = prepare(this.at(to).node, this.peer(from), decoded.value);
      if (prepared.kind === "Reject") this.complaints.push(prepared.reason);
      if (prepared.kind !== "Take") return;
      if (!prepared.checks.every(simVerify)) this.complaints.push("a signature is not valid");
      else this.input(to, prepared.input);
    });
  }

  private later(index: number, input: NodeInput): void {
    this.queue.push(() => this.input(index, input));
  }

  private indexOf(peer: string): number {
    return this.setup.nodes.findIndex((config) => config.peer === peer);
  }
}

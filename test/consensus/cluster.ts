/**
 * A handful of authorities in one process: virtual time, a network with random latency and loss, a
 * disk for each that keeps what was persisted. Everything follows from the seed. Safety is checked
 * all the time: commits agree index by index, nothing is sent or delivered before it is persisted,
 * and no honest authority signs twice for one round.
 *
 * @module
 */
import { assert, present } from "../../src/base/assert.ts";
import { Heap } from "../../src/base/heap.ts";
import { Prng } from "../../src/base/prng.ts";
import { claimTo } from "../../src/consensus/core.ts";
import type { Input, Output } from "../../src/consensus/io.ts";
import { createConsensus } from "../../src/consensus/recover.ts";
import { step } from "../../src/consensus/step.ts";
import type { SignedBlock } from "../../src/types/block.ts";
import type { Committee } from "../../src/types/committee.ts";
import {
  type ClusterNode,
  type ClusterOptions,
  decoded,
  emptyNode,
  type Event,
  linkKey,
  type Message,
  messageFor,
  payloadOf,
  showCommits,
  twinOf,
} from "./cluster-parts.ts";
import { EPOCH_START_MS, firstCommittee, testConfig } from "./fixtures.ts";

/** Authorities, their network and their time. */
export class Cluster {
  nowMs: number = Number(EPOCH_START_MS);
  readonly committee: Committee;
  readonly nodes: ClusterNode[];
  /** Digests of all commits by index. */
  readonly sequence: string[] = [];
  /** Own blocks as sent, by author. */
  readonly proposals: SignedBlock[][];
  /** Transactions in the order of commits. */
  readonly ordered: Uint8Array[] = [];
  /** Everything that happened, a line each. */
  readonly trace: string[] = [];
  /** How many transactions were submitted. */
  submitted: number = 0;
  private readonly options: ClusterOptions;
  private readonly prng: Prng;
  private readonly events = new Heap<Event>();
  /** Pairs of authorities that cannot reach each other. */
  private readonly cut = new Set<string>();
  /** How many more outputs a node performs before it dies. */
  private readonly fuses = new Map<number, number>();

  constructor(options: ClusterOptions) {
    this.options = options;
    this.prng = new Prng(options.seed);
    const { authorities: length, absent = [] } = options;
    this.committee = firstCommittee(length);
    this.proposals = Array.from({ length }, () => []);
    this.nodes = Array.from({ length }, (_, authority) => emptyNode(authority));
    for (const { authority } of this.nodes)
      if (!absent.includes(authority)) this.at(this.prng.below(20), () => this.start(authority));
    const pauseMs = 1_000 / (options.load ?? 0);
    if (Number.isFinite(pauseMs)) this.submitForever(pauseMs);
  }

  /** Runs `action` after `delayMs`. */
  at(delayMs: number, action: () => void): void {
    this.events.push(this.nowMs + delayMs, { kind: "Call", run: action });
  }

  /** Lets `durationMs` pass. */
  run(durationMs: number): void {
    const endMs = this.nowMs + durationMs;
    for (let next = this.events.peekKey(); next !== undefined; next = this.events.peekKey()) {
      if (next > endMs) break;
      this.nowMs = Math.max(this.nowMs, next);
      this.handle(present(this.events.pop(), "an event"));
    }
    this.nowMs = endMs;
  }

  /** Starts a node with what is on its disk. */
  start(authority: number): void {
    const node = this.nodes[authority]!;
    assert(node.core === undefined, "a node starts once");
    node.life++;
    node.core = createConsensus(
      testConfig(this.committee, authority, {
        limits: this.options.limits,
        payload: payloadOf(node),
      }),
      {
        blocks: [...node.blocks.values()],
        commits: node.commits,
        lastProcessedCommit: Math.max(0, node.delivered.length - this.prng.below(3)),
        skippedRound: node.skippedRound,
      },
    );
    this.step(node, { kind: "Start" });
    for (const peer of this.nodes) if (peer !== node) this.connect(node, peer);
  }

  /** Kills a node: its memory is gone and its connections break. */
  crash(authority: number): void {
    const node = this.nodes[authority]!;
    node.core = undefined;
    node.timerMs = undefined;
    this.fuses.delete(authority);
    for (const peer of this.nodes) {
      if (peer === node || peer.core === undefined) continue;
      this.step(peer, { kind: "Disconnected", peer: authority });
    }
  }

  /** Kills a node in the middle of a step: after it has performed `outputs` more outputs. */
  crashWithin(authority: number, outputs: number): void {
    this.fuses.set(authority, outputs);
  }

  /** Cuts or restores the link between two authorities. */
  setLink(left: number, right: number, up: boolean): void {
    const [a, b] = [this.nodes[left]!, this.nodes[right]!];
    if (up) {
      this.cut.delete(linkKey(left, right));
      this.connect(a, b);
      return;
    }
    this.cut.add(linkKey(left, right));
    this.step(a, { kind: "Disconnected", peer: right });
    this.step(b, { kind: "Disconnected", peer: left });
  }

  /** Hands a transaction to a node. */
  submit(authority: number, transaction: Uint8Array): void {
    const node = this.nodes[authority]!;
    node.mempool.push(transaction);
    if (node.core !== undefined) this.step(node, { kind: "Submitted" });
  }

  /** Gives an input to a node and performs what comes out. */
  step(node: ClusterNode, input: Input): void {
    const { core, life } = node;
    if (core === undefined) return;
    for (const output of step(core, input, this.clockOf(node))) {
      const fuse = this.fuses.get(node.authority);
      if (fuse === 0) this.crash(node.authority);
      if (node.core === undefined || node.life !== life) return;
      if (fuse !== undefined) this.fuses.set(node.authority, fuse - 1);
      this.trace.push(`${this.nowMs} ${node.authority} ${input.kind} ${output.kind}`);
      node.outputs.set(output.kind, (node.outputs.get(output.kind) ?? 0) + 1);
      this.perform(node, output);
    }
  }

  private clockOf({ authority }: ClusterNode): number {
    return Math.floor(this.nowMs + (this.options.skewMs?.[authority] ?? 0));
  }

  private handle(event: Event): void {
    if (event.kind === "Call") return event.run();
    if (event.kind === "Timer") {
      const node = this.nodes[event.node]!;
      if (node.life !== event.life || node.timerMs !== event.atMs) return;
      node.timerMs = undefined;
      return this.step(node, { kind: "Timer" });
    }
    return this.deliver(event);
  }

  private deliver({ from, to, message }: Extract<Event, { kind: "Deliver" }>): void {
    const node = this.nodes[to]!;
    switch (message.kind) {
      case "Block":
        return this.step(node, { kind: "Block", from, block: decoded(message.bytes) });
      case "Ask":
        return this.step(node, { ...message, kind: "FetchRequest", from });
      case "Answer": {
        const blocks = message.blocks.map(decoded);
        const { request } = message;
        return this.step(node, { kind: "BlocksFetched", from, request, blocks });
      }
      case "AskCommits": {
        const proof = showCommits(node, this.committee, message.range);
        return this.send(to, from, { kind: "ShowCommits", request: message.request, proof });
      }
      case "ShowCommits":
        return this.step(node, { ...message, kind: "CommitsFetched", from });
    }
  }

  private perform(node: ClusterNode, output: Output): void {
    switch (output.kind) {
      case "PersistMemory":
        node.skippedRound = output.skippedRound;
        return;
      case "PersistBlocks":
        for (const signed of output.blocks) node.blocks.set(signed.ref.digest, signed);
        return;
      case "PersistCommits":
        node.commits.push(...output.commits);
        return;
      case "Broadcast":
        return this.broadcast(node, output.block);
      case "Push":
        for (const block of output.blocks) this.sendOwn(node, output.to, block);
        return;
      case "Commit":
        return this.checkCommit(node, output);
      case "SetTimer":
        return this.setTimer(node, output.atMs);
      default: {
        const sent = messageFor(node, output);
        if (sent !== undefined) this.send(node.authority, sent.to, sent.message);
      }
    }
  }

  private broadcast(node: ClusterNode, signed: SignedBlock): void {
    for (const { authority } of this.nodes) {
      if (authority === node.authority) continue;
      const isFooled = this.isLiar(node) && authority % 2 === 1;
      this.sendOwn(node, authority, isFooled ? twinOf(signed) : signed);
    }
  }

  private sendOwn(node: ClusterNode, to: number, signed: SignedBlock): void {
    if (!this.isLiar(node)) this.checkOwn(node, signed);
    this.send(node.authority, to, { kind: "Block", bytes: signed.bytes });
  }

  private isLiar({ authority }: ClusterNode): boolean {
    return this.options.equivocators?.includes(authority) === true;
  }

  private checkOwn(node: ClusterNode, signed: SignedBlock): void {
    const { round, author, digest } = signed.ref;
    assert(author === node.authority, "only own blocks are pushed");
    assert(node.blocks.has(digest), "a block is persisted before it is sent");
    const before = this.proposals[author]!.findLast(({ ref }) => ref.round === round);
    assert((before ?? signed).ref.digest === digest, `one block in round ${round}`);
    if (before === undefined) this.proposals[author]!.push(signed);
  }

  private send(from: number, to: number, message: Message): void {
    if (this.cut.has(linkKey(from, to))) return;
    if (this.prng.chance(this.options.loss ?? 0)) return;
    const [least, most] = this.options.latencyMs;
    const atMs = this.nowMs + least + this.prng.unit() * (most - least);
    this.events.push(atMs, { kind: "Deliver", from, to, message });
  }

  private setTimer(node: ClusterNode, atMs: number): void {
    node.timerMs = atMs;
    const { authority, life } = node;
    const trueMs = atMs - (this.options.skewMs?.[authority] ?? 0);
    this.events.push(Math.max(trueMs, this.nowMs), { kind: "Timer", node: authority, atMs, life });
  }

  private connect(left: ClusterNode, right: ClusterNode): void {
    if (left.core === undefined || right.core === undefined) return;
    if (this.cut.has(linkKey(left.authority, right.authority))) return;
    const claims = [claimTo(right.core, left.authority), claimTo(left.core, right.authority)];
    for (const [place, node] of [left, right].entries()) {
      const peer = (node === left ? right : left).authority;
      this.step(node, { kind: "Connected", peer });
      this.step(node, { kind: "Subscribed", peer, claim: claims[place]! });
    }
  }

  private checkCommit(node: ClusterNode, { subDag }: Extract<Output, { kind: "Commit" }>): void {
    const { index, digest, blocks } = subDag;
    const stored = present(node.commits[index - 1], "a commit is persisted before delivery");
    assert(stored.index === index, "commits are stored in order");
    for (const { ref } of blocks) assert(node.blocks.has(ref.digest), "its blocks as well");
    assert(index <= node.delivered.length + 1, "no commit is left out");
    if (this.sequence[index - 1] === undefined) {
      this.sequence.push(digest);
      this.ordered.push(...blocks.flatMap(({ block }) => block.transactions));
    }
    assert(this.sequence[index - 1] === digest, `all agree on commit ${index}`);
    node.delivered[index - 1] = digest;
  }

  private submitForever(pauseMs: number): void {
    this.at(pauseMs, () => {
      const transaction = new Uint8Array(8);
      new DataView(transaction.buffer).setUint32(0, this.submitted++);
      this.submit(this.prng.below(this.nodes.length), transaction);
      this.submitForever(pauseMs);
    });
  }
}

/**
 * Carries out the orders of one step, in their order. What is persisted is on disk before the next
 * order; blocks and the commits right after them go in one write. Orders that take time are
 * answered by inputs later.
 *
 * @module
 */
import type { Logger } from "../base/log.ts";
import { encode } from "../bcs/schema.ts";
import type { Transport } from "../network/transport.ts";
import type { ExecuteOutcome, NodeInput, NodeOutput, PeerId } from "../node/io.ts";
import type { Digest } from "../types/address.ts";
import type { CheckpointBundle } from "../types/bundle.ts";
import type { Committee } from "../types/committee.ts";
import { peerMessage } from "../types/message.ts";
import type { Counters } from "./counters.ts";
import type { KeyRing } from "./key-ring.ts";
import type { ConsensusWrite, NodeStorage } from "./node-storage.ts";
import { remember } from "./remembered.ts";
import type { Verifier } from "./verifier.ts";

/** What orders are carried out with. */
export type PerformParts = {
  readonly storage: NodeStorage;
  readonly transport: Transport;
  readonly verifier: Verifier;
  readonly nowMs: () => number;
  readonly keys: Pick<KeyRing, "protocolPair">;
  readonly counters: Counters;
  readonly log: Logger;
  /** A checkpoint can be read. */
  readonly onCheckpoint: (bundle: CheckpointBundle) => void;
  /** Transactions have their place in the order, if the caller wants to know. */
  readonly onOrdered: ((digests: readonly Digest[]) => void) | undefined;
  readonly onEpoch: (epoch: bigint, committee: Committee) => void;
};

/** How what comes of orders gets back. */
export type PerformEvents = {
  readonly input: (input: NodeInput) => void;
  readonly answer: (request: number, outcome: ExecuteOutcome) => void;
  readonly offend: (peer: PeerId, reason: string) => void;
  readonly fail: (error: unknown) => void;
};

type Persist = Extract<NodeOutput, { kind: "PersistBlocks" | "PersistCommits" }>;
type Order = Exclude<NodeOutput, Persist>;
type OrderOf<K extends NodeOutput["kind"]> = Extract<NodeOutput, { kind: K }>;

/** Carries out the orders of one node. */
export class Performer {
  private readonly parts: PerformParts;
  private readonly events: PerformEvents;
  private timer: Timer | undefined;

  constructor(parts: PerformParts, events: PerformEvents) {
    this.parts = parts;
    this.events = events;
  }

  /** Carries out all orders of a step. */
  perform(outputs: readonly NodeOutput[]): void {
    let waiting: ConsensusWrite | undefined;
    for (const output of outputs) {
      if (output.kind === "PersistBlocks" || output.kind === "PersistCommits") {
        waiting = this.gather(waiting, output);
        continue;
      }
      waiting = this.write(waiting);
      this.carryOut(output);
    }
    this.write(waiting);
  }

  /** Nothing happens any more. */
  stop(): void {
    clearTimeout(this.timer);
  }

  private gather(waiting: ConsensusWrite | undefined, output: Persist): ConsensusWrite {
    const joins = waiting?.epoch === output.epoch && output.kind === "PersistCommits";
    const blocks = output.kind === "PersistBlocks" ? output.blocks : [];
    const commits = output.kind === "PersistCommits" ? output.commits : [];
    if (joins) return { ...waiting, commits: [...waiting.commits, ...commits] };
    this.write(waiting);
    return { epoch: output.epoch, blocks, commits };
  }

  private write(write: ConsensusWrite | undefined): undefined {
    if (write === undefined) return;
    this.parts.storage.writeConsensus(write);
    this.parts.counters.blocks += write.blocks.length;
    this.parts.counters.commits += write.commits.length;
  }

  private carryOut(output: Order): void {
    const { transport } = this.parts;
    switch (output.kind) {
      case "PersistMemory":
        return remember(this.parts.storage.stores.consensus, output);
      case "PersistCheckpoint":
        return this.persistCheckpoint(output);
      case "Send": {
        const isSent = transport.send(output.peer, encode(peerMessage, output.message));
        if (!isSent) this.parts.counters.messagesLost++;
        return;
      }
      case "Broadcast":
        transport.broadcast(encode(peerMessage, output.message), "validator");
        return;
      case "SetTimer":
        return this.setTimer(output.atMs);
      case "SignCheckpoint":
        return this.sign(output);
      case "Aggregate":
        return this.aggregate(output);
      case "Ordered":
        return this.parts.onOrdered?.(output.digests);
      case "Answer":
        return this.events.answer(output.request, output.outcome);
      case "EpochStarted":
        return this.parts.onEpoch(output.epoch, output.committee);
      case "Evidence":
        return this.keepEvidence(output);
      case "Misbehaved":
        return this.events.offend(output.peer, output.reason);
    }
  }

  private persistCheckpoint({ record }: OrderOf<"PersistCheckpoint">): void {
    const { storage, counters, onCheckpoint } = this.parts;
    storage.writeCheckpoint(record);
    counters.checkpoints++;
    counters.transactions += record.executed.length;
    onCheckpoint(record.bundle);
  }

  private setTimer(atMs: number): void {
    clearTimeout(this.timer);
    const waitMs = Math.max(0, atMs - this.parts.nowMs());
    // The node's time may have gone slower than the timer's.
    this.timer = setTimeout(() => {
      if (this.parts.nowMs() < atMs) this.setTimer(atMs);
      else this.events.input({ kind: "Timer" });
    }, waitMs);
  }

  private sign({ protocolKey, sequence, digest, message }: OrderOf<"SignCheckpoint">): void {
    const { verifier, keys } = this.parts;
    const pair = keys.protocolPair(protocolKey);
    this.later(async () => {
      const signature = await verifier.sign(pair, message);
      return { kind: "CheckpointSigned", sequence, digest, signature };
    });
  }

  private aggregate(order: OrderOf<"Aggregate">): void {
    const { sequence, digest, message, signers, publicKeys, signatures } = order;
    this.later(async () => {
      const list = { publicKeys, message, signatures };
      const { signature, invalid } = await this.parts.verifier.aggregate(list);
      const liars = invalid.map((place) => signers[place]!);
      return { kind: "Aggregated", sequence, digest, signers, signature, invalid: liars };
    });
  }

  private later(work: () => Promise<NodeInput>): void {
    work().then(this.events.input, this.events.fail);
  }

  private keepEvidence({ authority, blocks }: OrderOf<"Evidence">): void {
    const { storage, counters, log } = this.parts;
    storage.writeEvidence(authority, blocks);
    counters.evidence++;
    const { epoch, round } = blocks[0].block;
    log.warn(`authority ${authority} signed two blocks for round ${round} of epoch ${epoch}`);
  }
}

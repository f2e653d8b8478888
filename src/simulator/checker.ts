/**
 * What must never happen in a simulated world, looked at as soon as it could: two nodes with
 * different checkpoints at one sequence number, two blocks signed for one round, an honest node
 * accused or refused.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import type { DecodeFault } from "../bcs/schema.ts";
import type { CheckpointRecord, NodeOutput } from "../node/io.ts";
import type { Digest } from "../types/address.ts";
import type { SimNode } from "./sim-node.ts";

/** A broken invariant. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/** Watches what nodes persist and say. */
export class Checker {
  /** By sequence number: the checkpoint of the first node that certified it. */
  private readonly checkpoints: Digest[] = [];
  /** By node, epoch and round: the own block that was made durable. */
  private readonly signed = new Map<string, Digest>();

  constructor(genesis: CheckpointRecord) {
    this.checkpoints.push(genesis.digest);
  }

  /** How many checkpoints somebody has certified, genesis included. */
  get height(): number {
    return this.checkpoints.length;
  }

  /** Looks at what a node made durable. */
  observe(node: SimNode, output: NodeOutput): void {
    if (output.kind === "PersistCheckpoint") this.checkCheckpoint(node, output.record);
    if (output.kind !== "PersistBlocks") return;
    const authority = node.node?.epoch.setting.authority;
    for (const { ref } of output.blocks) {
      if (ref.author !== authority) continue;
      const slot = `${node.index}:${output.epoch}:${ref.round}`;
      const before = this.signed.get(slot) ?? ref.digest;
      if (before !== ref.digest) fail(node, `two own blocks in round ${ref.round}`);
      this.signed.set(slot, ref.digest);
    }
  }

  /** An honest world accuses nobody. */
  accuse(node: SimNode, output: Extract<NodeOutput, { kind: "Evidence" | "Misbehaved" }>): void {
    const what = output.kind === "Evidence" ? "equivocation" : output.reason;
    fail(node, `accuses a peer: ${what}`);
  }

  /** Honest nodes send nothing malformed. */
  malformed(node: SimNode, from: SimNode, fault: DecodeFault): void {
    fail(node, `malformed message of node ${from.index}: ${fault.path}: ${fault.reason}`);
  }

  /** Honest nodes send nothing that is refused. */
  rejected(node: SimNode, from: SimNode, reason: string): void {
    fail(node, `rejects a message of node ${from.index}: ${reason}`);
  }

  private checkCheckpoint(node: SimNode, record: CheckpointRecord): void {
    const sequence = Number(record.bundle.summary.sequence_number);
    const known = this.checkpoints[sequence];
    if (known === undefined) {
      assert(sequence === this.checkpoints.length, "checkpoints are certified in sequence");
      this.checkpoints.push(record.digest);
    } else if (known !== record.digest) {
      fail(node, `another checkpoint ${sequence}`);
    }
  }
}

function fail(node: SimNode, what: string): never {
  throw new InvariantError(`node ${node.index}: ${what}`);
}

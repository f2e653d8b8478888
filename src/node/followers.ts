/**
 * Peers that follow this node's certified checkpoints. A follower says which checkpoint it wants
 * next, which acknowledges all before; it is sent what there is, up to a window ahead, and each new
 * one as it is certified. One small record a peer, so a slow one costs nothing.
 *
 * @module
 */
import { NODE_LIMITS } from "../protocol/limits.ts";
import type { CheckpointBundle } from "../types/bundle.ts";
import type { NodeOutput, NodeReader, PeerId } from "./io.ts";

type Position = { acknowledged: bigint; next: bigint };

/** Where each follower is. */
export class Followers {
  private readonly positions = new Map<PeerId, Position>();
  private readonly reader: NodeReader;

  constructor(reader: NodeReader) {
    this.reader = reader;
  }

  /** `peer` has everything below `sequence`; returns what it is sent now. */
  follow(peer: PeerId, sequence: bigint): NodeOutput[] {
    const known = this.positions.get(peer);
    // Asking again for what was sent means that it did not arrive, or that the peer started over.
    const next = known === undefined || sequence <= known.acknowledged ? sequence : known.next;
    const position = { acknowledged: sequence, next: next < sequence ? sequence : next };
    this.positions.set(peer, position);
    return this.pump(peer, position);
  }

  /** The connection to `peer` is gone. */
  drop(peer: PeerId): void {
    this.positions.delete(peer);
  }

  /** A checkpoint was certified, and is in storage or is `fresh`. */
  advance(fresh: CheckpointBundle): NodeOutput[] {
    const out: NodeOutput[] = [];
    for (const [peer, position] of this.positions) out.push(...this.pump(peer, position, fresh));
    return out;
  }

  private pump(peer: PeerId, position: Position, fresh?: CheckpointBundle): NodeOutput[] {
    const out: NodeOutput[] = [];
    while (position.next < position.acknowledged + NODE_LIMITS.followWindow) {
      const isFresh = fresh?.summary.sequence_number === position.next;
      const bundle = isFresh ? fresh : this.reader.bundle(position.next);
      if (bundle === undefined) break;
      out.push({ kind: "Send", peer, message: { kind: "Checkpoint", bundle } });
      position.next++;
    }
    return out;
  }
}

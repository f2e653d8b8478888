/**
 * An equivocator signs two blocks for a round and shows each to a part of the others. Both form a
 * chain of their own, so that each part sees an author that keeps to the protocol, until they talk.
 *
 * @module
 */
import { present } from "../../base/assert.ts";
import type { Prng } from "../../base/prng.ts";
import { type Block, decodeSignedBlock, signBlock, type SignedBlock } from "../../types/block.ts";
import type { SimNode } from "../sim-node.ts";
import type { Fault } from "../stage.ts";

/** Variants that are remembered. */
const VARIANTS_MAX = 64;

/** Two blocks for a round. */
export const EQUIVOCATE: Fault = {
  corrupt: (stage, traitor) => {
    const { prng } = stage;
    const fork = new Fork(traitor, prng);
    let isSplit = stage.world.nodes.map(() => prng.chance(1 / 2));
    let showsBoth = false;
    stage.often(500, 6_000, () => {
      isSplit = stage.world.nodes.map(() => prng.chance(1 / 2));
      showsBoth = prng.chance(1 / 5);
    });
    return (message, to) => {
      if (message.kind !== "Block") return [message];
      const other = fork.variantOf(message.block);
      if (other === undefined) return [message];
      const variant = { kind: "Block", block: other.bytes } as const;
      if (showsBoth) return [message, variant];
      return isSplit[to] === true ? [variant] : [message];
    };
  },
};

/** The second chain of a traitor. */
class Fork {
  private readonly traitor: SimNode;
  private readonly prng: Prng;
  /** By the digest of the block of the first chain. */
  private readonly variants = new Map<string, SignedBlock>();

  constructor(traitor: SimNode, prng: Prng) {
    this.traitor = traitor;
    this.prng = prng;
  }

  /** The other block for the round of a block in these bytes. */
  variantOf(bytes: Uint8Array): SignedBlock | undefined {
    const decoded = decodeSignedBlock(bytes);
    if (!decoded.ok) return undefined;
    const { ref, block } = decoded.value;
    const known = this.variants.get(ref.digest);
    if (known !== undefined) return known;
    const { sign } = present(this.traitor.identity, "a validator");
    const variant = signBlock(this.vary(block), sign);
    this.variants.set(ref.digest, variant);
    const [oldest] = this.variants.keys();
    if (this.variants.size > VARIANTS_MAX) this.variants.delete(present(oldest, "the oldest"));
    return variant;
  }

  private vary(block: Block): Block {
    const [own, ...others] = block.ancestors;
    const previous = own && (this.variants.get(own.digest)?.ref ?? own);
    return {
      ...block,
      timestamp_ms: block.timestamp_ms + 1n + BigInt(this.prng.below(20)),
      ancestors: previous === undefined ? block.ancestors : [previous, ...others],
      transactions: this.prng.chance(1 / 2) ? [] : block.transactions,
    };
  }
}

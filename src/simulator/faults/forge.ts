/**
 * A forger signs blocks that break a rule, and asks and answers what makes no sense. The bytes are
 * in order; what they say is not.
 *
 * @module
 */
import { present } from "../../base/assert.ts";
import { toHex } from "../../base/bytes.ts";
import { U64_MAX } from "../../base/u64.ts";
import { toDigest } from "../../types/address.ts";
import {
  type Block,
  type BlockRef,
  decodeSignedBlock,
  signBlock,
  type SignedBlock,
} from "../../types/block.ts";
import { FETCH_BLOCKS_MAX, type PeerMessage } from "../../types/message.ts";
import type { SimNode } from "../sim-node.ts";
import type { Fault, Stage } from "../stage.ts";

const U32_MAX = 0xffff_ffff;

/** Well-formed nonsense. */
export const FORGE: Fault = {
  corrupt: (stage, traitor) => {
    const chance = stage.prng.pick([0.01, 0.05, 0.3]);
    return (message) => {
      if (!stage.prng.chance(chance)) return [message];
      const forged = message.kind === "Block" ? forgeBlock(stage, traitor, message.block) : message;
      return stage.prng.chance(1 / 2) ? [forged] : [message, drawNonsense(stage, traitor)];
    };
  },
};

function forgeBlock(stage: Stage, traitor: SimNode, bytes: Uint8Array): PeerMessage {
  const decoded = decodeSignedBlock(bytes);
  if (!decoded.ok) return { kind: "Block", block: bytes };
  const { sign } = present(traitor.identity, "a validator");
  const forged = signBlock(breakRule(stage, decoded.value), sign);
  return { kind: "Block", block: forged.bytes };
}

function breakRule(stage: Stage, { block }: SignedBlock): Block {
  const { prng, limits } = stage;
  const { ancestors } = block;
  const [first] = ancestors;
  const unknown = drawRef(stage, block.round);
  const breaches: readonly (() => Partial<Block>)[] = [
    () => ({ epoch: block.epoch + 1n }),
    () => ({ round: block.round + 1 + prng.below(100_000) }),
    () => ({ author: (block.author + 1) % stage.world.nodes.length }),
    () => ({ author: U32_MAX }),
    () => ({ timestamp_ms: 0n }),
    () => ({ timestamp_ms: block.timestamp_ms + BigInt(prng.below(100_000)) }),
    () => ({ timestamp_ms: U64_MAX }),
    () => ({ ancestors: [] }),
    () => ({ ancestors: ancestors.slice(0, 1) }),
    () => ({ ancestors: ancestors.slice(1) }),
    () => ({ ancestors: [...ancestors, ...ancestors.slice(0, 1)] }),
    () => ({ ancestors: [...ancestors.slice(0, -1), unknown] }),
    () => ({ ancestors: first === undefined ? [] : [{ ...first, round: 0 }] }),
    () => ({ transactions: [prng.bytes(40)] }),
    () => ({ transactions: [...block.transactions, ...block.transactions] }),
    () => ({ transactions: Array.from({ length: limits.blockTransactionsMax + 1 }, oneByte) }),
    () => ({ transactions: [new Uint8Array(limits.transactionBytesMax + 1)] }),
    () => ({ commit_votes: [...block.commit_votes, ...block.commit_votes] }),
    () => ({ commit_votes: [{ index: U32_MAX, digest: unknown.digest }] }),
  ];
  return { ...block, ...prng.pick(breaches)() };
}

function drawNonsense(stage: Stage, traitor: SimNode): PeerMessage {
  const { prng } = stage;
  const epoch = prng.pick([0n, present(traitor.node, "a running node").epoch.setting.number]);
  const refs = (count: number): BlockRef[] =>
    Array.from({ length: count }, () => drawRef(stage, prng.below(1_000)));
  const { digest } = drawRef(stage, 1);
  const request = prng.below(50);
  const sequence = prng.pick([0n, 1n, U64_MAX]);
  return prng.pick<PeerMessage>([
    { kind: "Subscribe", epoch, round: U32_MAX, signed: U32_MAX, asks: true },
    { kind: "Subscribe", epoch, round: 0, signed: 0, asks: false },
    { kind: "Subscribe", epoch: U64_MAX, round: 0, signed: 0, asks: true },
    { kind: "FetchBlocks", epoch, request, refs: refs(FETCH_BLOCKS_MAX), above: [] },
    { kind: "FetchBlocks", epoch, request, refs: [], above: [0, 0, 0, 0] },
    { kind: "FetchBlocks", epoch, request, refs: refs(1), above: [U32_MAX] },
    { kind: "FetchedBlocks", epoch, request, blocks: [] },
    { kind: "FetchedBlocks", epoch, request: U32_MAX, blocks: [] },
    { kind: "CheckpointSignature", epoch, sequence, digest, signature: prng.bytes(48) },
    { kind: "Follow", sequence },
    { kind: "Submitted", digest, refusal: undefined },
    { kind: "Submitted", digest, refusal: { reason: "Invalid", detail: "no" } },
  ]);
}

function drawRef({ prng }: Stage, round: number): BlockRef {
  return { round, author: prng.below(4), digest: toDigest(toHex(prng.bytes(32))) };
}

function oneByte(): Uint8Array {
  return new Uint8Array(1);
}

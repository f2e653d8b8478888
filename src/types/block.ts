/**
 * Consensus blocks: what an authority signs once in every round. A block names blocks of earlier
 * rounds, its own previous one first; those names are all the votes that the protocol has.
 *
 * The inner digest hashes the block and is what the author signs; the block's digest hashes the
 * inner digest and the signature, so it covers both while the payload is hashed only once. A
 * received block keeps the bytes it came in: they are stored and forwarded verbatim.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { concatBytes } from "../base/bytes.ts";
import { err, ok, type Result } from "../base/result.ts";
import {
  bytes,
  type Codec,
  decode,
  type DecodeFault,
  encode,
  hex32,
  struct,
  u32,
  u64,
  vector,
} from "../bcs/schema.ts";
import { blake2b256, blake2b256Hex } from "../crypto/digest.ts";
import { APP, intentMessage, SCOPE } from "../crypto/intent.ts";
import { type Digest, toDigest } from "./address.ts";
import { COMMITTEE_MEMBERS_MAX } from "./bounds.ts";
import { type CommitRef, commitRef } from "./commit-ref.ts";
import { type Committee, memberAt } from "./committee.ts";
import { firstVersion } from "./encoding.ts";

/** Names one block: the round and author are part of the name and must be true of the block. */
export type BlockRef = {
  readonly round: number;
  /** Authority index. */
  readonly author: number;
  readonly digest: Digest;
};

/** Where a block stands; only an equivocator has several blocks in one slot. */
export type Slot = Pick<BlockRef, "round" | "author">;

/**
 * How many of the blocks on a page of history are to be sent, if `next` is the first that did not
 * fit. The page after it is asked for by rounds, so a slot is sent whole; unless it fills a page.
 */
export function wholeSlots(page: readonly Slot[], next: Slot | undefined): number {
  const isSplit = ({ round, author }: Slot): boolean =>
    round === next?.round && author === next.author;
  const whole = page.findIndex(isSplit);
  return whole > 0 ? whole : page.length;
}

/** Layout of `BlockRef`: 40 bytes. */
export const blockRef: Codec<BlockRef> = struct<BlockRef>("BlockRef", {
  round: u32,
  author: u32,
  digest: hex32<Digest>("Digest"),
});

/** What an authority proposes in one round. */
export type Block = {
  readonly epoch: bigint;
  readonly round: number;
  /** Authority index. */
  readonly author: number;
  readonly timestamp_ms: bigint;
  /** The author's previous block first; one of each author, a quorum of the round before. */
  readonly ancestors: readonly BlockRef[];
  /** Opaque to consensus. */
  readonly transactions: readonly Uint8Array[];
  /** Commits that the author has made, by ascending index. */
  readonly commit_votes: readonly CommitRef[];
};

// The envelope leaves room for later versions.
const block: Codec<Block> = firstVersion(
  struct<Block>("Block", {
    epoch: u64,
    round: u32,
    author: u32,
    timestamp_ms: u64,
    ancestors: vector(blockRef, COMMITTEE_MEMBERS_MAX),
    transactions: vector(bytes),
    commit_votes: vector(commitRef),
  }),
);

/** A block with its signature and the digests computed when it was made or decoded. */
export type SignedBlock = {
  readonly block: Block;
  /** Ed25519, 64 bytes; empty in genesis blocks. */
  readonly signature: Uint8Array;
  readonly ref: BlockRef;
  /** The hash of the block without its signature: what is signed. */
  readonly innerDigest: Uint8Array;
  /** The block and then the signature, as sent and stored. */
  readonly bytes: Uint8Array;
};

/** What must hold for a signature to be valid; the host checks it, in batches. */
export type SignatureCheck = {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
};

/** Bytes of an Ed25519 signature. */
const SIGNATURE_BYTES = 64;

const NO_SIGNATURE = new Uint8Array(0);

/** Signs `unsigned` by `sign`, which returns an Ed25519 signature of the message. */
export function signBlock(unsigned: Block, sign: (message: Uint8Array) => Uint8Array): SignedBlock {
  const body = encode(block, unsigned);
  const innerDigest = blake2b256(body);
  const signature = sign(signingMessage(innerDigest));
  assert(signature.length === SIGNATURE_BYTES, "a block signature has 64 bytes");
  return seal({ block: unsigned, signature, innerDigest, bytes: concatBytes(body, signature) });
}

/** The signed block in `encoded`, its signature not yet verified. */
export function decodeSignedBlock(encoded: Uint8Array): Result<SignedBlock, DecodeFault> {
  const bodySize = encoded.length - SIGNATURE_BYTES;
  if (bodySize <= 0) return err({ path: "signature", reason: "64 bytes expected at the end" });
  const body = encoded.subarray(0, bodySize);
  const decoded = decode(block, body);
  if (!decoded.ok) return decoded;
  const signature = encoded.subarray(bodySize);
  const innerDigest = blake2b256(body);
  return ok(seal({ block: decoded.value, signature, innerDigest, bytes: encoded }));
}

/** The round-0 block of `author`: everybody derives it, nobody sends it. */
export function genesisBlock(epoch: bigint, author: number, timestampMs: bigint): SignedBlock {
  const unsigned: Block = {
    epoch,
    round: 0,
    author,
    timestamp_ms: timestampMs,
    ancestors: [],
    transactions: [],
    commit_votes: [],
  };
  const body = encode(block, unsigned);
  const innerDigest = blake2b256(body);
  return seal({ block: unsigned, signature: NO_SIGNATURE, innerDigest, bytes: body });
}

/** The check of a block's signature, or `undefined` when its author is not in the committee. */
export function blockSignatureCheck(
  signed: SignedBlock,
  committee: Committee,
): SignatureCheck | undefined {
  if (signed.block.author >= committee.members.length) return undefined;
  const publicKey = memberAt(committee, signed.block.author).worker_key;
  return { publicKey, message: signingMessage(signed.innerDigest), signature: signed.signature };
}

function signingMessage(innerDigest: Uint8Array): Uint8Array {
  return intentMessage(SCOPE.consensusBlock, innerDigest, APP.consensus);
}

function seal(parts: Omit<SignedBlock, "ref">): SignedBlock {
  const { round, author } = parts.block;
  const digest = toDigest(blake2b256Hex(parts.innerDigest, parts.signature));
  return { ...parts, ref: { round, author, digest } };
}

/**
 * The written-set commitment: a Merkle tree over the objects one checkpoint wrote or deleted, in
 * ascending order of id, with proofs that a client checks offline. Leaves, inner nodes and the
 * final count are hashed under different prefixes; a node without a sibling moves up unchanged.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { compareText, concatBytes, fromHex, u64le } from "../base/bytes.ts";
import { blake2b256Hex } from "../crypto/digest.ts";
import { type Digest, type ObjectId, ZERO_DIGEST } from "../types/address.ts";
import type { NetChange } from "./live-set.ts";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const ROOT = Uint8Array.of(2);

/** What a leaf says: the object's last version in the checkpoint, or its deletion. */
export type WrittenLeaf = {
  readonly id: ObjectId;
  readonly version: bigint;
  readonly digest: Digest;
};

/** That a leaf is in a written set: the siblings from the leaf up, absent where a node moved up. */
export type WrittenProof = {
  readonly index: number;
  readonly count: number;
  readonly siblings: readonly (Digest | undefined)[];
};

/** The leaves of `changes`, ascending by id. */
export function writtenLeaves(changes: Iterable<NetChange>): readonly WrittenLeaf[] {
  const leaves: WrittenLeaf[] = [];
  for (const { id, after } of changes) leaves.push({ id, ...after });
  return leaves.sort((left, right) => compareText(left.id, right.id));
}

/** The commitment to `leaves`, which are ascending by id. */
export function writtenRoot(leaves: readonly WrittenLeaf[]): Digest {
  let level: readonly Digest[] = leaves.map(hashLeaf);
  while (level.length > 1) level = parents(level);
  return seal(leaves.length, level[0] ?? ZERO_DIGEST);
}

/** The proof that the leaf at `index` is one of `leaves`. */
export function proveWritten(leaves: readonly WrittenLeaf[], index: number): WrittenProof {
  assert(index >= 0 && index < leaves.length, "the leaf is in the set");
  const siblings: (Digest | undefined)[] = [];
  let level: readonly Digest[] = leaves.map(hashLeaf);
  for (let at = index; level.length > 1; at >>>= 1) {
    siblings.push(level[at ^ 1]);
    level = parents(level);
  }
  return { index, count: leaves.length, siblings };
}

/** Whether `proof` shows that `leaf` is in the set that `root` commits to. */
export function verifyWritten(root: Digest, leaf: WrittenLeaf, proof: WrittenProof): boolean {
  if (proof.index < 0 || proof.index >= proof.count) return false;
  let hash = hashLeaf(leaf);
  let at = proof.index;
  let width = proof.count;
  for (const sibling of proof.siblings) {
    if (width <= 1) return false;
    const alone = at % 2 === 0 && at === width - 1;
    if (alone !== (sibling === undefined)) return false;
    if (sibling !== undefined)
      hash = at % 2 === 0 ? hashNode(hash, sibling) : hashNode(sibling, hash);
    at >>>= 1;
    width = (width + 1) >>> 1;
  }
  return width === 1 && seal(proof.count, hash) === root;
}

function parents(level: readonly Digest[]): readonly Digest[] {
  const above: Digest[] = [];
  for (let index = 0; index < level.length; index += 2) {
    const right = level[index + 1];
    above.push(right === undefined ? level[index]! : hashNode(level[index]!, right));
  }
  return above;
}

function hashLeaf(leaf: WrittenLeaf): Digest {
  const fields = concatBytes(fromHex(leaf.id), u64le(leaf.version), fromHex(leaf.digest));
  return blake2b256Hex(LEAF, fields) as Digest;
}

function hashNode(left: Digest, right: Digest): Digest {
  return blake2b256Hex(NODE, fromHex(left), fromHex(right)) as Digest;
}

function seal(count: number, root: Digest): Digest {
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, count, true);
  return blake2b256Hex(ROOT, size, fromHex(root)) as Digest;
}

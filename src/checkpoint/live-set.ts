/**
 * The live-set commitment: a homomorphic hash of every live object (LtHash, Bellare and Micciancio
 * 1997; Lewi et al. 2019). Each element expands to 1,024 lanes of 16 bits; the state is their sum
 * lane by lane, so that adding and removing an object costs the same however many there are, and
 * the order of changes does not matter.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { concatBytes, fromHex, u64le, utf8 } from "../base/bytes.ts";
import { blake2b256Hex } from "../crypto/digest.ts";
import { SUM_BYTES, sumExpansions, type Summand } from "../crypto/shake-sum.ts";
import { DELETED_DIGEST, type Digest, type ObjectId } from "../types/address.ts";

const ELEMENT_TAG = utf8("soma.live.v1");
const DIGEST_TAG = utf8("soma.lthash.v1");

/** One version of an object, as commitments see it. */
export type ObjectVersion = { readonly version: bigint; readonly digest: Digest };

/**
 * The net change of one object over a checkpoint: the version live before, if any, and the last
 * one written; `after.digest` is `DELETED_DIGEST` and its version the deleting one if it is gone.
 */
export type NetChange = {
  readonly id: ObjectId;
  readonly before: ObjectVersion | undefined;
  readonly after: ObjectVersion;
};

/** The sum of all live objects; empty when new. */
export class LiveSet {
  private readonly sum: Uint8Array;

  constructor(sum: Uint8Array = new Uint8Array(SUM_BYTES)) {
    this.sum = sum;
  }

  /** The live set whose `toBytes` gave `bytes`. */
  static fromBytes(bytes: Uint8Array): LiveSet {
    assert(bytes.length === SUM_BYTES, "a live set has 2,048 bytes");
    return new LiveSet(bytes.slice());
  }

  /** The state as 1,024 little-endian lanes. */
  toBytes(): Uint8Array {
    return this.sum.slice();
  }

  /** This set after `changes`; the receiver is left as it was. */
  with(changes: Iterable<NetChange>): LiveSet {
    return new LiveSet(sumExpansions(this.sum, summandsOf(changes)));
  }

  /** The 32-byte commitment to the whole set. */
  digest(): Digest {
    return blake2b256Hex(DIGEST_TAG, this.sum) as Digest;
  }
}

function* summandsOf(changes: Iterable<NetChange>): Generator<Summand> {
  for (const { id, before, after } of changes) {
    if (before !== undefined) yield { element: elementOf(id, before), sign: -1 };
    if (after.digest !== DELETED_DIGEST) yield { element: elementOf(id, after), sign: 1 };
  }
}

function elementOf(id: ObjectId, { version, digest }: ObjectVersion): Uint8Array {
  return concatBytes(ELEMENT_TAG, fromHex(id), u64le(version), fromHex(digest));
}

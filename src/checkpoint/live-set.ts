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
import { Lru } from "../base/lru.ts";
import { blake2b256Hex, shake256 } from "../crypto/digest.ts";
import { DELETED_DIGEST, type Digest, type ObjectId } from "../types/address.ts";

const LANES = 1024;
const STATE_BYTES = LANES * 2;
/** Elements whose 2,048 bytes are remembered. */
const EXPANSIONS_MAX = 4_096;
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
  private readonly lanes: Uint16Array;

  constructor(lanes: Uint16Array = new Uint16Array(LANES)) {
    assert(lanes.length === LANES, "a live set has 1,024 lanes");
    this.lanes = lanes;
  }

  /** The live set whose `toBytes` gave `bytes`. */
  static fromBytes(bytes: Uint8Array): LiveSet {
    assert(bytes.length === STATE_BYTES, "a live set has 2,048 bytes");
    return new LiveSet(readLanes(bytes));
  }

  /** The state as 1,024 little-endian lanes. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(STATE_BYTES);
    const view = new DataView(bytes.buffer);
    for (let lane = 0; lane < LANES; lane++) view.setUint16(lane * 2, this.lanes[lane]!, true);
    return bytes;
  }

  /** This set after `changes`; the receiver is left as it was. */
  with(changes: Iterable<NetChange>): LiveSet {
    const next = new LiveSet(this.lanes.slice());
    for (const { id, before, after } of changes) {
      if (before !== undefined) next.accumulate(id, before, -1);
      if (after.digest !== DELETED_DIGEST) next.accumulate(id, after, 1);
    }
    return next;
  }

  /** The 32-byte commitment to the whole set. */
  digest(): Digest {
    return blake2b256Hex(DIGEST_TAG, this.toBytes()) as Digest;
  }

  private accumulate(id: ObjectId, at: ObjectVersion, sign: 1 | -1): void {
    const expanded = expand(id, at);
    // A Uint16Array store wraps mod 2^16, which is the group the lanes live in.
    for (let lane = 0; lane < LANES; lane++) {
      this.lanes[lane] = this.lanes[lane]! + sign * expanded[lane]!;
    }
  }
}

// Cache: a pure function of the element. What one checkpoint adds, a later one takes away again.
const expansions = new Lru<Uint16Array>({ weightMax: EXPANSIONS_MAX });

function expand(id: ObjectId, { version, digest }: ObjectVersion): Uint16Array {
  const key = `${id}:${version}:${digest}`;
  const known = expansions.find(key);
  if (known !== undefined) return known;
  const element = concatBytes(ELEMENT_TAG, fromHex(id), u64le(version), fromHex(digest));
  const expanded = readLanes(shake256(element, STATE_BYTES));
  expansions.set(key, expanded);
  return expanded;
}

function readLanes(bytes: Uint8Array): Uint16Array {
  const lanes = new Uint16Array(LANES);
  for (let lane = 0; lane < LANES; lane++) {
    lanes[lane] = bytes[2 * lane]! | (bytes[2 * lane + 1]! << 8);
  }
  return lanes;
}

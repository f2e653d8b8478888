/**
 * Keys from one seed: SLIP-0010 for Ed25519, where every step of a path is hardened. Soma's paths
 * are m/44'/784'/account'/change'/index'.
 *
 * @module
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha512 } from "@noble/hashes/sha2.js";

import { assert } from "../base/assert.ts";
import { concatBytes, utf8 } from "../base/bytes.ts";
import { err, ok, type Result } from "../base/result.ts";

/** The path of a wallet's first key. */
export const DEFAULT_PATH = "m/44'/784'/0'/0'/0'";

const MASTER_KEY = utf8("ed25519 seed");
const KEY_BYTES = 32;
const HARDENED = 0x8000_0000;
const LEVELS = 5;
const PURPOSE = 44;
const COIN_TYPE = 784;
const LEVEL = /^(0|[1-9][0-9]{0,9})'$/;

/** The indices of a path, without the hardening bit, or why the text is no path of ours. */
export function parsePath(text: string): Result<readonly number[], string> {
  const [root, ...levels] = text.split("/");
  if (root !== "m") return err("a derivation path starts with m/");
  if (levels.length !== LEVELS) return err(`a derivation path has ${LEVELS} levels after m`);
  if (!levels.every((level) => LEVEL.test(level))) {
    return err("every level of a derivation path is a number and an apostrophe");
  }
  const indices = levels.map((level) => Number(level.slice(0, -1)));
  if (indices.some((index) => index >= HARDENED)) return err("a level is at most 2147483647");
  if (indices[0] !== PURPOSE || indices[1] !== COIN_TYPE) {
    return err(`a derivation path starts with m/${PURPOSE}'/${COIN_TYPE}'`);
  }
  return ok(indices);
}

/** The 32-byte Ed25519 seed at `path` below the master key of `seed`. */
export function deriveEd25519(seed: Uint8Array, path: readonly number[]): Uint8Array {
  let node: Uint8Array = hmac(sha512, MASTER_KEY, seed);
  for (const index of path) node = childNode(node, index);
  return node.slice(0, KEY_BYTES);
}

/** A node is a key and a chain code; both halves of the hash of its parent and its index. */
function childNode(parent: Uint8Array, index: number): Uint8Array {
  assert(Number.isInteger(index) && index >= 0 && index < HARDENED, "index fits in 31 bits");
  const number = new Uint8Array(4);
  new DataView(number.buffer).setUint32(0, index + HARDENED);
  const data = concatBytes(new Uint8Array(1), parent.subarray(0, KEY_BYTES), number);
  return hmac(sha512, parent.subarray(KEY_BYTES), data);
}

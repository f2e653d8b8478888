/**
 * The keys that releases are signed with: Ed25519 seeds in a folder that is not the repository,
 * readable by their owner only. The first signs; all are trusted by what is built, so that a new
 * one can be announced before an old one goes.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { compareText } from "../../src/base/bytes.ts";
import { ed25519PublicKey, ed25519Sign } from "../../src/crypto/ed25519.ts";
import { SIGNATURE_SUFFIX } from "../../src/sup/index-file.ts";

/** The keys of a release. */
export type ReleaseKeys = {
  /** Public keys, 64 hex digits each. */
  readonly trusted: readonly string[];
  /** Writes the signature of a file beside it. */
  readonly sign: (path: string) => void;
};

const SUFFIX = ".seed";
const ED25519_SPKI_PREFIX = "302a300506032b6570032100";

/** Reads the keys in `folder`; makes one if there is none. */
export function openKeys(folder: string): ReleaseKeys {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (seedNames(folder).length === 0) {
    const path = join(folder, `release-1${SUFFIX}`);
    writeFileSync(path, `${randomBytes(32).toHex()}\n`, { mode: 0o600 });
  }
  const seeds = seedNames(folder).map((name) => readSeed(join(folder, name)));
  return {
    trusted: seeds.map((seed) => ed25519PublicKey(seed).toHex()),
    sign: (path) => {
      const signature = ed25519Sign(seeds[0]!, readFileSync(path));
      writeFileSync(path + SIGNATURE_SUFFIX, signature);
    },
  };
}

/** A public key as the base64 of its SPKI, which is what OpenSSL reads. */
export function spkiBase64(publicKey: string): string {
  return Buffer.from(ED25519_SPKI_PREFIX + publicKey, "hex").toString("base64");
}

function seedNames(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(SUFFIX))
    .sort(compareText);
}

function readSeed(path: string): Uint8Array {
  const text = readFileSync(path, "utf8").trim();
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error(`${path} does not hold 64 hex digits`);
  return Uint8Array.fromHex(text);
}

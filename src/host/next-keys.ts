/**
 * The keys that a validator is to have next. Its configuration names their files, which need not
 * exist until its operator has staged such keys on the chain.
 *
 * @module
 */
import { existsSync } from "node:fs";

import { SomaError } from "../base/errors.ts";
import { err, type Result } from "../base/result.ts";
import { BLS_KEY, ED25519_KEY, type KeyForm, readSecret } from "./key-pairs.ts";

/** A kind of key that can change. */
export type KeyKind = "protocol" | "worker" | "network";

/** The kinds of keys that can change. */
export const KEY_KINDS: readonly KeyKind[] = ["protocol", "worker", "network"];

const FORMS: Readonly<Record<KeyKind, KeyForm>> = {
  protocol: BLS_KEY,
  worker: ED25519_KEY,
  network: ED25519_KEY,
};

/** The files of the keys that are to follow, by absolute path. */
export type NextKeyFiles = Readonly<Partial<Record<KeyKind, string>>>;

/** Secret keys that are to follow, as far as they are there. */
export type NextKeys = Readonly<Partial<Record<KeyKind, Uint8Array>>>;

/** Reads the files that exist; `onProblem` hears of those that hold no key. */
export function readNextKeys(files: NextKeyFiles, onProblem: (problem: string) => void): NextKeys {
  const keys: Partial<Record<KeyKind, Uint8Array>> = {};
  for (const kind of KEY_KINDS) {
    const path = files[kind];
    if (path === undefined || !existsSync(path)) continue;
    const read = readFile(path, FORMS[kind]);
    if (read.ok) keys[kind] = read.value;
    else onProblem(`next ${kind} key ${path}: ${read.error}`);
  }
  return keys;
}

function readFile(path: string, form: KeyForm): Result<Uint8Array, string> {
  try {
    return readSecret(path, form);
  } catch (error) {
    if (error instanceof SomaError) return err(error.message);
    throw error;
  }
}

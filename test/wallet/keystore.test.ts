/**
 * A keystore is read whole or refused by name, and never overwritten when it cannot be read.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { AssertionError } from "../../src/base/assert.ts";
import { keyOfSeed, KEYS_MAX, readKeystore, writeKeystore } from "../../src/wallet/keystore.ts";
import { failure, modeOf, temporaryDir } from "./scratch.ts";

const one = keyOfSeed(new Uint8Array(32).fill(1));
const two = keyOfSeed(new Uint8Array(32).fill(2));

function keystoreWith(text: string): string {
  const path = join(temporaryDir(), "soma.keystore");
  writeFileSync(path, text, { mode: 0o644 });
  return path;
}

test("a missing keystore is empty", () => {
  expect(readKeystore(join(temporaryDir(), "soma.keystore"))).toEqual([]);
});

test("keys come back in the order in which they were written, for the owner only", () => {
  const path = keystoreWith("[]");
  writeKeystore(path, [two, one]);
  expect(readKeystore(path)).toEqual([two, one]);
  expect(modeOf(path)).toBe("600");
});

test("reading closes a keystore that others can read", () => {
  const path = keystoreWith("[]");
  readKeystore(path);
  expect(modeOf(path)).toBe("600");
});

test("a key that stands twice is one key", () => {
  const entry = JSON.stringify(Buffer.concat([Buffer.of(0), one.seed]).toString("base64"));
  expect(readKeystore(keystoreWith(`[${entry}, ${entry}]`))).toEqual([one]);
});

const VALID = Buffer.concat([Buffer.of(0), one.seed]).toString("base64");

test.each([
  ["", "it is empty"],
  ["{", "it is not JSON"],
  ["{}", "expected array"],
  ["[1]", "0: Invalid input: expected string, received number"],
  [`["${VALID}", "AAAA"]`, "entry 1: a key is the base64 of 33 bytes"],
  [`["${VALID.slice(0, -4)}"]`, "entry 0: a key is the base64 of 33 bytes"],
  [`["AQ${VALID.slice(2)}"]`, "entry 0: the key is not of the Ed25519 scheme"],
  [`["${VALID.slice(0, -1)}!"]`, "entry 0: a key is the base64 of 33 bytes"],
])("refused: %p", (text, reason) => {
  const path = keystoreWith(text);
  const error = failure(() => readKeystore(path));
  expect(error.code).toBe("keystore_corrupt");
  expect(error.message).toStartWith(`${path} is not a list of keys (`);
  expect(error.message).toContain(reason);
  expect(error.message).not.toContain(VALID.slice(0, 20));
  expect(error.hint).toContain("backup");
});

test("more keys than the limit are our own bug", () => {
  const keys = Array.from({ length: KEYS_MAX + 1 }, () => one);
  expect(() => writeKeystore(keystoreWith("[]"), keys)).toThrow(AssertionError);
});

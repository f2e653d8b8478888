/**
 * The keystore is the file that every Soma wallet reads: entries, addresses and key texts by the
 * published vectors.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { fromHex } from "../../src/base/bytes.ts";
import {
  keyOfSeed,
  publicKeyText,
  readKeystore,
  writeKeystore,
} from "../../src/wallet/keystore.ts";
import { readSmallFile } from "../../src/wallet/small-file.ts";
import vectors from "../vectors/wire_vectors.json" with { type: "json" };
import { temporaryDir } from "./scratch.ts";

const { keypair } = vectors.computed;

test("a seed gives the address and the texts of the vectors", () => {
  const key = keyOfSeed(fromHex(keypair.secret_key_hex));
  expect<string>(key.address).toBe(keypair.address);
  expect(key.publicKey.toHex()).toBe(keypair.public_key_hex);
  expect(publicKeyText(key)).toBe(keypair.public_key_base64_with_flag);
});

test("a keystore written elsewhere is read, and ours has the same form", () => {
  const path = join(temporaryDir(), "soma.keystore");
  writeFileSync(path, JSON.stringify([keypair.keystore_entry_base64]));
  const keys = readKeystore(path);
  expect(keys.map((key) => key.seed.toHex())).toEqual([keypair.secret_key_hex]);
  writeKeystore(path, keys);
  expect(JSON.parse(readSmallFile(path) ?? "")).toEqual([keypair.keystore_entry_base64]);
});

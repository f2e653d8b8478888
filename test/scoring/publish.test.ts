/**
 * Weights before they are published: what is hosted opens with the key, and nothing else passes.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { toHex } from "../../src/base/bytes.ts";
import { applyAesCtr } from "../../src/crypto/aes-ctr.ts";
import { blake2b256Hex } from "../../src/crypto/digest.ts";
import { evaluate } from "../../src/model/compete.ts";
import { SMALL, V1 } from "../../src/model/config.ts";
import { readWeights } from "../../src/model/weights.ts";
import {
  DEFAULT_SAMPLE,
  encryptWeights,
  meanEmbedding,
  openWeights,
} from "../../src/scoring/publish.ts";
import { Scorer } from "../../src/scoring/scorer.ts";
import { sizeForDim, sizeOfFile } from "../../src/scoring/sizes.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";
import { worstError } from "../vectors/scoring.ts";

const path = fileURLToPath(new URL("../../src/localnet/content/code.safetensors", import.meta.url));
const plain = new Uint8Array(readFileSync(path));
const key = new Uint8Array(32).fill(7);
const scorer = new Scorer();

afterAll(async () => {
  await scorer.stop();
  removeTemporary();
});

test("encrypted weights open with their key and have the checksum of what is hosted", () => {
  const published = encryptWeights(SMALL, { name: "code", plain }, key);
  expect(published.checksum as string).toBe(blake2b256Hex(published.encrypted));
  expect(published.encrypted.length).toBe(plain.length);
  const opened = openWeights(SMALL, { name: "code", encrypted: published.encrypted }, key);
  expect(toHex(opened.plain.subarray(0, 64))).toBe(toHex(plain.subarray(0, 64)));
  expect(opened.checksum).toBe(published.checksum);
});

test("what is no model, of another size, or encrypted with another key is refused", () => {
  const { encrypted } = encryptWeights(SMALL, { name: "code", plain }, key);
  const other = key.slice().fill(8);
  const text = new TextEncoder().encode("hello");
  expect(() => openWeights(SMALL, { name: "a", encrypted }, other)).toThrow("a is no weights file");
  expect(() => encryptWeights(SMALL, { name: "b", plain: text }, key)).toThrow("b is no weights");
  expect(() => encryptWeights(V1, { name: "c", plain }, key)).toThrow(
    "its shape is [16]; the model needs [2048]",
  );
});

test("the embedding is the model's mean over the sample", async () => {
  const weights = readWeights(SMALL, plain);
  if (!weights.ok) throw new Error(weights.error.reason);
  const expected = evaluate(SMALL, weights.value, DEFAULT_SAMPLE, 0n).embedding;
  const encrypted = join(temporaryDirectory(), "encrypted");
  writeFileSync(encrypted, applyAesCtr(key, plain));
  for (const file of [{ path }, { path: encrypted, key }]) {
    const embedding = await meanEmbedding(scorer, SMALL, file, {});
    expect(worstError(embedding, expected)).toBeLessThan(1e-5);
  }
});

test("the size of a model is known by its file or by its network", () => {
  expect(sizeOfFile(plain, "code")).toBe(SMALL);
  expect(sizeForDim(2048)).toBe(V1);
  expect(() => sizeForDim(17)).toThrow("no model has embeddings of 17 values");
  expect(() => sizeOfFile(new Uint8Array(8), "zeros")).toThrow("zeros is no weights file");
});

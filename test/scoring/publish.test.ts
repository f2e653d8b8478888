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
import { type ModelConfig, SMALL, V1 } from "../../src/model/config.ts";
import { readWeights, writeWeights } from "../../src/model/weights.ts";
import {
  DEFAULT_SAMPLE,
  meanEmbedding,
  prepareWeights,
  type WeightsInput,
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

/** A new file of these bytes. */
function fileOf(bytes: Uint8Array): string {
  const file = join(temporaryDirectory(), "weights");
  writeFileSync(file, bytes);
  return file;
}

test("encrypted weights open with their key and have the checksum of what is hosted", async () => {
  const input = { path, name: "code", key, isEncrypted: false };
  const shares: number[] = [];
  const onProgress = (share: number): void => void shares.push(share);
  const published = await prepareWeights(SMALL, input, { onProgress });
  const encrypted = await new Response(published.encrypted()).bytes();
  expect(toHex(encrypted)).toBe(toHex(applyAesCtr(key, plain)));
  expect(published.checksum as string).toBe(blake2b256Hex(encrypted));
  expect(published.sizeBytes).toBe(plain.length);
  expect(shares.at(-1)).toBe(1);
  const again = { path: fileOf(encrypted), name: "code", key, isEncrypted: true };
  const opened = await prepareWeights(SMALL, again);
  expect(opened.checksum).toBe(published.checksum);
  expect(toHex(await new Response(opened.encrypted()).bytes())).toBe(toHex(encrypted));
});

test("what is no model, of another size, or encrypted with another key is refused", async () => {
  const encrypted = fileOf(applyAesCtr(key, plain));
  const other = key.slice().fill(8);
  const refused = (config: ModelConfig, input: Partial<WeightsInput>): Promise<unknown> =>
    prepareWeights(config, { path, name: "a", key, isEncrypted: false, ...input });
  await expect(refused(SMALL, { path: encrypted, key: other, isEncrypted: true })).rejects.toThrow(
    "a: decrypted with this key it is no weights file",
  );
  const hello = fileOf(new TextEncoder().encode("hello"));
  await expect(refused(SMALL, { path: hello })).rejects.toThrow("a is no weights");
  await expect(refused(V1, {})).rejects.toThrow("its shape is [16]; the model needs [2048]");
  const holes = writeWeights(SMALL, (_, shape) =>
    new Float32Array(shape.reduce((product, side) => product * side, 1)).fill(NaN),
  );
  await expect(refused(SMALL, { path: fileOf(holes) })).rejects.toThrow("element 0 is NaN");
});

test("a preparation that is not wanted any more ends", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  const input = { path, name: "a", key, isEncrypted: false };
  await expect(prepareWeights(SMALL, input, { signal })).rejects.toThrow("enough");
});

test("the embedding is the model's mean over the sample", async () => {
  const weights = readWeights(SMALL, plain);
  if (!weights.ok) throw new Error(weights.error.reason);
  const expected = evaluate(SMALL, weights.value, DEFAULT_SAMPLE, 0n).embedding;
  const encrypted = fileOf(applyAesCtr(key, plain));
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

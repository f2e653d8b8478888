/**
 * Waiting that can be ended, and weights that are sealed.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { pause } from "../../src/client/pause.ts";
import { commitment, decryptWeights, encryptWeights } from "../../src/client/seal.ts";
import { formatDigest } from "../../src/types/text.ts";
import { computed } from "../vectors/wire_vectors.json";

test("a pause ends by itself, or with an error when it is told to", async () => {
  await pause(1);
  const abort = new AbortController();
  const long = pause(600_000, abort.signal);
  abort.abort();
  await expect(long).rejects.toMatchObject({ code: "cancelled" });
  await expect(pause(600_000, AbortSignal.abort())).rejects.toMatchObject({ code: "cancelled" });
});

test("what is sealed opens with its key, and each file has its own", () => {
  const plain = new Uint8Array(1_000).fill(7);
  const [one, two] = [encryptWeights(plain), encryptWeights(plain)];
  expect(decryptWeights(one)).toEqual(plain);
  expect(one.encrypted).not.toEqual(plain);
  expect(one.key).not.toEqual(two.key);
  expect(() => decryptWeights({ ...one, key: new Uint8Array(16) })).toThrow("32 bytes, not 16");
});

test("a commitment is that of the published package", () => {
  for (const { data_utf8: text, b58 } of computed.commitment) {
    expect(formatDigest(commitment(new TextEncoder().encode(text)))).toBe(b58);
  }
});

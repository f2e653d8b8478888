/**
 * Embeddings and keys as people type them.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { DECRYPTION_KEY, EMBEDDING, readEmbedding } from "../../src/cli/model-values.ts";
import { POSITIVE_AMOUNT } from "../../src/cli/values.ts";
import { makeDeps, temporaryDir } from "./world.ts";

const directory = temporaryDir();
const deps = { ...makeDeps({}).deps, cwd: directory };

function fromFile(content: string): Float32Array {
  writeFileSync(join(directory, "e.json"), content);
  return readEmbedding(deps, { kind: "file", path: "e.json" });
}

test("an embedding is a list with commas, or a file with a JSON list", () => {
  const parsed = EMBEDDING.parse("-0.5, 1e-3,+2,.25");
  expect(parsed).toEqual({
    ok: true,
    value: { kind: "values", values: Float32Array.of(-0.5, 1e-3, 2, 0.25) },
  });
  expect(EMBEDDING.parse("@e.json")).toEqual({ ok: true, value: { kind: "file", path: "e.json" } });
  expect(fromFile("[1, -2.5, 3e2]")).toEqual(Float32Array.of(1, -2.5, 300));
});

test("a zero has no sign, whose bit a journal would lose", () => {
  for (const zero of ["-0", "-1e-60"]) {
    const values = fromFile(`[${zero}, 1]`);
    expect(Object.is(values[0], 0)).toBe(true);
  }
});

test.each([
  ["", "value 0 is not a number"],
  ["1,,2", "value 1 is not a number"],
  ["1,NaN", "value 1 is not a number"],
  ["1,0x10", "value 1 is not a number"],
  ["1,1e39", "value 1 is out of range"],
  ["0,0", "all values are zero"],
  ["@", "a path follows the @"],
])("%j is no embedding: %s", (text, reason) => {
  expect(EMBEDDING.parse(text)).toEqual({ ok: false, error: reason });
});

test.each([
  ["{", "it is not JSON"],
  ["{}", "it is not a list"],
  ['[1, "2"]', "entry 1 is not a number"],
  ["[1e999]", "value 0 is not a number"],
])("a file with %j is refused: %s", (content, reason) => {
  expect(() => fromFile(content)).toThrow(`--embedding e.json: ${reason}`);
});

test("a key is never quoted", () => {
  const secret = "9".repeat(43);
  expect(DECRYPTION_KEY.parse("1".repeat(32))).toEqual({ ok: true, value: new Uint8Array(32) });
  expect(JSON.stringify(DECRYPTION_KEY.parse(`${secret}0`))).not.toContain(secret);
});

test("an amount that somebody moves is not zero", () => {
  expect(POSITIVE_AMOUNT.parse("0.000000001")).toEqual({ ok: true, value: 1n });
  expect(POSITIVE_AMOUNT.parse("0.0")).toEqual({ ok: false, error: "an amount is greater than 0" });
});

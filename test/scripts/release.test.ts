/**
 * The parts of a release that are written beside its archives, and what its packages bring along.
 *
 * @module
 */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describeRelease, writeIndex } from "../../scripts/release/index-entry.ts";
import { sbom } from "../../scripts/release/sbom.ts";
import { type Index, indexSchema } from "../../src/sup/index-file.ts";

const folder = mkdtempSync(join(tmpdir(), "soma-release-parts-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the list of releases", () => {
  const nowMs = Date.parse("2026-01-01T00:00:00.000Z");
  const add = async (version: string): Promise<Index> => {
    const release = describeRelease({ channel: "testnet", version }, [], nowMs);
    const path = writeIndex(folder, release, { nowMs, days: 90 });
    return indexSchema.parse(await Bun.file(path).json());
  };

  test("has the newest first, each once; its serial grows and its expiry is set anew", async () => {
    await add("1.0.0");
    await add("1.1.0");
    const { serial, expires, releases } = await add("1.1.0");
    expect(releases.map(({ tag }) => tag)).toEqual(["testnet-v1.1.0", "testnet-v1.0.0"]);
    expect({ serial, expires }).toEqual({ serial: 3, expires: "2026-04-01T00:00:00.000Z" });
  });
});

describe("the bill of materials", () => {
  type Component = { readonly name: string; readonly hashes?: readonly { content: string }[] };
  const { components } = JSON.parse(sbom("1.0.0", ["linux-x64", "macos-arm64"])) as {
    components: Component[];
  };

  test("names what is carried on each platform, each once, with its hash", () => {
    const names = components.map(({ name }) => name);
    const expected = [
      "bun",
      "zod",
      "bun-webgpu",
      "bun-webgpu-linux-x64",
      "bun-webgpu-darwin-arm64",
    ];
    expect(names).toEqual(expect.arrayContaining(expected));
    expect(names).not.toContain("bun-webgpu-win32-x64");
    expect(new Set(names).size).toBe(names.length);
    for (const { name, hashes } of components) {
      if (name !== "bun") expect(hashes?.[0]?.content).toMatch(/^[0-9a-f]{128}$/);
    }
  });
});

test("older runtimes get bytes as hex and base64 that are like those of newer ones", async () => {
  const samples = [0, 1, 2, 3, 255].map((size) => crypto.getRandomValues(new Uint8Array(size)));
  const texts = samples.map((bytes) => [bytes.toHex(), bytes.toBase64()]);
  const places = [Uint8Array.prototype, Uint8Array];
  const before = places.map((place) => Object.getOwnPropertyDescriptors(place));
  for (const name of ["toHex", "toBase64", "fromHex", "fromBase64"]) {
    for (const place of places) Reflect.deleteProperty(place, name);
  }
  try {
    await import("../../scripts/release/older-runtimes.ts");
    const own = Object.getOwnPropertyDescriptor(Uint8Array, "fromHex");
    expect(own?.value).toBeFunction();
    expect(own?.enumerable).toBe(false);
    expect(samples.map((bytes) => [bytes.toHex(), bytes.toBase64()])).toEqual(texts);
    expect(texts.map(([hex]) => Uint8Array.fromHex(hex!))).toEqual(samples);
    expect(texts.map(([, base64]) => Uint8Array.fromBase64(base64!))).toEqual(samples);
    for (const bad of ["0", "0g"]) expect(() => Uint8Array.fromHex(bad)).toThrow(SyntaxError);
    for (const bad of ["A", "AA=", "A!=="]) {
      expect(() => Uint8Array.fromBase64(bad)).toThrow(SyntaxError);
    }
  } finally {
    for (const [index, place] of places.entries()) Object.defineProperties(place, before[index]!);
  }
});

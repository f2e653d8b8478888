/**
 * The parts of a release that are written beside its archives, and what its packages bring along.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describeRelease, writeIndex } from "../../scripts/release/index-entry.ts";
import { openKeys } from "../../scripts/release/keys.ts";
import { bringIndex } from "../../scripts/release/previous-index.ts";
import { sbom } from "../../scripts/release/sbom.ts";
import { type Index, indexSchema } from "../../src/sup/index-file.ts";
import { serve } from "../e2e/install/releases.ts";

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

describe("the list that a release goes on from", () => {
  const nowMs = Date.parse("2026-01-01T00:00:00.000Z");
  const keys = openKeys(join(folder, "keys"));
  const others = openKeys(join(folder, "their-keys"));
  const tag = { channel: "testnet", version: "1.0.0" };
  let server: Bun.Server<undefined>;

  beforeAll(() => {
    const published = mkdtempSync(join(folder, "published-"));
    writeIndex(published, describeRelease(tag, [], nowMs), { nowMs, days: 1 });
    keys.sign(writeIndex(published, describeRelease(tag, [], nowMs), { nowMs, days: 1 }));
    server = serve(published);
  });
  afterAll(() => server.stop(true));

  test("is the published one if the folder has none: its serial and releases go on", async () => {
    const out = mkdtempSync(join(folder, "out-"));
    await bringIndex(out, server.url.href, keys.trusted);
    const next = describeRelease({ ...tag, version: "1.1.0" }, [], nowMs);
    const path = writeIndex(out, next, { nowMs, days: 90 });
    const { serial, releases } = indexSchema.parse(await Bun.file(path).json());
    expect({ serial, tags: releases.map((one) => one.tag) }).toEqual({
      serial: 3,
      tags: ["testnet-v1.1.0", "testnet-v1.0.0"],
    });
    // One that is there already stays as it is.
    await bringIndex(out, "http://127.0.0.1:1", keys.trusted);
  });

  test("is none where none is published", async () => {
    const out = mkdtempSync(join(folder, "out-"));
    await bringIndex(out, `${server.url.href}nothing`, keys.trusted);
    await bringIndex(out, "", keys.trusted);
    expect(existsSync(join(out, "index.json"))).toBe(false);
  });

  test("is not taken from strangers, nor left out because a server is away", async () => {
    const out = mkdtempSync(join(folder, "out-"));
    const bring = (url: string, who: typeof keys): Promise<void> =>
      bringIndex(out, url, who.trusted);
    await expect(bring(server.url.href, others)).rejects.toThrow("is not signed by one of these");
    await expect(bring("http://127.0.0.1:1", keys)).rejects.toThrow("cannot reach");
    expect(existsSync(join(out, "index.json"))).toBe(false);
  });
});

describe("typed wrongly, a release says so in one line", () => {
  const release = (...words: string[]): object => {
    const script = join(import.meta.dir, "../../scripts/release.ts");
    const { exitCode, stderr } = Bun.spawnSync([process.execPath, script, ...words]);
    return { exitCode, says: stderr.toString().trim() };
  };
  const line = (start: string): unknown =>
    expect.stringMatching(new RegExp(`^release: ${start}.*$`));

  test.each([
    [["--colour"], "Unknown option"],
    [["--tag", "v1"], "--tag: "],
    [["--tag", "testnet-v1.0.0"], "--keys: name the folder"],
    [["--tag", "testnet-v1.0.0", "--keys", join(import.meta.dir, "k")], "--keys: keep the signing"],
    [["--tag", "testnet-v1.0.0", "--keys", "/k", "--only", "beos"], "--only: "],
  ])("%j", (words, start) => {
    expect(release(...words)).toEqual({ exitCode: 2, says: line(start) });
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

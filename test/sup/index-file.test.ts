/**
 * A list of releases is believed only when it is signed, whole, not older than one seen before and
 * not expired.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { SomaError } from "../../src/base/errors.ts";
import { ed25519PublicKey, ed25519Sign } from "../../src/crypto/ed25519.ts";
import {
  type Asset,
  findAsset,
  findRelease,
  type Index,
  readIndex,
  type Release,
} from "../../src/sup/index-file.ts";

const NOW_MS = Date.parse("2026-06-01T00:00:00Z");
const SEED = new Uint8Array(32).fill(1);
const OTHER_SEED = new Uint8Array(32).fill(2);
const KEYS = [OTHER_SEED, SEED].map(ed25519PublicKey);
const HASH = "ab".repeat(32);

const asset = (platform: Asset["platform"], more: Partial<Asset> = {}): Asset => ({
  name: `soma-${platform}.tar.gz`,
  platform,
  backend: "wgpu",
  format: "tar.gz",
  size: 1,
  sha256: HASH,
  ...more,
});

const release = (channel: string, version: string, more: Partial<Release> = {}): Release => ({
  tag: `${channel}-v${version}`,
  channel,
  version,
  commit: "abc",
  protocol: [1, 1],
  date: "2026-05-01T00:00:00Z",
  changes: [],
  assets: [asset("linux-x64"), asset("linux-x64", { format: "tar.xz", name: "x.tar.xz" })],
  ...more,
});

const INDEX: Index = {
  v: 1,
  serial: 7,
  expires: "2026-07-01T00:00:00Z",
  releases: [
    release("testnet", "0.10.0"),
    release("testnet", "0.9.0"),
    release("testnet", "0.11.0", { yanked: "it forgets keys" }),
    release("nightly", "1.0.0"),
  ],
};

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

function read(
  value: unknown,
  more: { serialMin?: number; nowMs?: number; seed?: Uint8Array } = {},
) {
  const { serialMin = 0, nowMs = NOW_MS, seed = SEED } = more;
  const bytes = bytesOf(value);
  return readIndex(bytes, ed25519Sign(seed, bytes), { keys: KEYS, serialMin, nowMs });
}

function refusal(act: () => unknown): { exit: number; message: string } {
  try {
    act();
  } catch (error) {
    if (error instanceof SomaError) return { exit: error.exit, message: error.message };
    throw error;
  }
  throw new Error("it was believed");
}

describe("a list", () => {
  test("signed by any of the keys is read", () => {
    expect(read(INDEX)).toEqual(INDEX);
    expect(read(INDEX, { seed: OTHER_SEED, serialMin: 7 })).toEqual(INDEX);
  });

  test("with fields of the future is read without them", () => {
    expect(read({ ...INDEX, hue: "blue" })).toEqual(INDEX);
  });

  test.each([
    [
      "signed by a stranger",
      () => read(INDEX, { seed: new Uint8Array(32).fill(3) }),
      /not by a key/,
    ],
    ["that went back", () => read(INDEX, { serialMin: 8 }), /older \(7\).*\(8\)/],
    ["that expired", () => read(INDEX, { nowMs: Date.parse(INDEX.expires) }), /expired/],
    ["of another form", () => read({ ...INDEX, serial: -1 }), /serial/],
    ["with a path as a name", () => read(withName("../../x")), /name/],
    ["without digits as a hash", () => read(withAsset({ sha256: "xyz" })), /sha256/],
  ])("%s is not", (_, act, reason) => {
    expect(refusal(act)).toEqual({ exit: 4, message: expect.stringMatching(reason) as string });
  });

  test("changed in any byte is not", () => {
    const bytes = bytesOf(INDEX);
    const signature = ed25519Sign(SEED, bytes);
    bytes[10]! ^= 1;
    const trust = { keys: KEYS, serialMin: 0, nowMs: NOW_MS };
    expect(refusal(() => readIndex(bytes, signature, trust)).exit).toBe(4);
    expect(refusal(() => readIndex(bytes, signature.slice(1), trust)).exit).toBe(4);
  });
});

function withAsset(more: Partial<Asset>): Index {
  return { ...INDEX, releases: [release("a", "1.0.0", { assets: [asset("linux-x64", more)] })] };
}

function withName(name: string): Index {
  return withAsset({ name });
}

describe("the release for a wish", () => {
  test.each([
    [{}, "nightly-v1.0.0"],
    [{ channel: "testnet" }, "testnet-v0.10.0"],
    [{ version: "0.9.0" }, "testnet-v0.9.0"],
  ])("%p is %p", (wish, tag) => {
    expect(findRelease(INDEX, wish).tag).toBe(tag);
  });

  test("that was withdrawn is told with the reason", () => {
    const { exit, message } = refusal(() => findRelease(INDEX, { version: "0.11.0" }));
    expect({ exit, message }).toEqual({
      exit: 3,
      message: "testnet-v0.11.0 was withdrawn: it forgets keys",
    });
  });

  test("that there is not is told", () => {
    expect(refusal(() => findRelease(INDEX, { version: "9.9.9" }))).toMatchObject({ exit: 3 });
  });
});

describe("the archive for a build", () => {
  const [newest] = INDEX.releases;
  const target = { platform: "linux-x64", backend: "wgpu" } as const;

  test("comes in the format that is wanted first, if there is that", () => {
    expect(findAsset(newest!, target, ["tar.xz", "tar.gz"]).format).toBe("tar.xz");
    const onlyGz = { ...newest!, assets: [asset("linux-x64")] };
    expect(findAsset(onlyGz, target, ["tar.xz", "tar.gz"]).format).toBe("tar.gz");
  });

  test("that was not built is told with those that were", () => {
    const act = (): unknown => findAsset(newest!, { ...target, backend: "rocm" }, ["tar.gz"]);
    expect(refusal(act)).toEqual({
      exit: 3,
      message: "testnet-v0.10.0 was not built for linux-x64-rocm",
    });
  });
});

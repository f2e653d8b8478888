/**
 * Names of releases, wishes and builds.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import {
  archiveName,
  BACKENDS,
  compareVersions,
  formatTarget,
  formatWish,
  fulfils,
  hasWebgpu,
  parseTag,
  parseTarget,
  parseWish,
  PLATFORMS,
  type Tag,
} from "../../src/sup/release.ts";

const TAG: Tag = { channel: "testnet", version: "1.2.0" };

test("a wish is a version, a channel, a tag or nothing", () => {
  expect(parseWish("soma")).toEqual({ ok: true, value: {} });
  expect(parseWish("soma@latest")).toEqual({ ok: true, value: {} });
  expect(parseWish("soma@1.2.0")).toEqual({ ok: true, value: { version: "1.2.0" } });
  expect(parseWish("v1.2.0")).toEqual({ ok: true, value: { version: "1.2.0" } });
  expect(parseWish("nightly")).toEqual({ ok: true, value: { channel: "nightly" } });
  expect(parseWish("soma@testnet-v1.2.0")).toEqual({ ok: true, value: TAG });
});

test.each(["", "1.2", "Testnet-v1.2.0", "testnet-1.2.0", "testnet-v1.2.0/../x", "testnet-v1.2.0-"])(
  "%p is no tag",
  (text) => {
    expect(parseTag(text).ok).toBe(false);
  },
);

test.each(["soma@../x", "so ma", "1.2.0.0", "-v1.0.0"])("%p is no wish", (text) => {
  expect(parseWish(text).ok).toBe(false);
});

describe("a release fulfils", () => {
  test.each([
    [{}, true],
    [{ channel: "testnet" }, true],
    [{ channel: "nightly" }, false],
    [{ version: "1.2.0" }, true],
    [{ version: "1.2.1" }, false],
    [{ channel: "nightly", version: "1.2.0" }, false],
  ])("%p: %p", (wish, expected) => {
    expect(fulfils(TAG, wish)).toBe(expected);
  });
});

test("every build's name reads back as the same build", () => {
  for (const platform of PLATFORMS) {
    for (const backend of BACKENDS) {
      const target = { platform, backend };
      expect(parseTarget(formatTarget(target))).toEqual({ ok: true, value: target });
    }
  }
  expect(parseTarget("linux-x86")).toMatchObject({ ok: false });
});

test("the default backend has no name in an archive", () => {
  const platform = "linux-x64-musl";
  expect(archiveName(TAG, { platform, backend: "wgpu" }, "tar.gz")).toBe(
    "soma-testnet-v1.2.0-linux-x64-musl.tar.gz",
  );
  expect(archiveName(TAG, { platform, backend: "cuda" }, "tar.xz")).toBe(
    "soma-testnet-v1.2.0-linux-x64-musl-cuda.tar.xz",
  );
});

test("versions are ordered by number, a pre-release before its release", () => {
  const ordered = ["0.9.0", "0.10.0-rc.1", "0.10.0", "1.0.0"];
  expect(ordered.toReversed().toSorted(compareVersions)).toEqual(ordered);
});

test("wishes are written for people", () => {
  expect([formatWish({}), formatWish({ version: "1.0.0" }), formatWish(TAG)]).toEqual([
    "the newest version",
    "1.0.0",
    "testnet-v1.2.0",
  ]);
});

test("builds carry a WebGPU library where there is one", () => {
  const without = PLATFORMS.filter((platform) => !hasWebgpu(platform));
  expect(without).toEqual(["linux-arm64", "linux-x64-musl", "linux-arm64-musl"]);
});

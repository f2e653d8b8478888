/**
 * A release for every platform, made on one: each archive holds an executable of its system, with
 * the WebGPU library of that system where there is one, and making it again gives the same bytes.
 *
 * @module
 */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import { executableName, hasWebgpu, type Platform, PLATFORMS } from "../../../src/sup/release.ts";

setDefaultTimeout(900_000);
const TAG = "testnet-v1.2.3";
const SCRIPT = join(import.meta.dir, "../../../scripts/release.ts");
const folder = mkdtempSync(join(tmpdir(), "soma-platforms-"));

/** How executables begin: ELF and Mach-O with the processor's number, and DOS's two letters. */
const HEADS: Readonly<Record<Platform, RegExp>> = {
  "linux-x64": /^7f454c46.{28}3e00/,
  "linux-arm64": /^7f454c46.{28}b700/,
  "linux-x64-musl": /^7f454c46.{28}3e00/,
  "linux-arm64-musl": /^7f454c46.{28}b700/,
  "macos-x64": /^cffaedfe07000001/,
  "macos-arm64": /^cffaedfe0c000001/,
  "windows-x64": /^4d5a/,
};
/** What the library exports and nothing else has. */
const LIBRARY_NAME = "wgpuDeviceCreateComputePipeline\0";

function release(out: string): string {
  const words = ["--tag", TAG, "--keys", join(folder, "keys"), "--out", join(folder, out)];
  const only = ["--only", PLATFORMS.join(","), "--effort", "fast"];
  const { success, stderr } = Bun.spawnSync([process.execPath, SCRIPT, ...words, ...only]);
  if (!success) throw new Error(stderr.toString());
  return readFileSync(join(folder, out, TAG, "SHA256SUMS"), "utf8");
}

let sums: string;

beforeAll(() => {
  sums = release("first");
});

afterAll(() => rmSync(folder, { recursive: true }));

test.each([...PLATFORMS])("%s", async (platform) => {
  const path = join(folder, "first", TAG, `soma-${TAG}-${platform}.tar.gz`);
  const files = await new Bun.Archive(gunzipSync(readFileSync(path))).files();
  const bytes = Buffer.from(await files.get(executableName(platform))!.arrayBuffer());
  expect(bytes.subarray(0, 24).toString("hex")).toMatch(HEADS[platform]);
  expect(bytes.includes(LIBRARY_NAME)).toBe(hasWebgpu(platform));
});

test("made again, every archive has the same bytes", () => {
  expect(release("second")).toBe(sums);
});

/**
 * The executable stands alone: built into a temporary folder, it runs from another folder, with an
 * empty environment, and reads no configuration of Bun that lies about.
 *
 * @module
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { version } from "../../package.json";
import { buildExecutable } from "../../scripts/release/executable.ts";
import { webgpuPlugin } from "../../scripts/release/webgpu.ts";
import { swiftshaderEnv } from "../../scripts/swiftshader.ts";
import { openInChild } from "../../src/runtime/child/backend.ts";
import { proveBackend } from "../../src/runtime/prove.ts";
import { hostPlatform } from "./install/releases.ts";

const BUILD_MS_MAX = 60_000;
const folder = mkdtempSync(join(tmpdir(), "soma-binary-"));
const soma = join(folder, "soma");

type Run = { readonly code: number; readonly out: string; readonly err: string };

/** Runs the executable with nothing in its environment. */
function run(cwd: string, ...args: string[]): Run {
  const { exitCode, stdout, stderr } = Bun.spawnSync([soma, ...args], { cwd, env: {} });
  return { code: exitCode, out: stdout.toString(), err: stderr.toString() };
}

beforeAll(() => {
  const script = join(import.meta.dir, "../../scripts/build.ts");
  const build = Bun.spawnSync([process.execPath, script, "--json", "--outfile", soma]);
  expect(build.stderr.toString()).toBe("");
  expect(JSON.parse(build.stdout.toString())).toMatchObject({ path: soma, version });
}, BUILD_MS_MAX);

afterAll(() => rmSync(folder, { recursive: true }));

test("it tells its version and commit", () => {
  const { code, out, err } = run("/", "--version");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out.trim()).toMatch(
    new RegExp(`^soma ${version.replaceAll(".", "\\.")}(?:-[0-9a-f]{12}(?:-dirty)?)?$`),
  );
});

test("an unknown command is a mistake in usage", () => {
  expect(run("/", "no-such-command").code).toBe(2);
});

test("the kernels of WebGPU and the library under them are in it", async () => {
  const env = swiftshaderEnv();
  const backend = await openInChild("wgpu", { program: ["/usr/bin/env", "-C", "/", soma], env });
  await proveBackend(backend);
  await backend.close();
});

test("built for where there is no library of WebGPU, it says so", async () => {
  const outfile = join(folder, "soma-without");
  const foreign = { runtime: process.execPath, plugins: [await webgpuPlugin("linux-arm64")] };
  const target = { platform: hostPlatform(), backend: "wgpu" } as const;
  await buildExecutable({ outfile, target, foreign });
  const opening = openInChild("wgpu", { program: [outfile], env: {} });
  await expect(opening).rejects.toThrow(
    "no WebGPU library, as there is none for ARM Linux and musl",
  );
});

test("its worker is in it", () => {
  const weights = [1, 2].map((seed) => {
    const path = join(folder, `${seed}.safetensors`);
    expect(run("/", "model", "init", "--seed", `${seed}`, path).code).toBe(0);
    return path;
  });
  const data = join(folder, "data");
  writeFileSync(data, "a few bytes to predict");
  const { code, out, err } = run("/", "score", data, "--weights", ...weights, "--json");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect([0, 1]).toContain(JSON.parse(out).winner);
});

test("in a folder that is gone, it says so", () => {
  const line = `mkdir gone && cd gone && rmdir ../gone && exec "${soma}" --version`;
  const { exitCode, stderr } = Bun.spawnSync(["/bin/sh", "-c", line], { cwd: folder, env: {} });
  expect(exitCode).toBe(1);
  expect(stderr.toString()).toStartWith("Error: the current folder is gone\n\n  Hint: ");
});

test("files that would configure Bun do nothing", () => {
  writeFileSync(join(folder, "bunfig.toml"), `preload = ["./absent.ts"]\n`);
  writeFileSync(join(folder, ".env"), "BUN_CONFIG_VERBOSE_FETCH=1\n");
  expect(run(folder, "--version")).toEqual(run("/", "--version"));
});

/**
 * Builds the executable: the program, its worker and Bun itself in one file that needs nothing
 * else. The same sources, values and name of the file give the same bytes.
 *
 * @module
 */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

import type { BunPlugin } from "bun";

import { version } from "../../package.json" with { type: "json" };
import { present } from "../../src/base/assert.ts";
import type { Platform, Target } from "../../src/sup/release.ts";
import { bringRuntime } from "./runtime.ts";
import { webgpuPlugin } from "./webgpu.ts";

/** What to build. */
export type BuildOptions = {
  readonly outfile: string;
  readonly target: Target;
  /** What another platform needs; if absent, what is installed here for this one. */
  readonly foreign?: Foreign | undefined;
  /** Values that sources declare and a build fixes, by name. */
  readonly values?: Readonly<Record<string, string>>;
};

/** The parts that differ between platforms. */
export type Foreign = {
  /** The Bun that it is built around. */
  readonly runtime: string;
  readonly plugins: readonly BunPlugin[];
};

/** What was built. */
export type Build = {
  readonly path: string;
  readonly version: string;
  readonly commit: string;
  readonly bytes: number;
  readonly seconds: number;
};

const ROOT = join(import.meta.dir, "../..");
/** A worker is found beside the program that starts it, so both are entries. */
const ENTRIES = ["src/main.ts", "src/worker.ts"].map((path) => join(ROOT, path));
const NATIVE = join(ROOT, "dist/native");
/** No text becomes code, except that of the files that `soma run` and `soma repl` are given. */
const HARDENING = ["--no-ffi-cc", "--disallow-code-generation-from-strings"];

/** Brings what a build for `platform` needs, whatever this machine is. */
export async function bringForeign(platform: Platform): Promise<Foreign> {
  const runtime = await bringRuntime(platform);
  return { runtime, plugins: [await webgpuPlugin(platform)] };
}

/** Builds the executable; the error of a build that failed has its messages. */
export async function buildExecutable(options: BuildOptions): Promise<Build> {
  const start = performance.now();
  const { outfile, target, foreign, values = {} } = options;
  const commit = gitCommit();
  const fixed = { BUILD_VERSION: version, BUILD_COMMIT: commit, ...values };
  const { success, logs, outputs } = await Bun.build({
    entrypoints: [...ENTRIES, ...nativeLibraries(target)],
    // Where the worker is beside the program depends on this, not on what else is carried.
    root: join(ROOT, "src"),
    format: "esm",
    // What a command does not need is not even parsed.
    splitting: true,
    plugins: [...(foreign?.plugins ?? [])],
    loader: { ".so": "file" },
    // A library is found by its name.
    naming: { asset: "[name].[ext]" },
    // Names stay, so that the stack trace in the report of a crash can be read.
    minify: { whitespace: true, syntax: true },
    define: Object.fromEntries(
      Object.entries(fixed).map(([name, value]) => [name, JSON.stringify(value)]),
    ),
    compile: {
      outfile,
      target: compileTarget(target.platform),
      ...(foreign !== undefined && { executablePath: foreign.runtime }),
      execArgv: HARDENING,
      autoloadDotenv: false,
      autoloadBunfig: false,
    },
    throw: false,
  });
  if (!success) throw new Error(logs.map(String).join("\n"));
  const path = present(outputs[0], "the executable").path;
  const seconds = (performance.now() - start) / 1000;
  return { path, version: fixed.BUILD_VERSION, commit, bytes: statSync(path).size, seconds };
}

/** What Bun calls a platform. */
function compileTarget(platform: Platform): Bun.Build.CompileTarget {
  return `bun-${platform.replace("macos", "darwin")}` as Bun.Build.CompileTarget;
}

/** The libraries of kernels to carry: that of the processor where it can be built, and a GPU's. */
function nativeLibraries({ platform, backend }: Target): string[] {
  if (platform !== "linux-x64" || `${process.platform}-${process.arch}` !== platform) return [];
  const names = backend === "wgpu" ? ["cpu"] : ["cpu", backend];
  const script = join(ROOT, "scripts/kernels.ts");
  for (const name of names) {
    Bun.spawnSync([process.execPath, script, name], { stdio: ["ignore", "ignore", 2] });
  }
  const paths = names.map((name) => join(NATIVE, `libsoma-${name}.so`));
  const isNeeded = (path: string): boolean => backend !== "wgpu" && path === paths.at(-1);
  const missing = paths.find((path) => isNeeded(path) && !existsSync(path));
  if (missing !== undefined) throw new Error(`${missing} cannot be built here`);
  return paths.filter((path) => existsSync(path));
}

/** The commit, 12 digits, marked when files differ from it; empty where there is no git. */
export function gitCommit(): string {
  if (Bun.which("git") === null) return "";
  const commit = git("rev-parse", "--short=12", "HEAD");
  if (commit === undefined) return "";
  return git("status", "--porcelain", "--untracked-files=no") === "" ? commit : `${commit}-dirty`;
}

/** What git prints about this repository; `undefined` when it fails. */
export function git(...args: readonly string[]): string | undefined {
  const { success, stdout } = Bun.spawnSync(["git", ...args], { cwd: ROOT, stderr: "ignore" });
  return success ? stdout.toString().trim() : undefined;
}

/**
 * Builds the executable: the program, its worker and Bun itself in one file that needs nothing
 * else. The same sources and the same name of the file give the same bytes.
 * Options: `--outfile FILE` (dist/soma), `--target OS-ARCH[-musl]` (this machine), `--json`.
 *
 * @module
 */
import { statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";

import { version } from "../package.json" with { type: "json" };
import { present } from "../src/base/assert.ts";
import { compareText } from "../src/base/bytes.ts";

/** What was built. */
type Build = {
  readonly path: string;
  readonly target: string;
  readonly version: string;
  readonly commit: string;
  readonly bytes: number;
  readonly seconds: number;
};

const HOST = `${process.platform}-${process.arch}`;
const ROOT = join(import.meta.dir, "..");
/** A worker is found beside the program that starts it, so both are entries. */
const ENTRIES = ["src/main.ts", "src/worker.ts"].map((path) => join(ROOT, path));
const NATIVE = join(ROOT, "dist/native");
const TARGETS: readonly Bun.Build.CompileTarget[] = [
  "bun-linux-x64",
  "bun-linux-arm64",
  "bun-linux-x64-musl",
  "bun-linux-arm64-musl",
  "bun-darwin-x64",
  "bun-darwin-arm64",
  "bun-windows-x64",
];
/** The executable runs no code that it is handed as text. */
const HARDENING = ["--no-ffi-cc", "--disallow-code-generation-from-strings=strict"];

/** The commit, 12 digits, marked when files differ from it; empty where there is no git. */
function gitCommit(): string {
  const git = (...args: string[]): string | undefined => {
    const { success, stdout } = Bun.spawnSync(["git", ...args], { cwd: ROOT, stderr: "ignore" });
    return success ? stdout.toString().trim() : undefined;
  };
  if (Bun.which("git") === null) return "";
  const commit = git("rev-parse", "--short=12", "HEAD") ?? "";
  return git("status", "--porcelain", "--untracked-files=no") === "" ? commit : `${commit}-dirty`;
}

/** The libraries of kernels for `target` that this machine can build. */
function nativeLibraries(target: Bun.Build.CompileTarget | undefined): string[] {
  if ((target?.slice("bun-".length) ?? HOST) !== "linux-x64" || HOST !== "linux-x64") return [];
  const script = join(ROOT, "scripts/kernels.ts");
  const { success } = Bun.spawnSync([process.execPath, script], { stdio: ["ignore", 2, 2] });
  if (!success) fail(1, "the libraries of kernels cannot be built");
  return [...new Bun.Glob("*.so").scanSync({ cwd: NATIVE, absolute: true })].sort(compareText);
}

async function build(outfile: string, target: Bun.Build.CompileTarget | undefined): Promise<Build> {
  const start = performance.now();
  const commit = gitCommit();
  const { success, logs, outputs } = await Bun.build({
    entrypoints: [...ENTRIES, ...nativeLibraries(target)],
    format: "esm",
    loader: { ".so": "file" },
    // A library is found by its name.
    naming: { asset: "[name].[ext]" },
    // Names stay, so that the stack trace in the report of a crash can be read.
    minify: { whitespace: true, syntax: true },
    define: { BUILD_VERSION: JSON.stringify(version), BUILD_COMMIT: JSON.stringify(commit) },
    compile: {
      outfile,
      ...(target === undefined ? {} : { target }),
      execArgv: HARDENING,
      autoloadDotenv: false,
      autoloadBunfig: false,
    },
    throw: false,
  });
  if (!success) fail(1, logs.map(String).join("\n"));
  const path = present(outputs[0], "the executable").path;
  const seconds = (performance.now() - start) / 1000;
  return {
    path,
    target: target?.slice("bun-".length) ?? HOST,
    version,
    commit,
    bytes: statSync(path).size,
    seconds,
  };
}

function parseTarget(text: string | undefined): Bun.Build.CompileTarget | undefined {
  if (text === undefined) return undefined;
  const found = TARGETS.find((target) => target === `bun-${text}`);
  const known = TARGETS.map((target) => target.slice("bun-".length)).join(", ");
  return found ?? fail(2, `unknown target ${text}; choose one of ${known}`);
}

function parseOptions(): { outfile: string; target: string | undefined; json: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        outfile: { type: "string", default: join(ROOT, "dist/soma") },
        target: { type: "string" },
        json: { type: "boolean", default: false },
      },
    });
    return { ...values, target: values.target };
  } catch (error) {
    if (error instanceof TypeError) return fail(2, error.message);
    throw error;
  }
}

function fail(code: number, message: string): never {
  console.error(`build: ${message}`);
  process.exit(code);
}

/** One line for people: where it is, how large, and from what. */
function describe({ path, bytes, target, commit, seconds }: Build): string {
  const size = `${(bytes / 1e6).toFixed(1)} MB`;
  const source = [version, commit].filter((part) => part !== "").join("-");
  return `${relative(process.cwd(), path)}: ${size}, ${target}, ${source}, ${seconds.toFixed(1)} s`;
}

const options = parseOptions();
const result = await build(resolve(options.outfile), parseTarget(options.target));
console.log(options.json ? JSON.stringify(result) : describe(result));

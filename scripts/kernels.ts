/**
 * Builds native libraries of kernels into `dist/native`, as far as this machine has compilers:
 * `bun scripts/kernels.ts [cpu] [cuda] [rocm] [emulated]`, the CPU's without a word. What cannot be
 * built is named with the reason; the program runs without, and fails here only if it was asked for
 * by name. What is newer than its sources stays. The executable carries what lies there when it is
 * built.
 *
 * @module
 */
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";

import { buildCuda, buildEmulated, buildRocm } from "./kernels/gpu.ts";

/** What became of one library. */
type Built = { readonly name: string; readonly path: string } | { readonly reason: string };

const ROOT = join(import.meta.dir, "..");
const SOURCE = join(ROOT, "src/runtime/native");
const OUT = join(ROOT, "dist/native");

/** Contraction to fused products is wanted; which values result is the same on every run. */
const C_FLAGS = "-std=gnu11 -O3 -fPIC -fvisibility=hidden -Wall -Wextra -Werror".split(" ");
const VECTORS = {
  avx512: ["-mavx512f", "-mavx512dq", "-DLANES=16", "-DTABLE=soma_avx512", '-DNAME="AVX-512"'],
  avx2: ["-mavx2", "-mfma", "-DLANES=8", "-DTABLE=soma_avx2", '-DNAME="AVX2"'],
  sse2: ["-DLANES=4", "-DTABLE=soma_sse2", '-DNAME="SSE2"'],
};

const BUILDERS: Readonly<Record<string, () => Built>> = {
  cpu: buildCpu,
  cuda: () => buildGpu("cuda", buildCuda),
  rocm: () => buildGpu("rocm", buildRocm),
  emulated: () => buildGpu("test/emulated", buildEmulated),
};

/** A library for GPUs, or one for tests, which lies apart so that no executable carries it. */
function buildGpu(place: string, build: typeof buildCuda): Built {
  const name = basename(place);
  if (process.platform !== "linux" || process.arch !== "x64") {
    return { reason: `the library for ${name} is built on Linux on x64` };
  }
  const path = join(OUT, dirname(place), `libsoma-${name}.so`);
  if (isFresh(path)) return { name, path };
  const scratch = join(OUT, `.${name}-${process.pid}`);
  mkdirSync(scratch, { recursive: true });
  try {
    mkdirSync(dirname(path), { recursive: true });
    // Others may use the library while it is built anew.
    const made = join(scratch, "made.so");
    const reason = build({ source: SOURCE, scratch, path: made }, run);
    if (reason !== undefined) return { reason };
    renameSync(made, path);
    return { name, path };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Whether a library is newer than everything that it is made of. */
function isFresh(path: string): boolean {
  if (!existsSync(path)) return false;
  const sources = [...new Bun.Glob("{gpu/*,*.h}").scanSync({ cwd: SOURCE, absolute: true })];
  const scripts = [...new Bun.Glob("kernels/*").scanSync({ cwd: import.meta.dir, absolute: true })];
  const { mtimeMs } = statSync(path);
  return [...sources, ...scripts].every((source) => statSync(source).mtimeMs < mtimeMs);
}

/** The CPU: vector kernels for each instruction set, one of which is chosen when it opens. */
function buildCpu(): Built {
  if (process.platform !== "linux" || process.arch !== "x64") {
    return { reason: "the native CPU kernels are for Linux on x64; WASM runs here" };
  }
  const compiler = ["gcc", "clang", "cc"].find((name) => Bun.which(name) !== null);
  if (compiler === undefined) return { reason: "there is no C compiler: install gcc" };
  const scratch = join(OUT, `.cpu-${process.pid}`);
  mkdirSync(scratch, { recursive: true });
  try {
    const units: [string, string, readonly string[]][] = [
      ["avx512", "vector.c", VECTORS.avx512],
      ["avx2", "vector.c", VECTORS.avx2],
      ["sse2", "vector.c", VECTORS.sse2],
      ["device", "device.c", []],
      ["crew", "crew.c", []],
    ];
    for (const [name, source, flags] of units) {
      const out = join(scratch, `${name}.o`);
      run(compiler, [...C_FLAGS, ...flags, "-c", join(SOURCE, "cpu", source), "-o", out]);
    }
    const objects = units.map(([name]) => join(scratch, `${name}.o`));
    const path = join(OUT, "libsoma-cpu.so");
    run(compiler, ["-shared", "-s", "-o", path, ...objects, "-lpthread", "-lm"]);
    return { name: "cpu", path };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function run(command: string, args: readonly string[]): void {
  const { success, stderr } = Bun.spawnSync([command, ...args], { stdout: "ignore" });
  if (success) return;
  console.error(`kernels: ${command} ${args.join(" ")}\n${stderr.toString()}`);
  process.exit(1);
}

const DEFAULT: readonly string[] = ["cpu"];

function main(names: readonly string[]): number {
  const unknown = names.find((name) => BUILDERS[name] === undefined);
  if (unknown !== undefined) {
    console.error(`kernels: no library ${unknown}; there are ${Object.keys(BUILDERS).join(", ")}`);
    return 2;
  }
  mkdirSync(OUT, { recursive: true });
  let isMissing = false;
  for (const [name, build] of Object.entries(BUILDERS)) {
    if (!(names.length > 0 ? names : DEFAULT).includes(name)) continue;
    const start = performance.now();
    const built = build();
    if ("reason" in built) {
      isMissing = true;
      console.log(`${name}: not built: ${built.reason}`);
      continue;
    }
    const kilobytes = (statSync(built.path).size / 1000).toFixed(0);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${relative(process.cwd(), built.path)}: ${kilobytes} KB, ${seconds} s`);
  }
  return names.length > 0 && isMissing ? 1 : 0;
}

process.exit(main(process.argv.slice(2)));

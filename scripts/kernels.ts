/**
 * Builds the native libraries of kernels into `dist/native`, as far as this machine has compilers:
 * `bun scripts/kernels.ts [cpu]`. What cannot be built is named with the reason; the program runs
 * without, and fails here only if it was asked for by name.
 *
 * @module
 */
import { mkdirSync, rmSync, statSync } from "node:fs";
import { join, relative } from "node:path";

/** What became of one library. */
type Built = { readonly name: string; readonly path: string } | { readonly reason: string };

const ROOT = join(import.meta.dir, "..");
const SOURCE = join(ROOT, "src/runtime/native");
const OUT = join(ROOT, "dist/native");

/** Contraction to fused products is wanted; which values result is the same on every run. */
const C_FLAGS = "-std=gnu11 -O3 -fPIC -fvisibility=hidden -Wall -Wextra -Werror".split(" ");
const VECTORS = {
  avx2: ["-mavx2", "-mfma", "-DLANES=8", "-DTABLE=soma_avx2", '-DNAME="AVX2"'],
  sse2: ["-DLANES=4", "-DTABLE=soma_sse2", '-DNAME="SSE2"'],
};

const BUILDERS: Readonly<Record<string, () => Built>> = { cpu: buildCpu };

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

function main(names: readonly string[]): number {
  const unknown = names.find((name) => BUILDERS[name] === undefined);
  if (unknown !== undefined) {
    console.error(`kernels: no library ${unknown}; there are ${Object.keys(BUILDERS).join(", ")}`);
    return 2;
  }
  mkdirSync(OUT, { recursive: true });
  let isMissing = false;
  for (const [name, build] of Object.entries(BUILDERS)) {
    if (names.length > 0 && !names.includes(name)) continue;
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

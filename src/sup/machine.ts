/**
 * What this machine is: which build fits it and which drivers it has. Asked of the system by files
 * and small commands, each of which may be missing.
 *
 * @module
 */
import { existsSync, readFileSync } from "node:fs";

import { supError } from "./failures.ts";
import { type Backend, type Platform, PLATFORMS } from "./release.ts";

/** How the machine is asked. */
export type Probe = {
  readonly os: string;
  readonly arch: string;
  /** The text of a file; `undefined` if it cannot be read. */
  readonly read: (path: string) => string | undefined;
  readonly exists: (path: string) => boolean;
  /** What a command prints, both outputs together; `undefined` if it cannot be run. */
  readonly run: (...command: readonly string[]) => string | undefined;
  /** Whether the system's loader finds a library. */
  readonly loads: (library: string) => boolean;
};

/** What was found. */
export type Machine = {
  readonly platform: Platform;
  /** Whether the processor has AVX2, which builds for x64 may use; `undefined` if not known. */
  readonly hasAvx2: boolean | undefined;
  /** Whether an x64 program runs translated on an ARM processor. */
  readonly isTranslated: boolean;
};

/** Whether a backend can work here, and what was looked for. */
export type Driver = { readonly isPresent: boolean; readonly lookedFor: string };

const OS_NAMES: Readonly<Record<string, string>> = {
  linux: "linux",
  darwin: "macos",
  win32: "windows",
};

/** Looks at the machine. */
export function detectMachine(probe: Probe): Machine {
  const isTranslated =
    probe.os === "darwin" && probe.run("sysctl", "-n", "sysctl.proc_translated")?.trim() === "1";
  const arch = isTranslated ? "arm64" : probe.arch;
  const libc = probe.os === "linux" && isMusl(probe) ? "-musl" : "";
  const platform = `${OS_NAMES[probe.os] ?? probe.os}-${arch}${libc}`;
  return { platform: knownPlatform(platform), hasAvx2: avx2(probe, arch), isTranslated };
}

/** Whether the driver that a backend needs is there. */
export function findDriver(probe: Probe, backend: Backend): Driver {
  switch (backend) {
    case "wgpu":
      return { isPresent: true, lookedFor: "nothing: without a GPU the processor computes" };
    case "cuda":
      return firstOf(probe, ["libcuda.so.1"]);
    case "rocm":
      return rocm(probe);
  }
}

/** The real machine; `loads` says whether the loader finds a library. */
export function systemProbe(loads: Probe["loads"]): Probe {
  return {
    os: process.platform,
    arch: process.arch,
    read: readText,
    exists: existsSync,
    run: runCommand,
    loads,
  };
}

function firstOf(probe: Probe, libraries: readonly string[]): Driver {
  return {
    isPresent: libraries.some((name) => probe.loads(name)),
    lookedFor: libraries.join(", "),
  };
}

/** The library also comes with compilers: only the device shows that there is a driver. */
function rocm(probe: Probe): Driver {
  const names = ["libamdhip64.so", ...[7, 6, 5].map((n) => `libamdhip64.so.${n}`)];
  const library = firstOf(probe, names);
  const hasDevice = ["/dev/kfd", "/dev/dxg"].some(probe.exists);
  return {
    isPresent: library.isPresent && hasDevice,
    lookedFor: `${library.lookedFor} with /dev/kfd`,
  };
}

/** Alpine and its like have the loader of musl, and no other. */
function isMusl({ arch, exists, read, run }: Probe): boolean {
  if (read("/etc/alpine-release") !== undefined) return true;
  const name = arch === "arm64" ? "aarch64" : "x86_64";
  if (!exists(`/lib/ld-musl-${name}.so.1`)) return false;
  return /musl/i.test(run("ldd", "--version") ?? "");
}

function avx2({ os, read, run }: Probe, arch: string): boolean | undefined {
  if (arch !== "x64") return true;
  if (os === "linux") {
    const processor = read("/proc/cpuinfo");
    return processor === undefined ? undefined : /^flags\s*:.*\bavx2\b/m.test(processor);
  }
  if (os !== "darwin") return undefined;
  return run("sysctl", "-n", "machdep.cpu.leaf7_features")?.split(/\s+/).includes("AVX2");
}

function knownPlatform(name: string): Platform {
  const platform = PLATFORMS.find((one) => one === name);
  if (platform !== undefined) return platform;
  const known = PLATFORMS.join(", ");
  throw supError("noSuchVersion", `there are no builds for ${name}`, `only for ${known}`);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

function runCommand(...command: readonly string[]): string | undefined {
  if (Bun.which(command[0]!) === null) return undefined;
  const { stdout, stderr } = Bun.spawnSync([...command], { timeout: 5_000 });
  return stdout.toString() + stderr.toString();
}

/**
 * Which build fits a machine, from what its files and commands say.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { detectMachine, findDriver, type Probe } from "../../src/sup/machine.ts";

type Facts = {
  readonly os?: string;
  readonly arch?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly commands?: Readonly<Record<string, string>>;
  readonly libraries?: readonly string[];
};

function machine(facts: Facts): Probe {
  const { os = "linux", arch = "x64", files = {}, commands = {}, libraries = [] } = facts;
  return {
    os,
    arch,
    read: (path) => files[path],
    exists: (path) => path in files,
    run: (...command) => commands[command.join(" ")],
    loads: (library) => libraries.includes(library),
  };
}

const CPU = "processor : 0\nflags\t\t: fpu sse2 avx avx2 fma\n";

describe("a machine", () => {
  test.each([
    ["with glibc", { files: { "/proc/cpuinfo": CPU } }, "linux-x64", true],
    ["without AVX2", { files: { "/proc/cpuinfo": "flags : avx avx2x\n" } }, "linux-x64", false],
    ["that shows no processor", {}, "linux-x64", undefined],
    ["with Alpine", { files: { "/etc/alpine-release": "3.20" } }, "linux-x64-musl", undefined],
    [
      "with musl beside glibc",
      {
        files: { "/lib/ld-musl-x86_64.so.1": "" },
        commands: { "ldd --version": "ldd (GNU libc) 2.36" },
      },
      "linux-x64",
      undefined,
    ],
    [
      "with musl alone",
      {
        arch: "arm64",
        files: { "/lib/ld-musl-aarch64.so.1": "" },
        commands: { "ldd --version": "musl libc (aarch64)" },
      },
      "linux-arm64-musl",
      true,
    ],
    [
      "that translates",
      { os: "darwin", commands: { "sysctl -n sysctl.proc_translated": "1\n" } },
      "macos-arm64",
      true,
    ],
    [
      "from Apple with Intel",
      { os: "darwin", commands: { "sysctl -n machdep.cpu.leaf7_features": "BMI1 AVX2 SMEP" } },
      "macos-x64",
      true,
    ],
    ["with Windows", { os: "win32" }, "windows-x64", undefined],
  ])("%s", (_, facts: Facts, platform, hasAvx2) => {
    expect(detectMachine(machine(facts))).toMatchObject({ platform, hasAvx2 });
  });

  test("that there are no builds for is told", () => {
    expect(() => detectMachine(machine({ os: "freebsd" }))).toThrow("no builds for freebsd-x64");
  });
});

describe("a driver", () => {
  test("is there when the loader finds any of its names", () => {
    const rocm7 = machine({ libraries: ["libamdhip64.so.7"], files: { "/dev/kfd": "" } });
    expect(findDriver(rocm7, "rocm").isPresent).toBe(true);
    expect(findDriver(rocm7, "cuda").isPresent).toBe(false);
    expect(findDriver(rocm7, "wgpu").isPresent).toBe(true);
  });

  test("of AMD is a device too: its library comes with compilers", () => {
    expect(findDriver(machine({ libraries: ["libamdhip64.so"] }), "rocm").isPresent).toBe(false);
  });

  test("that is missing is told with what was looked for", () => {
    expect(findDriver(machine({}), "cuda").lookedFor).toBe("libcuda.so.1");
  });
});

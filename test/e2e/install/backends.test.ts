/**
 * Builds for one vendor's GPUs: their archives carry the library of kernels, and they are installed
 * where the driver is, or where somebody insists.
 *
 * @module
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { Person } from "./person.ts";
import { hasKernels, hostPlatform, makeReleases, type ReleaseFolder } from "./releases.ts";

const [OLD, TAG] = ["testnet-v0.1.0", "testnet-v0.2.0"] as const;
const RELEASE_MS_MAX = 600_000;
const NATIVE = join(import.meta.dir, "../../../dist/native");
const DRIVERS = { cuda: "libcuda.so.1", rocm: "libamdhip64.so" } as const;
const canRun = hostPlatform() === "linux-x64" && Bun.which("curl") !== null;
const backends = (["cuda", "rocm"] as const).filter((name) => canRun && hasKernels(name));

let releases: ReleaseFolder;
let person: Person;

beforeAll(async () => {
  if (backends.length === 0) return;
  releases = makeReleases(
    [OLD, TAG],
    backends.map((name) => `linux-x64-${name}`),
  );
  person = new Person(releases);
  expect((await person.pipe()).code).toBe(0);
}, RELEASE_MS_MAX);

afterAll(() => {
  person?.leave();
  releases?.close();
});

test.each(backends)("%s: the executable is as installed and carries its library", async (name) => {
  const run = await person.sup(`install soma --backend ${name} --force`);
  expect(run).toMatchObject({ code: 0 });
  const { out } = await person.sup("which");
  expect(out).toContain(`${TAG}-linux-x64-${name}/soma`);
  const library = readFileSync(join(NATIVE, `libsoma-${name}.so`));
  expect(readFileSync(out.trim()).includes(library)).toBe(true);
  expect((await person.sup("verify")).code).toBe(0);
  // What is in use decides what an install without a word brings.
  expect((await person.sup("install soma")).code).toBe(hasDriver(name) ? 0 : 1);
  expect((await person.sup("install soma --backend wgpu")).code).toBe(0);
});

test.each(backends)("%s: without a driver it is refused, and why is said", async (name) => {
  const run = await person.sup(`install soma --backend ${name}`);
  if (hasDriver(name)) return expect(run.code).toBe(0);
  expect(run.code).toBe(1);
  expect(run.err).toContain(DRIVERS[name]);
  expect(run.err).toContain("--force");
  expect((await person.run(`${person.bin}/soma --version`)).code).toBe(0);
});

// One stands for all: the script knows only their names.
test.each(backends.slice(0, 1))("%s: the install script brings it too, if forced", async (name) => {
  const other = new Person(releases);
  try {
    const refused = await other.pipe(`--backend ${name}`);
    expect(refused.code).toBe(hasDriver(name) ? 0 : 1);
    expect((await other.pipe(`--backend ${name} --force`)).code).toBe(0);
    expect((await other.sup("which")).out).toContain(`-${name}/soma`);
  } finally {
    other.leave();
  }
});

test.skipIf(!backends.includes("cuda") || hasDriver("cuda"))(
  "the README shows what happens, word for word",
  async () => {
    const other = new Person(releases);
    try {
      const lines = transcript();
      expect(lines.length).toBeGreaterThan(5);
      for (const { command, shown } of lines) {
        const path = { PATH: `${other.bin}:/usr/bin:/bin` };
        const { out } = await other.run(`exec 2>&1; ${here(command)}`, path);
        expect({ command, out: there(out, other.home) }).toEqual({
          command,
          out: there(shown, "~"),
        });
      }
    } finally {
      other.leave();
    }
  },
);

/** The commands of the README's section, and what it shows below each. */
function transcript(): { readonly command: string; readonly shown: string }[] {
  const readme = readFileSync(join(import.meta.dir, "../../../README.md"), "utf8");
  const [, section = ""] = /^## Installing$([\s\S]*?)^## /m.exec(readme) ?? [];
  const lines = section.split("\n").map((line) => (/^ {4}|^$/.test(line) ? line.slice(4) : "$"));
  const [, ...entries] = `\n${lines.join("\n")}`.split("\n$ ");
  return entries.map((entry) => {
    const [command = "", ...rest] = entry.split("\n");
    const end = rest.indexOf("$");
    return { command, shown: rest.slice(0, end === -1 ? undefined : end).join("\n") };
  });
}

const SHOWN_URL = "http://127.0.0.1:8000";

function here(command: string): string {
  return command.replaceAll(SHOWN_URL, releases.url);
}

/** What was printed, as it would be in any home, at any address, from any commit, on any day. */
function there(text: string, home: string): string {
  return text
    .replaceAll(releases.url, SHOWN_URL)
    .replaceAll(home, "~")
    .replaceAll(/-[0-9a-f]{12}(?:-dirty)?/g, "-COMMIT")
    .replaceAll(/\d{4}-\d\d-\d\d/g, "DATE")
    .trim();
}

function hasDriver(name: keyof typeof DRIVERS): boolean {
  if (name === "rocm" && !existsSync("/dev/kfd") && !existsSync("/dev/dxg")) return false;
  const { stdout } = Bun.spawnSync(["/sbin/ldconfig", "-p"]);
  return stdout.includes(DRIVERS[name]);
}

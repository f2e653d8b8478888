/**
 * What a disk does to an installation: it is full, read-only, or lets nothing be executed. Each has
 * its exit code and one next step, and the version before works. File systems are mounted for one
 * script of sh, in a namespace of its own, where whoever runs this is root.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";

import { Person } from "./person.ts";
import { makeReleases, type ReleaseFolder, type Run } from "./releases.ts";
import { busyboxTools, onlyTools } from "./tools.ts";

const [OLD, NEW] = ["testnet-v0.1.0", "testnet-v0.2.0"] as const;
const RELEASE_MS_MAX = 600_000;
const UNSHARE = process.getuid?.() === 0 ? "unshare -m" : "unshare -rm";
const canRun =
  process.platform === "linux" &&
  ["curl", "unshare"].every((name) => Bun.which(name) !== null) &&
  Bun.spawnSync([...UNSHARE.split(" "), "true"]).success;

const DATA = "$HOME/.local/share/sup";
const CACHE = "$HOME/.cache/sup";
const VERSION = `"$HOME/.local/bin/soma" --version`;

let releases: ReleaseFolder;
let person: Person;

beforeAll(async () => {
  if (!canRun) return;
  releases = makeReleases([OLD, NEW]);
  person = new Person(releases);
  expect(await person.pipe("--version 0.1.0")).toMatchObject({ code: 0 });
}, RELEASE_MS_MAX);

afterAll(() => {
  person?.leave();
  releases?.close();
});

/** Runs lines of sh after a mount that nobody else sees. */
function mounted(mount: string, lines: readonly string[], path?: string): Promise<Run> {
  const script = [`mkdir -p "$HOME/t" && ${mount} || exit 99`, ...lines].join("\n");
  const env = { SCRIPT: script, TOOLS: path ?? `${person.bin}:/usr/bin:/bin` };
  return person.run(`${UNSHARE} sh -c "$SCRIPT"`, env);
}

/** A file system in memory in the place of `folder`, with what was in it. */
function inMemory(folder: string, options: string): string {
  const keep = `mkdir -p ${folder} && cp -a ${folder}/. "$HOME/t"`;
  const mount = `mount -t tmpfs -o ${options} tmpfs ${folder}`;
  return `${keep} && ${mount} && cp -a "$HOME/t/." ${folder} && rm -rf "$HOME/t"`;
}

function readOnly(folder: string): string {
  return `mount --bind ${folder} ${folder} && mount -o remount,ro,bind ${folder}`;
}

/** What an update came to, and what is in use after it. */
const UPDATE = [`"$HOME/.local/bin/sup" update; echo "exit $?"`, VERSION];

describe.skipIf(!canRun)("a full disk", () => {
  test("stops a download, which goes on when there is room", async () => {
    const other = `${CACHE}/something-else`;
    const fill = `head -c 72m /dev/zero >"${other}"`;
    const again = [`rm "${other}"`, `"$HOME/.local/bin/sup" install soma@0.2.0 --verify-only`];
    const run = await mounted(inMemory(CACHE, "size=96m"), [fill, ...UPDATE, ...again]);
    expect(run).toMatchObject({ code: 0 });
    expect(run.out).toMatch(/^exit 6\nsoma 0\.1\.0[^\n]*\n[^\n]* is genuine/);
    expect(run.err).toContain("free some space");
  });

  test("stops the unpacking, and nothing of that stays", async () => {
    const look = [`ls -A ${DATA}/versions`, `"$HOME/.local/bin/sup" doctor --quick`];
    const run = await mounted(inMemory(DATA, "size=220m"), [...UPDATE, ...look]);
    const kept = `${OLD}-${releases.platform}`;
    expect(run.out).toMatch(new RegExp(`^exit 6\nsoma 0\\.1\\.0[^\n]*\n${kept}\n`));
    expect(run.out).toMatch(/✗ room: 0\.\d GB free, too little for an update/);
    expect(run.err).toContain("free some space");
  });

  test.each([
    ["curl", (folder: string): string => onlyTools(folder, ["curl"])],
    ["GNU wget", (folder: string): string => onlyTools(folder, ["wget"])],
    ["wget of busybox", busyboxTools],
  ])("stops the install script with %s", async (name, tools) => {
    const path = tools(join(person.home, name.replaceAll(" ", "-")));
    const mount = `mount -t tmpfs -o size=8m tmpfs "$HOME/t"`;
    const install = `TMPDIR="$HOME/t" PATH=${path} sh ${releases.folder}/install.sh`;
    const run = await mounted(mount, [install, `echo "exit $?"`, `ls -A "$HOME/t"`]);
    expect(run.out).toBe("exit 6\n");
    expect(run.err).toContain("free some space, or set TMPDIR");
  });
});

describe.skipIf(!canRun)("a file system that lets nothing be executed", () => {
  test("as the temporary folder stops the script, and not sup", async () => {
    const mount = `mount -t tmpfs -o noexec tmpfs "$HOME/t"`;
    const lines = [
      `export TMPDIR="$HOME/t"`,
      `sh ${releases.folder}/install.sh; echo "exit $?"`,
      `"$HOME/.local/bin/sup" install soma@0.1.0 --force && ls -A "$HOME/t"`,
    ];
    const run = await mounted(mount, lines);
    expect(run).toMatchObject({ code: 0 });
    expect(run.out).toMatch(/^exit 8\n✓ soma 0\.1\.0[^\n]*\n$/);
    expect(run.err).toContain("set TMPDIR");
  });

  test("as the place of versions is told by the smoke run", async () => {
    const home = `export SUP_HOME="$HOME/t" SUP_BIN_DIR="$HOME/b"`;
    const mount = `mount -t tmpfs -o noexec tmpfs "$HOME/t"`;
    const install = `"$HOME/.local/bin/sup" install soma; echo "exit $?"; ls -A "$HOME/t/versions"`;
    const run = await mounted(mount, [home, install, VERSION]);
    expect(run.out).toMatch(/^exit 8\nsoma 0\.1\.0/);
    expect(run.err).toContain("set SUP_HOME");
  });
});

describe.skipIf(!canRun)("a read-only", () => {
  test("home", async () => {
    const script = `sh ${releases.folder}/install.sh; echo "exit $?"`;
    const run = await mounted(readOnly(`"$HOME"`), [...UPDATE, script]);
    expect(run.out).toMatch(/^exit 6\nsoma 0\.1\.0[^\n]*\nexit 6\n$/);
    expect(run.err).toContain("set SUP_HOME and SUP_BIN_DIR");
  });

  test("folder of links", async () => {
    const rollback = `"$HOME/.local/bin/sup" which`;
    const run = await mounted(readOnly(`"$HOME/.local/bin"`), [...UPDATE, rollback]);
    const kept = `/versions/${OLD}-${releases.platform}/soma`;
    expect(run.out).toMatch(new RegExp(`^exit 6\nsoma 0\\.1\\.0[^\n]*\n[^\n]*${kept}\n$`));
    expect(run.err).toContain("SUP_BIN_DIR");
  });
});

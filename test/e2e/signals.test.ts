/**
 * What stops npm stops the program: the scripts of package.json replace their shell (`exec`), so a
 * signal to npm reaches the program, which ends well and leaves nothing behind.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { isFree } from "../../src/localnet/ports.ts";
import { freePortBase, portsOf } from "./shell.ts";

const ROOT = join(import.meta.dir, "../..");
/** Generous: a process that is not where it should be by then hangs. */
const PATIENCE_MS = 60_000;
const POLL_MS = 20;
/** Processes are told apart by what Linux shows of them. */
const canRun = existsSync("/proc/self/stat") && Bun.which("npm") !== null;
const home = mkdtempSync(join(tmpdir(), "soma-npm-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** A file of /proc, or nothing when the process is gone. */
function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error) return "";
    throw error;
  }
}

/** The parent's id: the second field after the name, which is in brackets. */
function parentOf(pid: number): number {
  const stat = readProc(pid, "stat");
  return Number(stat.slice(stat.lastIndexOf(")") + 1).split(" ")[2]);
}

function descendants(pid: number): number[] {
  const all = readdirSync("/proc").map(Number).filter(Number.isInteger);
  const children = all.filter((id) => parentOf(id) === pid);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** The program that npm runs, directly or below a shell. */
function programOf(parent: number): number | undefined {
  return descendants(parent).find(
    (pid) => readProc(pid, "cmdline").split("\0")[1] === "src/main.ts",
  );
}

/** Polls until `probe` gives something. */
async function until<T>(probe: () => T | undefined): Promise<T> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end;) {
    const found = probe();
    if (found !== undefined) return found;
    await Bun.sleep(POLL_MS);
  }
  throw new Error("what was waited for did not come");
}

type Npm = Bun.Subprocess<"ignore", "pipe", "inherit">;

function npm(...words: string[]): Npm {
  return Bun.spawn(["npm", ...words], {
    cwd: ROOT,
    env: { ...process.env, SOMA_CONFIG_DIR: join(home, "config"), TMPDIR: home },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** Waits until `child` has written what matches. */
async function written(child: Npm, pattern: RegExp): Promise<void> {
  let text = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (pattern.test(text)) return;
  }
  throw new Error(`npm ended early: ${text}`);
}

/** Sends SIGTERM to npm alone; everything below it must end. */
async function terminate(child: Npm): Promise<void> {
  const family = descendants(child.pid);
  expect(family.length).toBeGreaterThan(0);
  child.kill("SIGTERM");
  await child.exited;
  const isGone = (pid: number): boolean => readProc(pid, "stat") === "";
  await until(() => (family.every(isGone) ? true : undefined)).catch((error: unknown) => {
    for (const pid of family.filter((one) => !isGone(one))) process.kill(pid, "SIGKILL");
    throw error;
  });
}

test.skipIf(!canRun)("SIGTERM to npm ends a simulation", async () => {
  const child = npm("run", "sim", "--", "--seeds", "1..10000");
  await until(() => programOf(child.pid));
  await terminate(child);
});

test.skipIf(!canRun)("SIGTERM to npm ends a local network, and its ports are free", async () => {
  const base = freePortBase();
  const child = npm("run", "localnet", "--", "--port-base", String(base), "--force-regenesis");
  await written(child, /Network ready/);
  expect(portsOf(base).filter(isFree)).toEqual([]);
  await terminate(child);
  expect(portsOf(base).filter(isFree)).toEqual([...portsOf(base)]);
  expect(readdirSync(home)).toEqual(["config"]);
});

test.skipIf(!canRun)("SIGTERM to npm ends the demo, which leaves nothing", async () => {
  const child = npm("start");
  // While it plays its round.
  await written(child, /A network/);
  await terminate(child);
  expect(readdirSync(home)).toEqual(["config"]);
});

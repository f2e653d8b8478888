/**
 * What stops npm stops the program: the scripts of package.json replace their shell (`exec`), so a
 * signal to npm reaches the program and nothing is left behind.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
const START_MS_MAX = 15_000;
const STOP_MS_MAX = 3_000;
const POLL_MS = 20;
/** Processes are told apart by what Linux shows of them. */
const canRun = existsSync("/proc/self/stat") && Bun.which("npm") !== null;

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
function programOf(npm: number): number | undefined {
  return descendants(npm).find((pid) => readProc(pid, "cmdline").split("\0")[1] === "src/main.ts");
}

/** Polls until `probe` gives something; gives up after `msMax`. */
async function until<T>(msMax: number, probe: () => T | undefined): Promise<T | undefined> {
  for (const end = performance.now() + msMax; performance.now() < end;) {
    const found = probe();
    if (found !== undefined) return found;
    await Bun.sleep(POLL_MS);
  }
  return undefined;
}

test.skipIf(!canRun)(
  "SIGTERM to npm ends a simulation",
  async () => {
    const npm = Bun.spawn(["npm", "run", "sim", "--", "--seeds", "1..10000"], {
      cwd: ROOT,
      stdio: ["ignore", "ignore", "ignore"],
    });
    const program = await until(START_MS_MAX, () => programOf(npm.pid));
    expect(program).toBeDefined();
    npm.kill("SIGTERM");
    const gone = await until(STOP_MS_MAX, () =>
      readProc(program!, "stat") === "" ? true : undefined,
    );
    if (gone === undefined) process.kill(program!, "SIGKILL");
    await npm.exited;
    expect(gone).toBe(true);
  },
  START_MS_MAX + 2 * STOP_MS_MAX,
);

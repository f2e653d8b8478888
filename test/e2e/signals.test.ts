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
const START_MS_MAX = 10_000;
const STOP_MS_MAX = 3_000;
const POLL_MS = 20;
const hasProc = existsSync("/proc/self/task");

/** Ids of all processes below `pid`. */
function descendants(pid: number): number[] {
  const children = readdirSync("/proc")
    .map(Number)
    .filter((id) => Number.isInteger(id) && parentOf(id) === pid);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

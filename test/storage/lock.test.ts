/**
 * The directory lock between and within processes, and after a holder was killed.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { SomaError } from "../../src/base/errors.ts";
import { lockDirectory } from "../../src/storage/lock.ts";
import { removeTemporary, temporaryDirectory } from "./temporary.ts";

afterAll(removeTemporary);
const HOLDER = new URL("lock-holder.ts", import.meta.url).pathname;

test("a directory is created, locked once, and free after release", () => {
  const directory = join(temporaryDirectory(), "deep", "down");
  const lock = lockDirectory(directory);
  expectRefused(directory, `in use by process ${process.pid}`);
  lock.release();
  expect(existsSync(join(directory, "soma.pid"))).toBe(false);
  lockDirectory(directory).release();
});

test("another process is named while it lives, and its lock ends when it is killed", async () => {
  const directory = temporaryDirectory();
  const holder = Bun.spawn([process.execPath, HOLDER, directory], { stdout: "pipe" });
  await holder.stdout.getReader().read();
  expectRefused(directory, `in use by process ${holder.pid}`);
  holder.kill("SIGKILL");
  await holder.exited;
  expect(existsSync(join(directory, "soma.pid"))).toBe(true);
  lockDirectory(directory).release();
});

test("a process id left behind locks nobody out, even if it is our own", () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "soma.pid"), `${process.pid}\n`);
  lockDirectory(directory).release();
});

test("a directory that cannot be made says so", () => {
  const file = join(temporaryDirectory(), "file");
  writeFileSync(file, "");
  for (const directory of [file, join(file, "below")]) {
    expectRefused(directory, `cannot write in ${directory}`, "directory_unwritable");
  }
});

function expectRefused(directory: string, says: string, code = "directory_locked"): void {
  let caught: unknown;
  try {
    lockDirectory(directory).release();
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(SomaError);
  if (!(caught instanceof SomaError)) return;
  expect(caught.code).toBe(code);
  expect(caught.message).toContain(says);
}

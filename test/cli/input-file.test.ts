/**
 * Files that people name: what is read, and what is refused before and while it is read.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";
import {
  appendFileSync,
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { SomaError } from "../../src/base/errors.ts";
import { checkInputFile, readInputFile, readUnchanged } from "../../src/cli/input-file.ts";
import { makeDeps, temporaryDir } from "./world.ts";

const LIMITS = { bytesMax: 10, tooLarge: "cut it in parts" };
const directory = temporaryDir();
const deps = { ...makeDeps({}).deps, cwd: directory };
const opened: number[] = [];

afterAll(() => opened.forEach((descriptor) => closeSync(descriptor)));

test("a file is read whole, relative to the working directory, through links too", () => {
  writeFileSync(join(directory, "ten"), "0123456789");
  symlinkSync("ten", join(directory, "link"));
  for (const path of ["ten", "link", join(directory, "ten")]) {
    expect(new TextDecoder().decode(readInputFile(deps, path, LIMITS))).toBe("0123456789");
    expect(() => checkInputFile(deps, path)).not.toThrow();
  }
});

function refusal(path: string): SomaError {
  try {
    readInputFile(deps, path, LIMITS);
  } catch (error) {
    if (error instanceof SomaError) return error;
    throw error;
  }
  throw new Error(`${path} was read`);
}

test.each([
  ["missing", "file_missing", "there is no file missing"],
  ["empty", "file_empty", "empty is empty"],
  ["eleven", "file_too_large", "eleven has 11 bytes; 10 are the most"],
  ["directory", "not_a_file", "directory is a directory, not a file"],
  ["pipe", "not_a_file", "pipe is a pipe, not a file"],
  ["/dev/zero", "not_a_file", "/dev/zero is a device, not a file"],
  ["empty/under", "file_error", "a part of the path is a file"],
])("%s is refused: %s", async (path, code, message) => {
  writeFileSync(join(directory, "empty"), "");
  writeFileSync(join(directory, "eleven"), "0123456789a");
  mkdirSync(join(directory, "directory"), { recursive: true });
  Bun.spawnSync(["mkfifo", join(directory, "pipe")]);
  const error = refusal(path);
  expect(error.code).toBe(code);
  expect(error.message).toContain(message);
  expect(error.hint).toBeString();
});

test("a hint about size is the caller's", () => {
  expect(refusal("eleven").hint).toBe("cut it in parts");
});

test.each([
  ["grows", (path: string) => appendFileSync(path, "more")],
  ["shrinks", (path: string) => truncateSync(path, 3)],
])("a file that %s while it is read is refused", (name, change) => {
  const path = join(directory, name);
  writeFileSync(path, "0123456789");
  const descriptor = openSync(path, "r");
  opened.push(descriptor);
  const before = fstatSync(descriptor);
  change(path);
  expect(() => readUnchanged({ path, descriptor, before })).toThrow("changed while it was read");
});

/**
 * Small files are replaced whole, durably and for their owner only, or the error names the path.
 *
 * @module
 */
import { expect, test } from "bun:test";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import {
  readSmallFile,
  removeSmallFile,
  replaceSmallFile,
  restrictToOwner,
} from "../../src/wallet/small-file.ts";
import { failure, modeOf, temporaryDir } from "./scratch.ts";

test("writing makes the directories, and only the owner may look", () => {
  const root = temporaryDir();
  const path = join(root, "a", "b", "file");
  replaceSmallFile(path, "one");
  expect(readSmallFile(path)).toBe("one");
  expect(modeOf(path)).toBe("600");
  expect(modeOf(join(root, "a"))).toBe("700");
});

test("replacing leaves one file, with the new text and closed permissions", () => {
  const root = temporaryDir();
  const path = join(root, "file");
  writeFileSync(path, "old", { mode: 0o644 });
  replaceSmallFile(path, "new");
  expect(readdirSync(root)).toEqual(["file"]);
  expect(readSmallFile(path)).toBe("new");
  expect(modeOf(path)).toBe("600");
});

test("a link keeps pointing at the file that is replaced", () => {
  const root = temporaryDir();
  const real = join(root, "real");
  const link = join(root, "link");
  writeFileSync(real, "old");
  symlinkSync(real, link);
  replaceSmallFile(link, "new");
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(real, "utf8")).toBe("new");
});

test("a failed write leaves the old file and nothing else", () => {
  const root = temporaryDir();
  mkdirSync(join(root, "taken", "inside"), { recursive: true });
  const error = failure(() => replaceSmallFile(join(root, "taken"), "text"));
  expect(error.message).toContain(`cannot write ${join(root, "taken")}`);
  expect(readdirSync(root)).toEqual(["taken"]);
});

test("a missing file is nothing; removing says whether there was one", () => {
  const path = join(temporaryDir(), "file");
  expect(readSmallFile(path)).toBeUndefined();
  expect(removeSmallFile(path)).toBe(false);
  replaceSmallFile(path, "text");
  expect(removeSmallFile(path)).toBe(true);
  expect(readSmallFile(path)).toBeUndefined();
});

test("a path through a file is an error that names it", () => {
  const root = temporaryDir();
  writeFileSync(join(root, "file"), "");
  const path = join(root, "file", "deeper", "client.yaml");
  for (const action of [() => readSmallFile(path), () => replaceSmallFile(path, "")]) {
    const error = failure(action);
    expect(error.code).toBe("file_error");
    expect(error.message).toContain("a part of the path is a file, not a directory");
  }
});

test("directories, pipes and huge files are refused without reading them", () => {
  const root = temporaryDir();
  expect(failure(() => readSmallFile(root)).message).toContain("it is not a regular file");
  const pipe = join(root, "pipe");
  expect(Bun.spawnSync(["mkfifo", pipe]).exitCode).toBe(0);
  expect(failure(() => readSmallFile(pipe)).message).toContain("it is not a regular file");
  const huge = join(root, "huge");
  writeFileSync(huge, "x".repeat(4 * 1024 * 1024 + 1));
  expect(failure(() => readSmallFile(huge)).message).toContain("it is larger than 4194304 bytes");
});

test("an open secret is closed", () => {
  const path = join(temporaryDir(), "file");
  writeFileSync(path, "");
  chmodSync(path, 0o644);
  expect(restrictToOwner(path)).toBe(true);
  expect(modeOf(path)).toBe("600");
  expect(restrictToOwner(path)).toBe(false);
});

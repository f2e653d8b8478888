/**
 * Programs are replaced and removed whole.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { removeProgram, replaceProgram } from "../../src/sup/program-file.ts";
import { temporary } from "./temporary.ts";

const SYSTEMS = ["linux", "win32"] as const;

test.each(SYSTEMS)("a program takes the place of another, or of none: %s", (os) => {
  const folder = temporary();
  const [fresh, path] = [join(folder, "fresh"), join(folder, "soma")];
  for (const text of ["one", "two"]) {
    writeFileSync(fresh, text);
    replaceProgram(fresh, path, os);
    expect(readFileSync(path, "utf8")).toBe(text);
    expect(existsSync(fresh)).toBe(false);
  }
});

test.each(SYSTEMS)("one that runs is replaced, and runs on: %s", async (os) => {
  const folder = temporary();
  const [fresh, path] = [join(folder, "fresh"), join(folder, "cat")];
  await Bun.write(path, Bun.file(Bun.which("cat")!));
  Bun.spawnSync(["chmod", "755", path]);
  const running = Bun.spawn([path], { stdin: "pipe", stdout: "pipe" });
  writeFileSync(fresh, "new");
  replaceProgram(fresh, path, os);
  void running.stdin.write("still here");
  void running.stdin.end();
  expect(await running.stdout.text()).toBe("still here");
  expect(readFileSync(path, "utf8")).toBe("new");
});

test.each(SYSTEMS)("one that is removed is gone; one that is not there is no error: %s", (os) => {
  const path = join(temporary(), "soma");
  writeFileSync(path, "");
  removeProgram(path, os);
  removeProgram(path, os);
  expect(existsSync(path)).toBe(false);
});

test("what ran when it was replaced on Windows goes the next time", () => {
  const folder = temporary();
  const [fresh, path] = [join(folder, "fresh"), join(folder, "soma.exe")];
  const left = [join(tmpdir(), `soma-${crypto.randomUUID()}.old`)];
  left.push(`${path}.soma-${crypto.randomUUID()}.old`);
  const other = join(folder, "soma-mine.old");
  for (const file of [...left, other, fresh]) writeFileSync(file, "");
  replaceProgram(fresh, path, "win32");
  expect([...left, other].filter(existsSync)).toEqual([other]);
});

/**
 * One holder at a time, and a dead holder holds nothing.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { withLock } from "../../src/wallet/lock.ts";
import { failure, temporaryDir } from "./scratch.ts";

const HOLD = `
  import { withLock } from "${join(import.meta.dir, "../../src/wallet/lock.ts")}";
  withLock(process.argv[1], () => {
    process.stdout.write("held");
    Bun.sleepSync(60_000);
  });
`;

test("the lock gives back what the work returns, and is free after it and after an error", () => {
  const path = join(temporaryDir(), "deep", "lock");
  expect(withLock(path, () => 1)).toBe(1);
  expect(() =>
    withLock(path, () => {
      throw new RangeError("inside");
    }),
  ).toThrow("inside");
  expect(withLock(path, () => 2)).toBe(2);
});

test("a killed holder leaves no lock behind", async () => {
  const path = join(temporaryDir(), "lock");
  const holder = Bun.spawn([process.execPath, "-e", HOLD, path], { stdout: "pipe" });
  const reader = holder.stdout.getReader();
  expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe("held");
  holder.kill("SIGKILL");
  await holder.exited;
  expect(withLock(path, () => "mine")).toBe("mine");
});

test("what is no lock file is an error that names it", () => {
  const path = join(temporaryDir(), "lock");
  writeFileSync(path, "x".repeat(5000));
  const error = failure(() => withLock(path, () => undefined));
  expect(error.message).toBe(`cannot lock ${path}: something else took its name`);
});

/**
 * First light from the sources.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";

import { Shell } from "../shell.ts";
import { walk } from "./walk.ts";

test("from a new wallet to a reward", async () => {
  const shell = new Shell();
  try {
    await walk(shell);
  } finally {
    await shell.close();
  }
  expect(existsSync(shell.home)).toBe(false);
});

/**
 * What was begun is undone in reverse, all of it, once.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { Cleanup } from "../../src/localnet/cleanup.ts";

test("the latest step is undone first, and each once", async () => {
  const undone: number[] = [];
  const cleanup = new Cleanup();
  for (const step of [1, 2, 3]) {
    cleanup.add(async () => {
      await Promise.resolve();
      undone.push(step);
    });
  }
  await Promise.all([cleanup.run(), cleanup.run()]);
  expect(undone).toEqual([3, 2, 1]);
});

test("a step that fails keeps no other from being undone, and is told at the end", async () => {
  const undone: number[] = [];
  const cleanup = new Cleanup();
  cleanup.add(() => void undone.push(1));
  cleanup.add(() => {
    throw new Error("stuck");
  });
  cleanup.add(() => void undone.push(3));
  await expect(cleanup.run()).rejects.toThrow("stuck");
  expect(undone).toEqual([3, 1]);
});

/**
 * Failures of `sup`: each kind has an exit code of its own, and never comes without a next step.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import type { SomaError } from "../../src/base/errors.ts";
import {
  onDisk,
  onDiskLater,
  SUP_EXIT,
  supError,
  type SupFailure,
} from "../../src/sup/failures.ts";

const KINDS = Object.keys(SUP_EXIT) as SupFailure[];

test("every kind has its own code and name, after those of all programs", () => {
  const errors = KINDS.map((kind) => supError(kind, "it failed"));
  expect(errors.map(({ exit }) => exit)).toEqual([3, 4, 5, 6, 7, 8]);
  expect(new Set(errors.map(({ code }) => code)).size).toBe(KINDS.length);
});

test.each(KINDS)("%s has a next step, and that of the moment if there is one", (kind) => {
  expect(supError(kind, "it failed").hint).toMatch(/^[a-z][^.]+$/);
  expect(supError(kind, "it failed", "do this").hint).toBe("do this");
});

describe("what the system refuses", () => {
  const refused = (code: string): Error => Object.assign(new Error("no"), { code });
  const caught = (error: Error): unknown => {
    try {
      return onDisk("write x", () => {
        throw error;
      });
    } catch (thrown) {
      return thrown;
    }
  };

  test.each([
    ["ENOSPC", "free some space"],
    ["EDQUOT", "free some space"],
    ["EACCES", "check who owns it"],
  ])("%s is told: %s", async (code, hint) => {
    const error = caught(refused(code));
    expect(error).toMatchObject({ exit: 6, message: "cannot write x: no" });
    expect((error as SomaError).hint).toStartWith(hint);
    const later = onDiskLater("write x", () => Promise.reject(refused(code)));
    await expect(later).rejects.toMatchObject({ exit: 6, message: "cannot write x: no" });
  });

  test("is not mixed up with our own errors and bugs", () => {
    const [own, bug] = [supError("network", "away"), new RangeError("a bug")];
    expect([caught(own), caught(bug)]).toEqual([own, bug]);
  });
});

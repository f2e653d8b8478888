/**
 * Which errors are the system's: those with a code in words that are not ours.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";

import { SomaError, systemCode } from "../../src/base/errors.ts";

test("what the system refuses has its code", () => {
  let thrown: unknown;
  try {
    readFileSync("/nowhere/at/all");
  } catch (error) {
    thrown = error;
  }
  expect(systemCode(thrown)).toBe("ENOENT");
});

test.each([
  ["ours", new SomaError("file_missing", "there is no file")],
  ["the abort of a request, whose code is a number", new DOMException("aborted", "AbortError")],
  ["a mistake", new TypeError("x is not a function")],
  ["text", "ENOENT"],
  ["an object that is no error", { code: "ENOENT" }],
])("%s is none of the system's", (_, error) => {
  expect(systemCode(error)).toBeUndefined();
});

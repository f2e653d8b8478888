/**
 * The name that was probably meant.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { nearestName } from "../../src/cli/nearest.ts";

const NAMES = ["wallet", "env", "validator", "status", "stake", "send", "completions"];

test.each([
  ["walet", "wallet"],
  ["wallett", "wallet"],
  ["wlalet", "wallet"],
  ["WALLET", "wallet"],
  ["evn", "env"],
  ["stat", "status"],
  ["comp", "completions"],
  ["sned", "send"],
  ["stale", "stake"],
])("%s means %s", (typed, name) => {
  expect(nearestName(typed, NAMES)).toBe(name);
});

test.each(["", "x", "banana", "w".repeat(1000)])("%p means nothing", (typed) => {
  expect(nearestName(typed, NAMES)).toBeUndefined();
});

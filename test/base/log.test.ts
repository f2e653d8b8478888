/**
 * The log: levels, names, and nothing that could steer a terminal.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { createLogger, type LogOptions } from "../../src/base/log.ts";

function record(level: LogOptions["level"]): {
  lines: string[];
  log: ReturnType<typeof createLogger>;
} {
  const lines: string[] = [];
  return { lines, log: createLogger({ level, write: (line) => lines.push(line) }) };
}

test("lines below the level are not written", () => {
  const { lines, log } = record("warn");
  log.debug("one");
  log.info("two");
  log.warn("three");
  log.error("four");
  expect(lines.map((line) => line.slice(line.indexOf("Z") + 2))).toEqual([
    "WARN  three",
    "ERROR four",
  ]);
  const silent = record("silent");
  silent.log.error("five");
  expect(silent.lines).toEqual([]);
});

test("a name says which part speaks", () => {
  const { lines, log } = record("info");
  log.named("validator-1").named("consensus").info("hello");
  expect(lines[0]).toMatch(/^\S+Z INFO {2}validator-1\/consensus: hello$/);
});

test("control characters are replaced, so one event is one line", () => {
  const { lines, log } = record("info");
  log.info("a\nb\u001b[31mc\u202ed\u2028e");
  expect(lines[0]?.endsWith("a b [31mc d e")).toBe(true);
});

/**
 * Finding functions without a parser: every form counts, and nothing else does.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { functionsOf } from "./functions.ts";
import { sourceOf } from "./source.ts";

/** Parameters and lines of each function in `text`, in the order of their parameter lists. */
function shapesOf(text: string): string[] {
  return functionsOf(sourceOf("src/base/x.ts", text))
    .sort((left, right) => left.start - right.start)
    .map(({ parameterCount, lineCount }) => `${parameterCount}p ${lineCount}l`);
}

describe("functions", () => {
  const cases: readonly (readonly [text: string, ...shapes: string[]])[] = [
    ["function f() {}", "0p 1l"],
    ["function f(\n  a: A,\n  b: B,\n): void {\n  g();\n}", "2p 6l"],
    ["async function* f<T>(a: Map<K, V>, b = { c, d }): AsyncGenerator<T> {\n}", "2p 2l"],
    ["const f = (a: A, { b, c }: B): C => a;", "2p 1l"],
    ["const f = (a: A): (B | C)[] => {\n  return a;\n};", "1p 3l"],
    ["class X {\n  get(a: A): { b: B; c: C } | undefined {\n    return a;\n  }\n}", "1p 3l"],
    ["function is(a: unknown): a is { b: B } {\n}", "1p 2l"],
    ["function f(a: A): (b: B, c: C) => D {\n}", "1p 2l", "2p 1l"],
    ["function f(a: A): asserts a is B {\n}", "1p 2l"],
    ["const f = (a: A) => (b: B) => c;", "1p 1l", "1p 1l"],
    ["type F = (a: A, b: B) => void;", "2p 1l"],
  ];
  for (const [text, ...shapes] of cases) {
    test(text.split("\n", 1)[0]!, () => expect(shapesOf(text)).toEqual(shapes));
  }
});

describe("no functions", () => {
  for (const text of [
    "if (a) {\n}",
    "for await (const a of b) {\n}",
    "while (a < b) {\n}",
    "switch (a) { case f(b): { } }",
    "try { } catch (error) { }",
    "const a = b ? f(c) : { d };",
    "f(a, b); { }",
  ]) {
    test(text.split("\n", 1)[0]!, () => expect(shapesOf(text)).toEqual([]));
  }
});

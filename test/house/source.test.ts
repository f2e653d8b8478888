/**
 * The scanner under the house checks: what it blanks and what it leaves, with offsets unmoved.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { lineAt, sourceOf } from "./source.ts";

/** The code of `text` with runs of blanks shortened to one. */
function codeOf(text: string): string {
  const { code } = sourceOf("src/base/x.ts", text);
  expect(code).toHaveLength(text.length);
  return code.replace(/ +/g, " ");
}

describe("blanking", () => {
  const cases: readonly (readonly [name: string, text: string, code: string])[] = [
    ["line comment", "a; // Date\nb", "a; \nb"],
    ["block comment keeps its line breaks", "a /* x\ny */ b", "a \n b"],
    ["string, with an escaped quote", `f("it\\"s", 'Date')`, `f(" ", ' ')`],
    ["comment mark inside a string", `"// no" + b`, `" " + b`],
    ["template and its hole", "`x ${a + b} y`", "` ${a + b} `"],
    ["template in a hole of a template", "`x${f(`y${z}`)}w` + v", "` ${f(` ${z}`)} ` + v"],
    ["braces in a hole", "`${{ a: 1 }.a} Date` + b", "`${{ a: 1 }.a} ` + b"],
    ["escaped hole", "`\\${Date}` + b", "` ` + b"],
    ["regular expression with a quote", `s.replace(/["'/*]/g, b)`, `s.replace(/ , b)`],
    ["division is no regular expression", "(a / b) / c", "(a / b) / c"],
    ["import specifier", `import { a } from "../x.ts";`, `import { a } from " ";`],
  ];
  for (const [name, text, code] of cases) {
    test(name, () => expect(codeOf(text)).toBe(code));
  }
});

test("lines count from 1 and change after a line break", () => {
  expect([0, 1, 2, 3].map((offset) => lineAt("a\nb\n", offset))).toEqual([1, 1, 2, 2]);
});

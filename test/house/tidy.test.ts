/**
 * The style of the tree, with the sins of the past in `ratchet.json`. Every rule is tried on a
 * snippet that breaks it and on one that comes close, because a check that cannot fail is none.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import RATCHET from "./ratchet.json";
import { RULES } from "./rules.ts";
import { sourceOf, type Violation } from "./source.ts";
import { applyRatchet, checkFile, tidy, untested } from "./tidy.ts";

const DOCBLOCK = "/**\n * A file.\n *\n * @module\n */\n";

/** The rules that `text` breaks at `path`. */
function broken(path: string, text: string): string[] {
  return checkFile(sourceOf(path, text)).map(({ rule }) => rule);
}

/** `text` as one short line, for the name of a test. */
function brief(text: string): string {
  return text.replace(/\s+/g, " ").slice(0, 50);
}

test("the tree is tidy, and the ratchet is as tight as can be", () => {
  expect(applyRatchet(tidy(), RATCHET)).toEqual([]);
});

describe("broken rules are found", () => {
  const cases: readonly (readonly [rule: string, path: string, text: string])[] = [
    ["line-length", "src/a/b.ts", `f(${"a".repeat(97)});`],
    ["function-length", "src/a/b.ts", `function f() {${"\n".repeat(40)}}`],
    ["function-length", "test/a/b.ts", `function f(): void {${"\n".repeat(40)}}`],
    ["file-length", "src/a/b.ts", `${"a;\n".repeat(296)}`],
    ["parameters", "src/a/b.ts", "const f = (a: A, b: B, c: C, d: D, e: E): void => g();"],
    ["documented-exports", "src/a/b.ts", "const a = 1;\nexport const b = 2;"],
    ["documented-exports", "src/a/b.ts", "export async function f(): Promise<void> {}"],
    ["world", "src/ledger/b.ts", "const a = Date.now();"],
    ["world", "src/ledger/b.ts", "const a = new Date();"],
    ["world", "src/ledger/b.ts", "const a = performance.now();"],
    ["world", "src/ledger/b.ts", "setTimeout(f, 1);"],
    ["world", "src/ledger/b.ts", "const a = Bun.hash(b);"],
    ["world", "src/ledger/b.ts", "const a = process.env.B;"],
    ["world", "src/ledger/b.ts", "const a = fetch(b);"],
    ["world", "src/ledger/b.ts", "const a = import(b);"],
    ["world", "src/ledger/b.ts", "console.log(a);"],
    ["world", "src/ledger/b.ts", "const a = new Worker(b);"],
    ["world", "src/model/b.ts", "const a = Math.random();"],
    ["world", "src/ledger/b.ts", "const a = crypto.randomUUID();"],
    ["world", "src/base/b.ts", "const a = `${Date.now()}`;"],
    ["synchronous", "src/node/b.ts", "const f = async () => g();"],
    ["synchronous", "src/node/b.ts", "let a: Promise<void>;"],
    ["order", "src/ledger/b.ts", "a.sort();"],
    ["order", "src/ledger/b.ts", "for (const a in b) c();"],
    ["order", "src/model/b.ts", "a.localeCompare(b);"],
    ["exact", "src/ledger/b.ts", "const a = Math.exp(b);"],
    ["exact", "src/types/b.ts", "const a = 2n ** 64n;"],
    ["exact", "src/types/b.ts", "const a = parseFloat(b);"],
    ["exact", "src/types/b.ts", "const a = JSON.stringify(b);"],
    ["types", "scripts/b.ts", "let a: any;"],
    ["types", "src/a/b.ts", "const a = b as unknown as C;"],
    ["exports", "src/a/b.ts", "export default a;"],
    ["exports", "src/a/b.ts", `export * from "./c.ts";`],
    ["exports", "src/a/b.ts", `export type { A } from "./c.ts";`],
    ["catch", "src/a/b.ts", "try {\n  f();\n} catch {\n  // Never mind.\n}"],
    ["comments", "src/a/b.ts", `// ${"@ts"}-ignore`],
    ["comments", "src/a/b.ts", `// ${"TO"}DO: later`],
    ["file-name", "src/a/fooBar.ts", "f();"],
    ["file-name", "src/a/foo_bar.ts", "f();"],
    ["workplace", "README.md", `cd ${"/wo"}rk/main`],
    ["workplace", "README.md", `see ${"../sha"}red/notes`],
    ["workplace", "src/a/b.ts", `// As issue ${"#"}12 says.`],
  ];
  for (const [rule, path, text] of cases) {
    test(`${rule}: ${path}: ${brief(text)}`, () => {
      const isScript = path.endsWith(".ts");
      expect(broken(path, isScript ? DOCBLOCK + text : text)).toEqual([rule]);
    });
  }

  test("docblock", () => {
    expect(broken("src/a/b.ts", "f();")).toEqual(["docblock"]);
    expect(broken("src/a/b.ts", "/** A function. */\nf();\n/** @module */")).toEqual(["docblock"]);
  });

  test("every rule has a case", () => {
    const tried = new Set([...cases.map(([rule]) => rule), "docblock"]);
    expect(RULES.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  });
});

describe("what comes close passes", () => {
  const cases: readonly (readonly [path: string, text: string])[] = [
    ["src/a/b.ts", `f(${"a".repeat(96)});`],
    ["src/a/b.ts", `function f() {${"\n".repeat(39)}}`],
    ["src/a/b.ts", "/** One sentence. */\nexport const a = 1;"],
    ["test/a/b.test.ts", `describe("x", () => {\n  test("y", f);${"\n".repeat(40)}});`],
    ["src/ledger/b.ts", `// Date.now()\nconst a = "Date.now()";`],
    ["src/ledger/b.ts", "a.process(b); const c = { fetch: d.fetch(e) };"],
    ["src/consensus/b.ts", "function fetch(a: A): void {}"],
    ["src/base/clock.ts", "const a = Date.now();"],
    ["src/host/b.ts", "const a = await fetch(b);"],
    ["src/model/b.ts", "const a = Math.exp(b);"],
    ["src/ledger/b.ts", "const a = Math.floor(b);\nc.sort(compareText);"],
    ["src/a/b.ts", "const any = a.any(b);"],
    ["src/a/b.ts", "try {\n  f();\n} catch (error) {\n  g(error);\n}"],
    ["test/vectors/a_b.json", `{ "a": 1 }`],
    ["README.md", "ls src/worker/a; see issue tracker"],
  ];
  for (const [path, text] of cases) {
    test(`${path}: ${brief(text)}`, () => {
      const isScript = path.endsWith(".ts");
      expect(broken(path, isScript ? DOCBLOCK + text : text)).toEqual([]);
    });
  }
});

test("a file of a pure room that has a function needs a test", () => {
  const source = (path: string) => sourceOf(path, "function f() {}");
  const paths = (...all: string[]) => untested(all.map(source)).map(({ path }) => path);
  expect(paths("src/ledger/kinds/a.ts")).toEqual(["src/ledger/kinds/a.ts"]);
  expect(paths("src/ledger/kinds/a.ts", "test/ledger/kinds/a.prop.test.ts")).toEqual([]);
  expect(paths("src/ledger/kinds/a.ts", "test/ledger/a.test.ts")).toHaveLength(1);
  expect(paths("src/host/a.ts")).toEqual([]);
  const user = sourceOf("test/ledger/b.test.ts", `import { f } from "../../src/ledger/a.ts";`);
  expect(untested([source("src/ledger/a.ts"), user])).toEqual([]);
  expect(untested([sourceOf("src/types/a.ts", "type A = { b: C };")])).toEqual([]);
});

test("the ratchet forgives what it lists, no more, and must be lowered when a sin is gone", () => {
  const sin: Violation = { path: "src/a.ts", line: 3, rule: "types", fix: "unknown" };
  const ratchet = { types: { "src/a.ts": 2 } };
  expect(applyRatchet([sin, sin], ratchet)).toEqual([]);
  expect(applyRatchet([sin, sin, sin], ratchet)).toHaveLength(3);
  expect(applyRatchet([sin], ratchet)).toEqual([
    "ratchet.json: types: src/a.ts: says 2, is 1; lower it",
  ]);
  expect(applyRatchet([], ratchet)).toEqual([
    "ratchet.json: types: src/a.ts: says 2, is 0; lower it",
  ]);
  expect(applyRatchet([sin], {})).toEqual(["src/a.ts:3: types: unknown"]);
});

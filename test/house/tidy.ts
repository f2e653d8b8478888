/**
 * Applies the rules of the house to the tree and holds the result against the ratchet: the list of
 * old sins, by rule and file, which may only shrink. A sin that is not listed fails, and so does a
 * listed one that is gone. `bun test/house/tidy.ts` prints every violation; with `--ratchet`, the
 * list that would forgive them.
 *
 * @module
 */
import { arrowsOf, fileName, PURE_ROOMS, roomOf } from "./layers.ts";
import { RULES } from "./rules.ts";
import { findSources, findTexts, lineAt, show, type Source, type Violation } from "./source.ts";

/** Rule → file → how many violations are forgiven. */
export type Ratchet = Readonly<Record<string, Readonly<Record<string, number>>>>;

const SCRIPTS = "{src,test,scripts}/**/*.{ts,mjs}";
const TEXTS = "{*.{md,json,toml},{.ci,.github,installer,scripts,src,test}/**/*}";
/** Around what the name of a test file shares with the file that it tests. */
const TEST_NAME = /^test\/|\.(?:[a-z]+\.)?test\.ts$/g;
const DOES_SOMETHING = /^(?:export\s+)?(?:function|class)\b/m;

/** Everything in the tree that is against a rule. */
export function tidy(): Violation[] {
  const scripts = findSources(SCRIPTS);
  return [...[...scripts, ...findTexts(TEXTS)].flatMap(checkFile), ...untested(scripts)];
}

/** What is wrong with one file. */
export function checkFile(source: Source): Violation[] {
  const { path, text } = source;
  return RULES.filter((rule) => rule.applies(path)).flatMap((rule) =>
    rule.find(source).map(({ offset, fix }) => {
      return { path, line: lineAt(text, offset), rule: rule.name, fix };
    }),
  );
}

/** Files of the pure rooms that do something and that no test file is named after or imports. */
export function untested(sources: readonly Source[]): Violation[] {
  const tests = sources.filter(({ path }) => path.endsWith(".test.ts"));
  const named = tests.map(({ path }) => path.replace(TEST_NAME, ""));
  const tested = new Set([...named, ...tests.flatMap(arrowsOf).map(({ to }) => to)]);
  return sources
    .filter(({ path }) => path.startsWith("src/"))
    .filter(({ path }) => PURE_ROOMS.includes(roomOf(fileName(path))))
    .filter((source) => DOES_SOMETHING.test(source.code) && !tested.has(fileName(source.path)))
    .map(({ path }) => {
      const fix = `write test/${fileName(path)}.test.ts`;
      return { path, line: 1, rule: "tested", fix };
    });
}

/** What the ratchet does not forgive, and what it forgives although nobody did it. */
export function applyRatchet(violations: readonly Violation[], ratchet: Ratchet): string[] {
  const found = new Map<string, Violation[]>();
  for (const [rule, files] of Object.entries(ratchet)) {
    for (const path of Object.keys(files)) found.set(`${rule} ${path}`, []);
  }
  for (const violation of violations) {
    const key = `${violation.rule} ${violation.path}`;
    found.set(key, [...(found.get(key) ?? []), violation]);
  }
  return [...found].flatMap(([key, sins]) => compare(key, sins, ratchet));
}

function compare(key: string, sins: readonly Violation[], ratchet: Ratchet): string[] {
  const [rule, path] = key.split(" ", 2) as [string, string];
  const forgiven = ratchet[rule]?.[path] ?? 0;
  if (sins.length > forgiven) return sins.map(show);
  if (sins.length === forgiven) return [];
  return [`ratchet.json: ${rule}: ${path}: says ${forgiven}, is ${sins.length}; lower it`];
}

/** The ratchet that would forgive `violations`. */
function countSins(violations: readonly Violation[]): Ratchet {
  const counts: Record<string, Record<string, number>> = {};
  for (const { rule, path } of violations) {
    const files = (counts[rule] ??= {});
    files[path] = (files[path] ?? 0) + 1;
  }
  return counts;
}

if (import.meta.main) {
  const violations = tidy();
  const wantsRatchet = process.argv.includes("--ratchet");
  console.log(
    wantsRatchet ? JSON.stringify(countSins(violations), null, 2) : violations.map(show).join("\n"),
  );
}

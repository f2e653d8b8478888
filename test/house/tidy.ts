/**
 * Applies the rules of the house to the tree, and holds the result against the ratchet: the list of
 * old sins, by rule and file, which may only shrink. A sin that is not listed fails, and so does a
 * listed one that is gone. `bun test/house/tidy.ts` prints every violation, listed or not.
 *
 * @module
 */
import { functionsOf } from "./functions.ts";
import { PURE_ROOMS, roomOf } from "./layers.ts";
import { RULES } from "./rules.ts";
import { findSources, findTexts, lineAt, show, type Source, type Violation } from "./source.ts";

/** Rule → file → how many violations are forgiven. */
export type Ratchet = Readonly<Record<string, Readonly<Record<string, number>>>>;

const SCRIPTS = "{src,test,scripts}/**/*.{ts,mjs}";
const TEXTS = "{*.{md,json,toml},{.ci,.github,installer,scripts,src,test}/**/*}";
const TEST_KINDS = ["test", "prop.test", "vec.test", "sim.test", "slow.test"];

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

/** Files of the pure rooms that have a function and no test file of their name. */
export function untested(sources: readonly Source[]): Violation[] {
  const paths = new Set(sources.map(({ path }) => path));
  return sources
    .filter(({ path }) => path.startsWith("src/") && PURE_ROOMS.includes(roomOf(path.slice(4))))
    .filter((source) => functionsOf(source).length > 0)
    .flatMap(({ path }) => {
      const stem = path.replace(/^src/, "test").replace(/\.ts$/, "");
      if (TEST_KINDS.some((kind) => paths.has(`${stem}.${kind}.ts`))) return [];
      return [{ path, line: 1, rule: "tested", fix: `write ${stem}.test.ts` }];
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

if (import.meta.main) console.log(tidy().map(show).join("\n"));

/**
 * The style as data: each rule says where it applies, what breaks it and what to do instead.
 * Rules about identifiers search text whose comments and strings are blanked. What needs a parser
 * (floating promises, comparisons, depth of nesting) is oxlint's: `scripts/lint.json`.
 *
 * @module
 */
import { functionsOf } from "./functions.ts";
import { PURE_ROOMS, roomOf } from "./layers.ts";
import type { Source } from "./source.ts";

/** One rule of the house. */
export type Rule = {
  readonly name: string;
  readonly applies: (path: string) => boolean;
  readonly find: (source: Source) => Finding[];
};

/** Where a rule is broken, and what to do about it. */
export type Finding = { readonly offset: number; readonly fix: string };

/** What must not stand there, and what to do instead. */
type Ban = readonly [pattern: RegExp, fix: string];

const LINE_COLUMNS_MAX = 100;
const FUNCTION_LINES_MAX = 40;
const FILE_LINES_MAX = 300;
const PARAMETERS_MAX = 4;

/** Tables and generated files, whose size says nothing. */
const TABLES: readonly string[] = ["src/crypto/ziggurat-table.ts"];
/** The entries of packages, the only files that pass on what others have. */
const ENTRIES: readonly string[] = ["src/sdk.ts", "scripts/release/models-entry.ts"];
/** The files of otherwise closed rooms that exist to touch the world. */
const WORLDLY: readonly string[] = ["src/base/clock.ts", "src/base/log.ts", "src/crypto/native.ts"];

const isScript = (path: string): boolean => /\.(?:ts|mjs)$/.test(path);
const isSized = (path: string): boolean => isScript(path) && !TABLES.includes(path);
const isProduct = (path: string): boolean => path.startsWith("src/");
const isPure = (path: string): boolean =>
  isProduct(path) && PURE_ROOMS.includes(roomOf(path.slice(4))) && !WORLDLY.includes(path);
const isClosed = (path: string): boolean =>
  isPure(path) || (path.startsWith("src/base/") && !WORLDLY.includes(path));
const isExact = (path: string): boolean => isPure(path) && !path.startsWith("src/model/");
const isAny = (): boolean => true;

const WORLD: readonly Ban[] = [
  [/(?<![\w$.])(?:Date|Temporal|performance)\s*[.(]|\bnew Date\b/g, "time is an argument"],
  [/(?<![\w$.])(?:set(?:Timeout|Interval|Immediate)|queueMicrotask)\b/g, "a timer is an output"],
  [/(?<![\w$.])(?:Bun|process|navigator|globalThis)\s*[.[(]/g, "the host touches the machine"],
  [/(?<![\w$.])(?:(?<!function )fetch|require|eval)\s*\(|\bimport\s*\(/g, "the host does IO"],
  [/(?<![\w$.])console\s*\./g, "return a value; the host logs"],
  [/(?<![\w$.])(?:Worker|WebSocket|SharedArrayBuffer|Atomics)\b/g, "the host runs workers"],
  [/\bMath\s*\.\s*random\b|(?<![\w$.])crypto\s*\./g, "take a Prng that the caller seeds"],
];

const ASYNCHRONOUS: readonly Ban[] = [
  [/(?<![\w$.])(?:async|await|Promise)\b/g, "pure rooms are synchronous; waiting is an output"],
];

const UNORDERED: readonly Ban[] = [
  [/\.(?:sort|toSorted)\(\s*\)/g, "give a comparator, such as compareText"],
  [/\bfor\s*\(\s*(?:const|let|var)\s+[\w$]+\s+in\b/g, "for…of over what has an order"],
  [/\.localeCompare\b|\.toLocale\w*|(?<![\w$.])Intl\b/g, "compareText orders by code unit"],
];

const INEXACT: readonly Ban[] = [
  [/\bMath\s*\.\s*(?!(?:min|max|abs|floor|imul|clz32|sqrt|fround)\b)\w+/g, "engines differ in it"],
  [/\*\*/g, "write the number, or a shift"],
  [/(?<![\w$])parseFloat\b/g, "parse whole numbers"],
  [/\bJSON\s*\.\s*stringify\b/g, "bytes that count are BCS"],
];

const TYPES: readonly Ban[] = [
  [/(?<![\w$.])any\b(?!\s*(?:[(:=.]|from\b))/g, "unknown, then narrow"],
  [/\bas\s+unknown\s+as\b/g, "parse or narrow; do not claim"],
];

const EXPORTS: readonly Ban[] = [
  [/\bexport\s+default\b/g, "export it by name"],
  [/\bexport\s*(?:type\s*)?(?:\*|\{[^}]*\}\s*from\b)/g, "import from the file that has it"],
];

const CATCHES: readonly Ban[] = [
  [/\bcatch\s*(?:\([^)]*\)\s*)?\{\s*\}/g, "narrow with instanceof; rethrow the rest"],
];

const COMMENTS: readonly Ban[] = [
  [/@ts-(?:ignore|nocheck|expect-error)/g, "make the types say what is so"],
  [/\b(?:TO[D]O|FIX[M]E|X[X]X)\b/g, "do it, or open an issue"],
];

const WORKPLACE: readonly Ban[] = [
  [/(?<![\w.~}*-])\/(?:work|root|home|Users)\//g, "a path of one machine; use a relative one"],
  [/\.\.\/shared\b/g, "nothing outside the project"],
  [/\bregistry\.[a-z]+[a-z.]*\.(?:org|com|io)\b/g, "no registry's address"],
  [/\bissue #?\d+/gi, "no issue's number; say what it is about"],
];

/** All rules that look at one file at a time. */
export const RULES: readonly Rule[] = [
  { name: "line-length", applies: isSized, find: longLines },
  { name: "function-length", applies: isSized, find: longFunctions },
  { name: "file-length", applies: isSized, find: longFile },
  { name: "parameters", applies: isScript, find: manyParameters },
  { name: "docblock", applies: isScript, find: missingDocblock },
  { name: "documented-exports", applies: isProduct, find: bareExports },
  { name: "file-name", applies: isScript, find: oddName },
  inCode("world", isClosed, WORLD),
  inCode("synchronous", isPure, ASYNCHRONOUS),
  inCode("order", isPure, UNORDERED),
  inCode("exact", isExact, INEXACT),
  inCode("types", isScript, TYPES),
  inCode("exports", (path) => isScript(path) && !ENTRIES.includes(path), EXPORTS),
  inCode("catch", isScript, CATCHES),
  inText("comments", isScript, COMMENTS),
  inText("workplace", isAny, WORKPLACE),
];

function inCode(name: string, applies: Rule["applies"], bans: readonly Ban[]): Rule {
  return { name, applies, find: (source) => search(source.code, bans) };
}

function inText(name: string, applies: Rule["applies"], bans: readonly Ban[]): Rule {
  return { name, applies, find: (source) => search(source.text, bans) };
}

function search(text: string, bans: readonly Ban[]): Finding[] {
  return bans.flatMap(([pattern, fix]) =>
    [...text.matchAll(pattern)].map((found) => ({ offset: found.index, fix })),
  );
}

function longLines({ text }: Source): Finding[] {
  const tooLong = new RegExp(`^.{${LINE_COLUMNS_MAX + 1},}`, "gm");
  return search(text, [[tooLong, `at most ${LINE_COLUMNS_MAX} columns`]]);
}

/** A function that holds tests is a list of them, not a procedure. */
function longFunctions(source: Source): Finding[] {
  return functionsOf(source)
    .filter((shape) => shape.lineCount > FUNCTION_LINES_MAX)
    .filter(({ start, end }) => !/\btest(?:\.\w+)?\(/.test(source.code.slice(start, end)))
    .map(({ start, lineCount }) => ({
      offset: start,
      fix: `${lineCount} lines; split into functions of at most ${FUNCTION_LINES_MAX}`,
    }));
}

function longFile({ text }: Source): Finding[] {
  const count = text.trimEnd().split("\n").length;
  if (count <= FILE_LINES_MAX) return [];
  return [{ offset: text.length, fix: `${count} lines; one idea a file, ${FILE_LINES_MAX} lines` }];
}

function manyParameters(source: Source): Finding[] {
  return functionsOf(source)
    .filter(({ parameterCount }) => parameterCount > PARAMETERS_MAX)
    .map(({ start }) => ({ offset: start, fix: `pass an object beyond ${PARAMETERS_MAX}` }));
}

function missingDocblock({ text }: Source): Finding[] {
  if (/^(?:#!.*\n)?\/\*\*(?:(?!\*\/)[^])*@module\s*\*\//.test(text)) return [];
  return [{ offset: 0, fix: "begin with /** what it is, its source, its invariant … @module */" }];
}

function bareExports({ text, code }: Source): Finding[] {
  return [...code.matchAll(/^export\s+(?:async\s+)?(?:function|class|const|type)\b(?!\s*\{)/gm)]
    .filter((found) => !isDocumented(text.slice(0, found.index).trimEnd()))
    .map((found) => ({ offset: found.index, fix: "one sentence in /** */ says what it means" }));
}

/** Whether the text before an export ends with a comment of its own. */
function isDocumented(before: string): boolean {
  const comment = before.slice(before.lastIndexOf("/**"));
  return comment.endsWith("*/") && !comment.includes("@module");
}

function oddName({ path }: Source): Finding[] {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+)+$/.test(name)) return [];
  return [{ offset: 0, fix: "kebab-case.ts" }];
}

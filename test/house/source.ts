/**
 * A source file as the house checks see it: the text, and the same text with comments and strings
 * blanked, character for character, so that a search finds identifiers only and offsets agree.
 * The scanner knows comments, strings, nested templates and regular expressions, nothing else.
 *
 * @module
 */
import { readFileSync } from "node:fs";

import { compareText } from "../../src/base/bytes.ts";

/** One file; `code` has spaces for the insides of comments, strings and regular expressions. */
export type Source = {
  /** From the root of the project, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly code: string;
};

/** What a check found. */
export type Violation = {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  readonly fix: string;
};

type Span = { readonly start: number; readonly end: number };
type Scan = {
  readonly text: string;
  at: number;
  /** How many braces are open, template holes left out. */
  open: number;
  /** The value of `open` in each template hole we are in, the innermost last. */
  readonly holes: number[];
  readonly opaque: Span[];
};

const INTERESTING = /\/\/.*|\/\*[^]*?\*\/|(["'])(?:\\[^]|(?!\1)[^\\\n])*\1|[`{}/]/g;
const TEMPLATE_PIECE = /(?:\\[^]|\$(?!\{)|[^`\\$])*(`|\$\{|$)/y;
const REGULAR_EXPRESSION = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
/** What may stand before a regular expression; after anything else `/` divides. */
const BEFORE_EXPRESSION =
  /(?:^|[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|in|of|throw|else))$/;
const LOOK_BACK = 80;

const ROOT = `${import.meta.dir}/../..`;
/** Written by a generator, which has a style of its own. */
const GENERATED = "src/wire/generated/";

/** The TypeScript and JavaScript files that match `pattern`, in the order of their paths. */
export function findSources(pattern: string): Source[] {
  return findFiles(pattern).map(([path, text]) => sourceOf(path, text));
}

/** Files of other kinds; nothing in them is blanked. */
export function findTexts(pattern: string): Source[] {
  const isText = ([path]: readonly [string, string]): boolean => !/\.(?:ts|mjs)$/.test(path);
  return findFiles(pattern)
    .filter(isText)
    .map(([path, text]) => ({ path, text, code: text }));
}

function findFiles(pattern: string): [path: string, text: string][] {
  const paths = [...new Bun.Glob(pattern).scanSync({ cwd: ROOT, dot: true })].sort(compareText);
  const written = paths.filter((path) => !path.startsWith(GENERATED));
  return written.map((path) => [path, readFileSync(`${ROOT}/${path}`, "utf8")]);
}

/** The source made of `text`. */
export function sourceOf(path: string, text: string): Source {
  return { path, text, code: blank(text, opaqueSpans(text)) };
}

/** The line, from 1, on which `offset` is. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}

/** How a violation is shown: a terminal makes `path:line` clickable. */
export function show(violation: Violation): string {
  return `${violation.path}:${violation.line}: ${violation.rule}: ${violation.fix}`;
}

function blank(text: string, spans: readonly Span[]): string {
  const pieces: string[] = [];
  let done = 0;
  for (const { start, end } of spans) {
    pieces.push(text.slice(done, start), text.slice(start, end).replace(/[^\n]/g, " "));
    done = end;
  }
  pieces.push(text.slice(done));
  return pieces.join("");
}

/** The comments, and the insides of strings, template pieces and regular expressions. */
function opaqueSpans(text: string): Span[] {
  const scan: Scan = { text, at: 0, open: 0, holes: [], opaque: [] };
  for (let token = next(scan); token !== null; token = next(scan)) step(scan, token);
  return scan.opaque;
}

function next(scan: Scan): RegExpExecArray | null {
  INTERESTING.lastIndex = scan.at;
  return INTERESTING.exec(scan.text);
}

function step(scan: Scan, token: RegExpExecArray): void {
  const start = token.index;
  const quoted = token[1] === undefined ? 0 : 1;
  scan.at = start + token[0].length;
  if (token[0] === "{") scan.open++;
  else if (token[0] === "`") readTemplate(scan);
  else if (token[0] === "/") readExpression(scan, start);
  else if (token[0] !== "}") scan.opaque.push({ start: start + quoted, end: scan.at - quoted });
  else if (scan.holes.at(-1) !== scan.open) scan.open--;
  else closeHole(scan);
}

function closeHole(scan: Scan): void {
  scan.holes.pop();
  readTemplate(scan);
}

/** Reads on in a template until it ends or a hole opens. */
function readTemplate(scan: Scan): void {
  const start = scan.at;
  TEMPLATE_PIECE.lastIndex = start;
  const ending = TEMPLATE_PIECE.exec(scan.text)?.[1] ?? "";
  scan.at = Math.max(start, TEMPLATE_PIECE.lastIndex);
  scan.opaque.push({ start, end: scan.at - ending.length });
  if (ending === "${") scan.holes.push(scan.open);
}

function readExpression(scan: Scan, start: number): void {
  const before = scan.text.slice(Math.max(0, start - LOOK_BACK), start).trimEnd();
  REGULAR_EXPRESSION.lastIndex = start;
  if (!BEFORE_EXPRESSION.test(before) || !REGULAR_EXPRESSION.test(scan.text)) return;
  scan.at = REGULAR_EXPRESSION.lastIndex;
  scan.opaque.push({ start: start + 1, end: scan.at });
}

/**
 * Finds the functions of a source file without a parser: a list in round brackets that is followed
 * by a body or an arrow, perhaps with a return type between. It relies on formatted code, where an
 * arrow function always has brackets around its parameters.
 *
 * @module
 */
import { lineAt, type Source } from "./source.ts";

/** A function, method, arrow or function type. */
export type FunctionShape = {
  /** From the opening of its parameter list to the end of its body, as far as that is in braces. */
  readonly start: number;
  readonly end: number;
  readonly parameterCount: number;
  readonly lineCount: number;
};

/** Opening bracket → its closing one, by offset. */
type Pairs = ReadonlyMap<number, number>;
type Code = { readonly text: string; readonly pairs: Pairs };

const BRACKET = /[(){}[\]]/g;
/** Statements that look like a function without a name. */
const STATEMENT = /\b(?:if|for|for\s+await|while|switch|catch|with)\s*$/;
const LOOK_BACK = 20;
const TYPE_PREFIX = /\s*\|?\s*(?:(?:keyof|typeof|readonly|infer|asserts|unique|new)\s+)*/y;
const TYPE_WORD = /(["'`])[^"'`]*\1|-?[\w$.]+/y;
const TYPE_OPERATOR = /\s*(?:[|&]|\b(?:is|extends)\b)/y;
const ARROW = /\s*=>\s*/y;
const SPACE = /\s*/y;

/** The functions in `source`, in no particular order. */
export function functionsOf(source: Source): FunctionShape[] {
  const code: Code = { text: source.code, pairs: matchBrackets(source.code) };
  const shapes: FunctionShape[] = [];
  for (const [open, close] of code.pairs) {
    if (code.text[open] !== "(" || followsStatement(code.text, open)) continue;
    const body = bodyAfter(code, close + 1);
    if (body === undefined) continue;
    const end = code.text[body] === "{" ? (code.pairs.get(body) ?? body) : body;
    const lineCount = lineAt(code.text, end) - lineAt(code.text, open) + 1;
    const parameterCount = countParameters(code, open, close);
    shapes.push({ start: open, end, parameterCount, lineCount });
  }
  return shapes;
}

function matchBrackets(text: string): Pairs {
  const pairs = new Map<number, number>();
  const opened: number[] = [];
  for (const { 0: bracket, index } of text.matchAll(BRACKET)) {
    if ("({[".includes(bracket)) opened.push(index);
    else pairs.set(opened.pop() ?? index, index);
  }
  return pairs;
}

function followsStatement(text: string, open: number): boolean {
  return STATEMENT.test(text.slice(Math.max(0, open - LOOK_BACK), open));
}

/** Where the body begins that follows a parameter list, if one does. */
function bodyAfter(code: Code, listEnd: number): number | undefined {
  let at = skip(SPACE, code.text, listEnd);
  if (code.text[at] === ":") at = skip(SPACE, code.text, skipType(code, at + 1));
  if (code.text[at] === "{") return at;
  const afterArrow = skip(ARROW, code.text, at);
  return afterArrow > at ? afterArrow : undefined;
}

/** The end of the type that begins at `start`; operands joined by `|`, `&`, `is` and arrows. */
function skipType(code: Code, start: number): number {
  let at = start;
  for (;;) {
    const operand = skip(TYPE_PREFIX, code.text, at);
    at = skipSuffixes(code, skipOperand(code, operand));
    const isList = code.text[operand] === "(" && code.pairs.get(operand) === at - 1;
    const next = isList ? skip(ARROW, code.text, at) : at;
    const joined = next > at ? next : skip(TYPE_OPERATOR, code.text, at);
    if (joined === at || at === operand) return at;
    at = joined;
  }
}

function skipOperand(code: Code, at: number): number {
  const close = code.pairs.get(at);
  return close === undefined ? skip(TYPE_WORD, code.text, at) : close + 1;
}

/** Skips type arguments and index brackets: `<A, B>[]`. */
function skipSuffixes(code: Code, start: number): number {
  let at = start;
  while (code.text[at] === "<" || code.text[at] === "[") {
    at = code.text[at] === "[" ? code.pairs.get(at)! + 1 : skipAngles(code, at);
  }
  return at;
}

function skipAngles(code: Code, start: number): number {
  let depth = 0;
  let at = start;
  for (; at < code.text.length; at++) {
    if (code.text[at] === "<") depth++;
    else if (code.text[at] === ">" && code.text[at - 1] !== "=" && --depth === 0) return at + 1;
  }
  return at;
}

function countParameters(code: Code, open: number, close: number): number {
  let count = 0;
  let isEmpty = true;
  for (let at = open + 1; at < close; at++) {
    if (code.text[at] === ",") isEmpty = true;
    else if (isEmpty && code.text[at]!.trim() !== "") {
      count++;
      isEmpty = false;
    }
    at = pastGroup(code, at);
  }
  return count;
}

/** The last offset of the bracketed group that begins at `at`, or `at` itself. */
function pastGroup(code: Code, at: number): number {
  if (code.text[at] === "<") return skipAngles(code, at) - 1;
  return code.pairs.get(at) ?? at;
}

/** Where `pattern`, which is sticky, ends when it is tried at `at`. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

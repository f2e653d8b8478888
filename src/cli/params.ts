/**
 * Parameters of commands as data: options and positional arguments, each with the function that
 * reads what was typed. Help, completions, validation and the types that a command's code sees all
 * come from these values.
 *
 * @module
 */
import { usageError } from "../base/errors.ts";
import { err, ok, type Result } from "../base/result.ts";

/** A kind of value: what help calls it and how its text is read; errors are reasons for people. */
export type ValueKind<T> = {
  readonly label: string;
  readonly parse: (text: string) => Result<T, string>;
  /** All values there are, for help and completions. */
  readonly choices?: readonly string[];
};

/** How many words a parameter takes: none, one, one each time it is given, or all that follow. */
export type Arity = "flag" | "one" | "repeated" | "greedy" | "rest";

/** An option or positional argument whose value is a `T`. */
export type Param<T> = {
  readonly arity: Arity;
  readonly summary: string;
  readonly label: string;
  readonly required: boolean;
  readonly choices: readonly string[];
  /** Long name without dashes, where it is not the key in kebab-case. */
  readonly flag?: string;
  /** One letter. */
  readonly short?: string;
  /** Text that stands for the option given without `=VALUE`; it then never takes the next word. */
  readonly bare?: string;
  /** Text that help shows as the default. */
  readonly fallback?: string;
  readonly hidden?: boolean;
  /** Reads the texts that were given, in their order. */
  readonly read: (texts: readonly string[]) => Result<T, string>;
};

/** Parameters by their key in camelCase; positional arguments in the order of the keys. */
export type Params = Readonly<Record<string, Param<unknown>>>;

/** What the code of a command sees of its parameters. */
export type Values<P extends Params> = {
  readonly [K in keyof P]: P[K] extends Param<infer T> ? T : never;
};

/** The words that were given for each parameter, exactly as they were typed. */
export type Given = ReadonlyMap<string, readonly string[]>;

/** What a parameter may say besides its kind and summary. */
export type Extra = {
  readonly label?: string;
  readonly flag?: string;
  readonly short?: string;
  readonly bare?: string;
  readonly hidden?: boolean;
};

/** An option that is there or not. */
export function flag(summary: string, extra: Extra = {}): Param<boolean> {
  const read = (texts: readonly string[]): Result<boolean, string> => ok(texts.length > 0);
  return { arity: "flag", summary, label: "", required: false, choices: [], ...extra, read };
}

/** A value that must be given. */
export function required<T>(kind: ValueKind<T>, summary: string, extra: Extra = {}): Param<T> {
  return {
    ...common(kind, summary, true),
    ...extra,
    read: ([text]) => (text === undefined ? err("it is missing") : kind.parse(text)),
  };
}

/** A value that may be absent. */
export function optional<T>(
  kind: ValueKind<T>,
  summary: string,
  extra: Extra = {},
): Param<T | undefined> {
  return {
    ...common(kind, summary, false),
    ...extra,
    read: ([text]) => (text === undefined ? ok(undefined) : kind.parse(text)),
  };
}

/** A value that is read from `fallback` when it is absent. */
export function defaulted<T>(
  kind: ValueKind<T>,
  fallback: string,
  summary: string,
  extra: Extra = {},
): Param<T> {
  return {
    ...common(kind, summary, false),
    ...extra,
    fallback,
    read: ([text]) => kind.parse(text ?? fallback),
  };
}

/** Values of an option that may be given again and again, or of all remaining words. */
export function repeated<T>(
  kind: ValueKind<T>,
  summary: string,
  extra: Extra & { readonly required?: boolean } = {},
): Param<readonly T[]> {
  const read = (texts: readonly string[]): Result<readonly T[], string> => readAll(kind, texts);
  return { ...common(kind, summary, false), ...extra, arity: "repeated", read };
}

/** Values of an option that takes every word up to the next option. */
export function greedy<T>(
  kind: ValueKind<T>,
  summary: string,
  extra: Extra & { readonly required?: boolean } = {},
): Param<readonly T[]> {
  return { ...repeated(kind, summary, extra), arity: "greedy" };
}

/** All words from here on as they are, options of other programs included. */
export function rest(label: string, summary: string): Param<readonly string[]> {
  return { arity: "rest", summary, label, required: false, choices: [], read: ok };
}

/** The long name of the option with `key`: `--word-length` for `wordLength`. */
export function longName(key: string, param: Param<unknown>): string {
  const name = param.flag ?? key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return `--${name}`;
}

/** An option as help and errors write it: `--amount <SOMA>`. */
export function optionUsage(key: string, param: Param<unknown>): string {
  const name = longName(key, param);
  if (param.arity === "flag") return name;
  if (param.bare !== undefined) return `${name}[=<${param.label}>]`;
  return `${name} <${param.label}>${param.arity === "greedy" ? "..." : ""}`;
}

/** A positional argument as help and errors write it: `<FILE>`, or `[ADDRESS]` if optional. */
export function argumentUsage(param: Param<unknown>): string {
  const dots = param.arity === "one" ? "" : "...";
  return param.required ? `<${param.label}>${dots}` : `[${param.label}]${dots}`;
}

/** Reads all `params` from what was given; the first that is wrong is a usage error. */
export function readParams<P extends Params>(
  params: P,
  given: Given,
  usage: (key: string, param: Param<unknown>) => string,
  hint?: string,
): Values<P> {
  const values: Record<string, unknown> = {};
  for (const [key, param] of Object.entries(params)) {
    const texts = given.get(key) ?? [];
    const name = usage(key, param);
    if (param.required && texts.length === 0) throw usageError(`missing ${name}`, hint);
    const value = param.read(texts);
    if (!value.ok) throw usageError(`${name}: ${value.error}`, hint);
    values[key] = value.value;
  }
  return values as Values<P>;
}

function common<T>(
  kind: ValueKind<T>,
  summary: string,
  isRequired: boolean,
): Omit<Param<T>, "read"> {
  const { label, choices = [] } = kind;
  return { arity: "one", summary, label, required: isRequired, choices };
}

function readAll<T>(kind: ValueKind<T>, texts: readonly string[]): Result<readonly T[], string> {
  const values: T[] = [];
  for (const text of texts) {
    const value = kind.parse(text);
    if (!value.ok) return value;
    values.push(value.value);
  }
  return ok(values);
}

/**
 * Values of PowerShell as values of JavaScript: text, numbers and arrays are themselves, a hash
 * table is a Map, an object of .NET is one whose members are found in whatever case.
 *
 * @module
 */

/** Any value. */
export type Value = unknown;

/** What a script can catch: an exception with the names of its types, the most special first. */
export class PsError extends Error {
  readonly exception: Readonly<Record<string, Value>>;

  constructor(
    types: readonly string[],
    message: string,
    more: Readonly<Record<string, Value>> = {},
  ) {
    super(message);
    const exception = { Message: message, HResult: 0, types, ...more };
    const PSObject = { Properties: exception };
    this.exception = { ...exception, PSObject, GetBaseException: () => this.exception };
  }
}

/** A type's name in square brackets. */
export class TypeName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** What a pipeline gave, as one value. */
export function collapse(values: readonly Value[]): Value {
  return values.length > 1 ? values : (values[0] ?? null);
}

/** A value as the values that a pipeline passes on. */
export function enumerate(value: Value): readonly Value[] {
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** A value as text. */
export function textOf(value: Value): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return value.map(textOf).join(" ");
  if (typeof value === "string" || typeof value === "number") return `${value}`;
  throw new Error("an object has no text here");
}

/** Whether a value counts as true. */
export function isTrue(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 1 || (value.length === 1 && isTrue(value[0]));
  return Boolean(value);
}

/** Whether two values are equal; texts are so in any case of their letters. */
export function isEqual(left: Value, right: Value): boolean {
  if (typeof left === "number") return left === Number(textOf(right));
  return textOf(left).toLowerCase() === textOf(right).toLowerCase();
}

/** Whether an object is of a type. */
export function isOfType(value: Value, { name }: TypeName): boolean {
  const types: readonly string[] = (value as { types?: readonly string[] } | null)?.types ?? [];
  return types.includes(name);
}

/** A member of an object; of one that is not there, nothing. */
export function memberOf(owner: Value, name: string): Value {
  if (typeof owner === "string") return TEXT_MEMBERS(owner)[name.toLowerCase()];
  if (owner === null || typeof owner !== "object") return undefined;
  const key = Object.keys(owner).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : (owner as Record<string, Value>)[key];
}

/** What the script may do with text. */
function TEXT_MEMBERS(text: string): Record<string, Value> {
  return {
    endswith: (end: string) => text.endsWith(end),
    contains: (part: string) => text.includes(part),
    substring: (from: number, count: number) => text.slice(from, from + count),
    tolowerinvariant: () => text.toLowerCase(),
    trim: () => text.trim(),
    trimend: (mark: string) => text.replace(new RegExp(`[${mark}]+$`), ""),
    trimstart: (mark: string) => text.replace(new RegExp(`^[${mark}]+`), ""),
  };
}

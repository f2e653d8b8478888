/**
 * Read masks: which fields of an answer a client wants, as paths of proto names joined by dots.
 * A path to a message selects all of it, `*` everything. Paths are checked against the schema, so
 * a typing error is told instead of giving an empty answer.
 *
 * @module
 */
import type { DescField, DescMessage, Message, MessageShape } from "@bufbuild/protobuf";
import { isFieldSet } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import type { FieldMask } from "@bufbuild/protobuf/wkt";

import { err, ok, type Result } from "../../base/result.ts";
import { invalidField } from "./status.ts";

/** What is selected of a message: everything, or some fields and what of each. */
export type Mask = "All" | ReadonlyMap<string, Mask>;

const PATHS_MAX = 128;
const PATH_CHARACTERS_MAX = 256;
const EVERYTHING = "*";

/** The mask of a request, or the one that `fallback` spells, over messages of `schema`. */
export function readMask(
  schema: DescMessage,
  given: FieldMask | undefined,
  fallback: string,
): Mask {
  const paths = given?.paths ?? fallback.split(",");
  if (paths.length > PATHS_MAX) throw invalidField("read_mask", `has more than ${PATHS_MAX} paths`);
  const mask = parseMask(schema, paths);
  if (mask.ok) return mask.value;
  throw invalidField("read_mask", mask.error);
}

/** The mask that `paths` spell over messages of `schema`. */
export function parseMask(schema: DescMessage, paths: readonly string[]): Result<Mask, string> {
  const root = new Map<string, Mask>();
  let isAll = false;
  for (const path of paths) {
    if (path === EVERYTHING) {
      isAll = true;
      continue;
    }
    const fault = addPath(schema, root, path);
    if (fault !== undefined) return err(fault);
  }
  return ok(isAll ? "All" : root);
}

/** What is selected of the field `name`; `undefined` when it is not. */
export function under(mask: Mask, name: string): Mask | undefined {
  return mask === "All" ? "All" : mask.get(name);
}

/** Whether any of `names` is selected. */
export function selects(mask: Mask, ...names: readonly string[]): boolean {
  return names.some((name) => under(mask, name) !== undefined);
}

/** Takes from `message` what is not selected, and returns it. */
export function applyMask<D extends DescMessage>(
  schema: D,
  mask: Mask,
  message: MessageShape<D>,
): MessageShape<D> {
  if (mask === "All") return message;
  const view = reflect(schema, message, false);
  for (const field of schema.fields) {
    if (!isFieldSet(message, field)) continue;
    const inner = mask.get(field.name);
    if (inner === undefined) view.clear(field);
    else if (inner !== "All") trim(field, inner, view.get(field));
  }
  return message;
}

/** The mask as one text that equal masks share. */
export function maskKey(mask: Mask): string {
  if (mask === "All") return EVERYTHING;
  const parts = [...mask].map(([name, inner]) => `${name}{${maskKey(inner)}}`);
  return parts.toSorted((left, right) => (left < right ? -1 : 1)).join(",");
}

function addPath(schema: DescMessage, root: Map<string, Mask>, path: string): string | undefined {
  const shown = `\`${path.slice(0, PATH_CHARACTERS_MAX)}\``;
  if (path.length > PATH_CHARACTERS_MAX) return `path ${shown} is too long`;
  let message: DescMessage | undefined = schema;
  let node: Map<string, Mask> | undefined = root;
  const names = path.split(".");
  for (const [index, name] of names.entries()) {
    if (message === undefined) return `path ${shown} goes on after a field that has no fields`;
    const field: DescField | undefined = message.fields.find((other) => other.name === name);
    if (field === undefined) return `path ${shown} names no field of ${message.typeName}`;
    node = enter(node, name, index === names.length - 1);
    message = messageOf(field);
  }
  return undefined;
}

// Below what is selected as a whole there is nothing left to select.
function enter(
  node: Map<string, Mask> | undefined,
  name: string,
  isLast: boolean,
): Map<string, Mask> | undefined {
  if (node === undefined) return undefined;
  if (isLast) {
    node.set(name, "All");
    return undefined;
  }
  const known = node.get(name);
  if (known === "All") return undefined;
  const inner = (known as Map<string, Mask> | undefined) ?? new Map<string, Mask>();
  node.set(name, inner);
  return inner;
}

function messageOf(field: DescField): DescMessage | undefined {
  if (field.fieldKind === "message") return field.message;
  return field.fieldKind === "list" ? field.message : undefined;
}

function trim(field: DescField, mask: Mask, value: unknown): void {
  const schema = messageOf(field);
  if (schema === undefined) return;
  const items = field.fieldKind === "list" ? [...(value as Iterable<unknown>)] : [value];
  for (const item of items) {
    applyMask(schema, mask, (item as { readonly message: Message }).message);
  }
}

/**
 * The kinds of value that belong to models: embeddings, as numbers or as a file of them, and the
 * keys of weights.
 *
 * @module
 */
import { fromHex } from "../base/bytes.ts";
import { usageError } from "../base/errors.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { ObjectId } from "../types/address.ts";
import { TENSOR_VALUES_MAX } from "../types/bounds.ts";
import { parseDigest, parseObjectId } from "../types/text.ts";
import type { CliDeps } from "./deps.ts";
import { readInputFile } from "./input-file.ts";
import type { ValueKind } from "./params.ts";

/** An embedding as it was typed: its values, or the JSON file that has them. */
export type EmbeddingText =
  | { readonly kind: "values"; readonly values: Float32Array }
  | { readonly kind: "file"; readonly path: string };

const FLOAT = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
/** A value takes at most some 20 characters of JSON. */
const FILE_BYTES_MAX = TENSOR_VALUES_MAX * 32;

/** An embedding: numbers with commas, or `@` and a JSON file with a list of numbers. */
export const EMBEDDING: ValueKind<EmbeddingText> = {
  label: "CSV|@FILE",
  parse: (text) => {
    if (text.startsWith("@")) {
      return text === "@" ? err("a path follows the @") : ok({ kind: "file", path: text.slice(1) });
    }
    const values = parseValues(text.split(",").map((part) => part.trim()));
    return values.ok ? ok({ kind: "values", values: values.value }) : values;
  },
};

/** What data is measured against: a target of the network, or a JSON file with an embedding. */
export type TargetText =
  { readonly kind: "id"; readonly id: ObjectId } | { readonly kind: "file"; readonly path: string };

/** A target by its ID, or else by a file. */
export const TARGET: ValueKind<TargetText> = {
  label: "ID|FILE",
  parse: (text) => {
    const id = parseObjectId(text);
    if (id.ok) return ok({ kind: "id", id: id.value });
    return /^0x[0-9a-f]*$/i.test(text) ? id : ok({ kind: "file", path: text });
  },
};

/** The key of a model's weights: 32 bytes in Base58. */
export const DECRYPTION_KEY: ValueKind<Uint8Array> = {
  label: "BASE58",
  parse: (text) => {
    const digits = parseDigest(text);
    // The text is a secret until the reveal, so the reason must not quote it.
    return digits.ok ? ok(fromHex(digits.value)) : err("a key is 32 bytes in Base58");
  },
};

/** The values of an embedding that `option` gave, from its file if it names one. */
export function readEmbedding(
  deps: CliDeps,
  text: EmbeddingText,
  option: string = "--embedding",
): Float32Array {
  if (text.kind === "values") return text.values;
  const limits = { bytesMax: FILE_BYTES_MAX, tooLarge: "give a JSON list of numbers" };
  const content = new TextDecoder().decode(readInputFile(deps, text.path, limits));
  const values = parseList(content);
  if (values.ok) return values.value;
  throw usageError(`${option} ${text.path}: ${values.error}`, "give a JSON list of numbers");
}

function parseList(content: string): Result<Float32Array, string> {
  let list: unknown;
  try {
    list = JSON.parse(content);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return err("it is not JSON");
  }
  if (!Array.isArray(list)) return err("it is not a list");
  const stray = list.findIndex((value) => typeof value !== "number");
  if (stray >= 0) return err(`entry ${stray} is not a number`);
  return parseValues(list.map(String));
}

function parseValues(texts: readonly string[]): Result<Float32Array, string> {
  if (texts.length > TENSOR_VALUES_MAX) return err(`more than ${TENSOR_VALUES_MAX} values`);
  const values = new Float32Array(texts.length);
  for (const [index, text] of texts.entries()) {
    if (!FLOAT.test(text)) return err(`value ${index} is not a number`);
    // Adding zero turns −0, which JSON does not keep, into 0.
    values[index] = Math.fround(Number(text)) + 0;
    if (!Number.isFinite(values[index])) return err(`value ${index} is out of range`);
  }
  return values.every((value) => value === 0) ? err("all values are zero") : ok(values);
}

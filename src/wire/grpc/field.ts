/**
 * Fields of requests, checked one by one: each is a value of ours or an error that names the field.
 *
 * @module
 */
import { utf8 } from "../../base/bytes.ts";
import type { Result } from "../../base/result.ts";
import { type Address, type Digest, type ObjectId, toDigest } from "../../types/address.ts";
import { REFERENCES_MAX, TENSOR_VALUES_MAX } from "../../types/bounds.ts";
import type { ObjectRef } from "../../types/object.ts";
import { type Tensor, vectorTensor } from "../../types/tensor.ts";
import { parseAddressPadded, parseDigest, parseObjectIdPadded } from "../../types/text.ts";
import type { ObjectReference } from "../generated/soma_pb.js";
import { invalidField, missingField } from "./status.ts";

const DIGEST_BYTES = 32;

/** A field that must be there. */
export function present<T>(value: T | undefined, path: string): T {
  if (value === undefined) throw missingField(path);
  return value;
}

/** Text in a form of ours. */
function parsed<T>(
  text: string | undefined,
  parse: (text: string) => Result<T, string>,
  path: string,
): T {
  const result = parse(present(text, path));
  if (result.ok) return result.value;
  throw invalidField(path, result.error);
}

/** An account. */
export function address(text: string | undefined, path: string): Address {
  return parsed(text, parseAddressPadded, path);
}

/** An object, model or target. */
export function objectId(text: string | undefined, path: string): ObjectId {
  return parsed(text, parseObjectIdPadded, path);
}

/** A digest in Base58. */
export function digest(text: string | undefined, path: string): Digest {
  return parsed(text, parseDigest, path);
}

/** A digest in 32 bytes. */
export function rawDigest(bytes: Uint8Array | undefined, path: string): Digest {
  return toDigest(fixed(bytes, DIGEST_BYTES, path).toHex());
}

/** Exactly so many bytes. */
export function fixed(bytes: Uint8Array | undefined, size: number, path: string): Uint8Array {
  const given = present(bytes, path);
  if (given.length === size) return given;
  throw invalidField(path, `has ${given.length} bytes; ${size} expected`);
}

/** At most so many bytes. */
export function bounded(bytes: Uint8Array | undefined, max: number, path: string): Uint8Array {
  const given = present(bytes, path);
  if (given.length <= max) return given;
  throw invalidField(path, `has ${given.length} bytes; ${max} are the most`);
}

/** Text of at most so many bytes. */
export function boundedText(text: string | undefined, max: number, path: string): string {
  const given = present(text, path);
  bounded(utf8(given), max, path);
  return given;
}

/** A number from 0 to `max`. */
export function wholeUpTo(value: number | undefined, max: number, path: string): number {
  const given = present(value, path);
  if (given >= 0 && given <= max) return given;
  throw invalidField(path, `is ${given}; 0 to ${max} expected`);
}

/** A list that a transaction may have, item by item. */
export function items<M, T>(
  list: readonly M[],
  path: string,
  read: (item: M, path: string) => T,
): readonly T[] {
  if (list.length > REFERENCES_MAX) {
    throw invalidField(path, `has ${list.length} items; ${REFERENCES_MAX} are the most`);
  }
  return list.map((item, index) => read(item, `${path}[${index}]`));
}

/** One state of one object. */
export function reference(message: ObjectReference | undefined, path: string): ObjectRef {
  const given = present(message, path);
  return {
    object_id: objectId(given.objectId, `${path}.object_id`),
    version: present(given.version, `${path}.version`),
    digest: digest(given.digest, `${path}.digest`),
  };
}

/** A tensor of one dimension; values keep their bits. */
export function tensor(values: readonly number[], path: string): Tensor {
  if (values.length > TENSOR_VALUES_MAX) {
    throw invalidField(path, `has ${values.length} values; ${TENSOR_VALUES_MAX} are the most`);
  }
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw invalidField(`${path}[${wrong}]`, "is not a finite number");
  return vectorTensor(values);
}

/**
 * The scalars of our JSON. Numbers that may pass 2^53 are decimal text; epochs, counts and rates,
 * which cannot, are numbers. Addresses and ids are 0x and 64 hex digits, digests Base58, other
 * bytes base64. In values every 64-bit number is a bigint.
 *
 * @module
 */
import { z } from "zod";

import { assert } from "../../base/assert.ts";
import { Lru } from "../../base/lru.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { U64_MAX } from "../../base/u64.ts";
import type { Address, Digest, ObjectId } from "../../types/address.ts";
import {
  formatAddress,
  formatDigest,
  formatObjectId,
  parseAddress,
  parseDigest,
  parseObjectId,
} from "../../types/text.ts";
import type { View } from "./view.ts";

const WHOLE_NUMBER = /^(?:0|[1-9][0-9]{0,19})$/;
const SIGNED_NUMBER = /^(?:0|-?[1-9][0-9]{0,39})$/;
/** Digests that were shown last: one in Base58 costs as much as ten other fields. */
const digestTexts = new Lru<string>({ weightMax: 8_192 });
/** Digits after which a 32-bit float is told from its neighbours: from often enough to always. */
const F32_DIGITS = [7, 8] as const;

/** The whole number in decimal text, up to 2^64 − 1. */
export function parseU64(text: string): Result<bigint, string> {
  const value = WHOLE_NUMBER.test(text) ? BigInt(text) : undefined;
  if (value !== undefined && value <= U64_MAX) return ok(value);
  return err("a whole number from 0 to 18446744073709551615 expected, in decimal");
}

/** An amount, version, height or time: decimal text. */
export const u64: View<bigint> = textView(parseU64, String, {
  description: "A whole number below 2^64 in decimal",
  pattern: WHOLE_NUMBER.source,
});

/** A difference of amounts: decimal text with an optional minus. */
export const signed: View<bigint> = textView(parseSigned, String, {
  description: "A whole number in decimal, perhaps with a minus",
  pattern: SIGNED_NUMBER.source,
});

/** An epoch, a count or a rate: a JSON number. */
export const count: View<bigint> = z.codec(
  z.int("a whole number expected").min(0, "a number that is not negative expected"),
  z.bigint(),
  { decode: BigInt, encode: toCount },
);

/** An account. */
export const address: View<Address> = textView(parseAddress, formatAddress, {
  description: "0x and 64 hex digits",
  pattern: "^(0x)?[0-9a-fA-F]{64}$",
});

/** An object, model, target or pool. */
export const objectId: View<ObjectId> = textView(parseObjectId, formatObjectId, {
  description: "0x and 64 hex digits",
  pattern: "^(0x)?[0-9a-fA-F]{64}$",
});

/** A digest or checksum. */
export const digest: View<Digest> = textView(parseDigest, showDigest, {
  description: "32 bytes in Base58",
  pattern: "^[1-9A-HJ-NP-Za-km-z]{32,44}$",
});

/** Any bytes. */
export const bytes: View<Uint8Array> = textView(parseBase64, (value) => value.toBase64(), {
  description: "Bytes in base64 with padding",
  contentEncoding: "base64",
});

/** A 32-bit float, in the shortest number that is told from its neighbours. */
export const f32: View<number> = z.codec(z.number("a number expected"), z.number(), {
  decode: Math.fround,
  encode: shortenF32,
});

/** 32-bit floats. */
export const f32s: View<Float32Array> = z.codec(
  z.array(z.number("a number expected"), "a list of numbers expected"),
  z.instanceof(Float32Array),
  {
    decode: (numbers) => Float32Array.from(numbers),
    encode: (values) => Array.from(values, shortenF32),
  },
);

/** A view whose JSON is text. */
export function textView<T>(
  parse: (text: string) => Result<T, string>,
  format: (value: T) => string,
  meta: z.core.GlobalMeta,
): View<T> {
  return z.codec(z.string("text expected").meta(meta), z.custom<T>(), {
    decode: (text, context) => {
      const parsed = parse(text);
      if (parsed.ok) return parsed.value;
      context.issues.push({ code: "custom", message: parsed.error, input: text });
      return z.NEVER;
    },
    encode: format,
  });
}

function showDigest(value: Digest): string {
  const known = digestTexts.find(value);
  if (known !== undefined) return known;
  const text = formatDigest(value);
  digestTexts.set(value, text);
  return text;
}

function toCount(value: bigint): number {
  const number = Number(value);
  assert(Number.isSafeInteger(number) && number >= 0, "a count is below 2^53");
  return number;
}

function parseSigned(text: string): Result<bigint, string> {
  return SIGNED_NUMBER.test(text) ? ok(BigInt(text)) : err("a whole number in decimal expected");
}

function parseBase64(text: string): Result<Uint8Array, string> {
  try {
    return ok(Uint8Array.fromBase64(text, { lastChunkHandling: "strict" }));
  } catch (error) {
    if (error instanceof SyntaxError) return err("base64 with padding expected");
    throw error;
  }
}

function shortenF32(value: number): number {
  for (const digits of F32_DIGITS) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

/**
 * Forms for people: addresses and ids as 0x and 64 digits, digests in Base58, amounts in SOMA.
 * Parsing is strict, since a mistyped address takes money with it; errors say what was expected.
 *
 * @module
 */
import { base58 } from "@scure/base";

import { fromHex } from "../base/bytes.ts";
import { err, ok, type Result } from "../base/result.ts";
import { U64_MAX } from "../base/u64.ts";
import {
  type Address,
  type Digest,
  type ObjectId,
  toAddress,
  toDigest,
  toObjectId,
} from "./address.ts";

const ID_DIGITS = 64;
const DIGITS = /^[0-9a-f]{64}$/;
const DIGEST_BYTES = 32;
// 32 bytes take 32 to 44 characters; longer text need not be decoded, which is quadratic.
const DIGEST_CHARACTERS_MAX = 44;
const FRACTION_DIGITS = 9;

/** The address in 64 hex digits, with or without 0x. */
export function parseAddress(text: string): Result<Address, string> {
  const digits = parseDigits(text, "address");
  return digits.ok ? ok(toAddress(digits.value)) : digits;
}

/** The id in 64 hex digits, with or without 0x. */
export function parseObjectId(text: string): Result<ObjectId, string> {
  const digits = parseDigits(text, "object id");
  return digits.ok ? ok(toObjectId(digits.value)) : digits;
}

/** As `parseAddress`, but 0x and fewer digits is filled up with zeros, as RPC clients expect. */
export function parseAddressPadded(text: string): Result<Address, string> {
  return parseAddress(padShortForm(text));
}

/** As `parseObjectId`, but 0x and fewer digits is filled up with zeros, as RPC clients expect. */
export function parseObjectIdPadded(text: string): Result<ObjectId, string> {
  return parseObjectId(padShortForm(text));
}

/** The digest in Base58. */
export function parseDigest(text: string): Result<Digest, string> {
  if (text === "") return err("digest is empty; 32 bytes in Base58 expected");
  const stray = /[^1-9A-HJ-NP-Za-km-z]/.exec(text);
  if (stray !== null) {
    return err(`digest has "${stray[0]}", which is not in the Base58 alphabet`);
  }
  if (text.length > DIGEST_CHARACTERS_MAX) {
    return err(`digest has ${text.length} characters; ${DIGEST_CHARACTERS_MAX} are the most`);
  }
  const bytes = base58.decode(text);
  if (bytes.length !== DIGEST_BYTES) {
    return err(`digest has ${bytes.length} bytes; ${DIGEST_BYTES} expected`);
  }
  return ok(toDigest(bytes.toHex()));
}

/** An address for people: 0x and 64 digits. */
export function formatAddress(address: Address): string {
  return `0x${address}`;
}

/** An id for people: 0x and 64 digits. */
export function formatObjectId(id: ObjectId): string {
  return `0x${id}`;
}

/** A digest for people: Base58. */
export function formatDigest(digest: Digest): string {
  return base58.encode(fromHex(digest));
}

/** The shannons in an amount of SOMA such as `1`, `1.5` or `.25`. */
export function parseSoma(text: string): Result<bigint, string> {
  const shown = `"${text.slice(0, 40)}"`;
  const parts = /^([0-9]*)(?:\.([0-9]*))?$/.exec(text);
  if (parts === null || text === "" || text === ".") {
    return err(`amount ${shown} is not a decimal number of SOMA such as 1.5`);
  }
  const [, whole = "", fraction = ""] = parts;
  if (fraction.length > FRACTION_DIGITS) {
    return err(
      `amount ${shown} has precision beyond 1 shannon (max ${FRACTION_DIGITS} decimal places)`,
    );
  }
  const shannons = BigInt(whole + fraction.padEnd(FRACTION_DIGITS, "0"));
  if (shannons > U64_MAX) return err(`amount overflow: ${text.slice(0, 40)} SOMA`);
  return ok(shannons);
}

/** Shannons as an exact number of SOMA, without unit: what `parseSoma` reads back. */
export function formatSoma(shannons: bigint): string {
  const sign = shannons < 0n ? "-" : "";
  const digits = (shannons < 0n ? -shannons : shannons)
    .toString()
    .padStart(FRACTION_DIGITS + 1, "0");
  const fraction = digits.slice(-FRACTION_DIGITS).replace(/0+$/, "");
  return sign + digits.slice(0, -FRACTION_DIGITS) + (fraction === "" ? "" : `.${fraction}`);
}

function parseDigits(text: string, what: string): Result<string, string> {
  const digits = text.startsWith("0x") ? text.slice(2) : text;
  if (DIGITS.test(digits)) return ok(digits);
  const stray = /[^0-9a-fA-F]/u.exec(digits);
  if (stray !== null) return err(`${what} has "${stray[0]}" where a hex digit was expected`);
  if (digits.length !== ID_DIGITS) {
    return err(`${what} has ${digits.length} hex digits; ${ID_DIGITS} expected`);
  }
  return ok(digits.toLowerCase());
}

function padShortForm(text: string): string {
  const isShort = /^0x[0-9a-fA-F]{1,63}$/.test(text);
  return isShort ? `0x${text.slice(2).padStart(ID_DIGITS, "0")}` : text;
}

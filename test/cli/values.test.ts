/**
 * Values are read exactly or refused with what was expected.
 *
 * @module
 */
import { expect, test } from "bun:test";

import type { ValueKind } from "../../src/cli/params.ts";
import {
  ALIAS,
  AMOUNT,
  BASIS_POINTS,
  choice,
  DIGEST,
  HTTP_URL,
  IDENTITY,
  OBJECT_ID,
  PATH,
  PORT,
  TEXT,
  U64,
} from "../../src/cli/values.ts";

const ID = "0a".repeat(32);
const SCHEME = choice("SCHEME", ["ed25519", "bls"]);

const READ: readonly (readonly [ValueKind<unknown>, string, unknown])[] = [
  [TEXT, "", ""],
  [AMOUNT, "1", 1_000_000_000n],
  [AMOUNT, "0", 0n],
  [AMOUNT, "0.5", 500_000_000n],
  [AMOUNT, ".5", 500_000_000n],
  [AMOUNT, "1.", 1_000_000_000n],
  [AMOUNT, "0.000000001", 1n],
  [AMOUNT, "18446744073.709551615", 2n ** 64n - 1n],
  [OBJECT_ID, `0x${ID}`, ID],
  [DIGEST, "1".repeat(32), "0".repeat(64)],
  [IDENTITY, "ann", { kind: "alias", alias: "ann" }],
  [ALIAS, "ann", "ann"],
  [U64, "0", 0n],
  [U64, "18446744073709551615", 2n ** 64n - 1n],
  [PORT, "0", 0],
  [PORT, "65535", 65_535],
  [BASIS_POINTS, "10000", 10_000],
  [HTTP_URL, "http://127.0.0.1:9000", "http://127.0.0.1:9000"],
  [HTTP_URL, "https://a.example/x?y", "https://a.example/x?y"],
  [PATH, "a b", "a b"],
  [SCHEME, "bls", "bls"],
];

test.each(READ.map(([kind, ...row]) => [kind.label, ...row, kind] as const))(
  "%s reads %p",
  (_, text, value, kind) => {
    expect(kind.parse(text)).toEqual({ ok: true, value });
  },
);

const REFUSED: readonly (readonly [ValueKind<unknown>, string, string])[] = [
  [AMOUNT, "1.0000000001", "max 9 decimal places"],
  [AMOUNT, "1e3", "not a decimal number of SOMA"],
  [AMOUNT, "-1", "not a decimal number of SOMA"],
  [AMOUNT, "+1", "not a decimal number of SOMA"],
  [AMOUNT, "1_000", "not a decimal number of SOMA"],
  [AMOUNT, "1.2.3", "not a decimal number of SOMA"],
  [AMOUNT, "0x10", "not a decimal number of SOMA"],
  [AMOUNT, "abc", "not a decimal number of SOMA"],
  [AMOUNT, " 1", "not a decimal number of SOMA"],
  [AMOUNT, "", "not a decimal number of SOMA"],
  [AMOUNT, ".", "not a decimal number of SOMA"],
  [AMOUNT, "18446744073.709551616", "overflow"],
  [AMOUNT, "9".repeat(400), "overflow"],
  [OBJECT_ID, `0x${ID.slice(1)}`, "object id has 63 hex digits; 64 expected"],
  [OBJECT_ID, `0x${ID}0`, "object id has 65 hex digits; 64 expected"],
  [OBJECT_ID, "", "object id has 0 hex digits"],
  [DIGEST, "0", "Base58"],
  [U64, "18446744073709551616", "is larger than"],
  [U64, "1".repeat(21), "is not a whole number in digits"],
  [U64, "-1", "is not a whole number in digits"],
  [U64, "1.0", "is not a whole number in digits"],
  [PORT, "65536", "is not from 0 to 65535"],
  [PORT, "http", '"http" is not a whole number'],
  [BASIS_POINTS, "10001", "is not from 0 to 10000"],
  [HTTP_URL, "127.0.0.1:9000", "is not a URL such as"],
  [HTTP_URL, "ftp://a", "starts with http:// or https://"],
  [HTTP_URL, "", "is not a URL such as"],
  [PATH, "", "cannot be empty"],
  [PATH, "a\0b", "zero byte"],
  [SCHEME, "secp256k1", '"secp256k1" is none of ed25519, bls'],
];

test.each(REFUSED.map(([kind, ...row]) => [kind.label, ...row, kind] as const))(
  "%s refuses %p",
  (_, text, reason, kind) => {
    const value = kind.parse(text);
    expect(value.ok ? "" : value.error).toContain(reason);
  },
);

test("a long value is quoted shortened", () => {
  const value = U64.parse("x".repeat(10_000));
  expect(value.ok ? 0 : value.error.length).toBeLessThan(120);
});

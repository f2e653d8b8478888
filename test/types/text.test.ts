/**
 * Forms for people: what is read, what is refused and with which words.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { U64_MAX } from "../../src/base/u64.ts";
import { toAddress, toObjectId } from "../../src/types/address.ts";
import {
  formatAddress,
  formatDigest,
  formatSoma,
  parseAddress,
  parseAddressPadded,
  parseDigest,
  parseObjectId,
  parseObjectIdPadded,
  parseSoma,
} from "../../src/types/text.ts";
import { golden_from_repo } from "../vectors/wire_vectors.json";

const HEX = "0123456789abcdef".repeat(4);

function read<T>(result: { readonly ok: boolean; readonly value?: T; readonly error?: string }): T {
  if (!result.ok) throw new Error(result.error);
  return result.value!;
}

describe("addresses and ids", () => {
  test("are read with and without 0x, in either case", () => {
    for (const text of [HEX, `0x${HEX}`, HEX.toUpperCase(), `0x${HEX.toUpperCase()}`]) {
      expect(read(parseAddress(text))).toBe(toAddress(HEX));
      expect(read(parseObjectId(text))).toBe(toObjectId(HEX));
    }
    expect(formatAddress(toAddress(HEX))).toBe(`0x${HEX}`);
  });

  test.each([
    [HEX.slice(1), "address has 63 hex digits; 64 expected"],
    [`0x${HEX}0`, "address has 65 hex digits; 64 expected"],
    ["0x5", "address has 1 hex digits; 64 expected"],
    ["", "address has 0 hex digits; 64 expected"],
    [`${HEX.slice(1)}g`, 'address has "g" where a hex digit was expected'],
    [`0X${HEX}`, 'address has "X" where a hex digit was expected'],
    [` ${HEX}`, 'address has " " where a hex digit was expected'],
    ["me🙂", 'address has "m" where a hex digit was expected'],
    ["a🙂", 'address has "🙂" where a hex digit was expected'],
  ])("%p is refused", (text, error) => {
    expect(parseAddress(text)).toEqual({ ok: false, error });
    expect(parseObjectId(text)).toEqual({
      ok: false,
      error: error.replace("address", "object id"),
    });
  });

  test("may be short after 0x where RPC clients send them so", () => {
    expect(read(parseObjectIdPadded("0x5"))).toBe(toObjectId("5".padStart(64, "0")));
    expect(read(parseAddressPadded("0xAB"))).toBe(toAddress("ab".padStart(64, "0")));
    expect(read(parseAddressPadded(HEX))).toBe(toAddress(HEX));
    for (const text of ["5", "0x", `0x${HEX}0`, "0xg"]) {
      expect(parseAddressPadded(text).ok).toBe(false);
    }
  });
});

describe("digests", () => {
  const chain = golden_from_repo.find((vector) => vector.source === "types/src/digests.rs")!;

  test("are Base58", () => {
    const digest = read(parseDigest(chain.base58!));
    expect<string>(digest).toBe(chain.hex!);
    expect(formatDigest(digest)).toBe(chain.base58!);
  });

  test.each([
    ["", "digest is empty; 32 bytes in Base58 expected"],
    ["0", 'digest has "0", which is not in the Base58 alphabet'],
    ["ab_c", 'digest has "_", which is not in the Base58 alphabet'],
    ["1".repeat(31), "digest has 31 bytes; 32 expected"],
    ["1".repeat(33), "digest has 33 bytes; 32 expected"],
    ["z".repeat(44), "digest has 33 bytes; 32 expected"],
    ["z".repeat(45), "digest has 45 characters; 44 are the most"],
  ])("%p is refused", (text, error) => {
    expect(parseDigest(text)).toEqual({ ok: false, error });
  });
});

describe("amounts", () => {
  test.each([
    ["1", 1_000_000_000n],
    ["0", 0n],
    ["0.5", 500_000_000n],
    [".5", 500_000_000n],
    ["1.", 1_000_000_000n],
    ["1.23", 1_230_000_000n],
    ["0.000000001", 1n],
    ["007", 7_000_000_000n],
    ["18446744073.709551615", U64_MAX],
  ])("%p is read", (text, shannons) => {
    expect(parseSoma(text)).toEqual({ ok: true, value: shannons });
  });

  const form = (text: string): string =>
    `amount "${text}" is not a decimal number of SOMA such as 1.5`;
  test.each([
    ["", form("")],
    [".", form(".")],
    ["-1", form("-1")],
    ["+1", form("+1")],
    ["1e3", form("1e3")],
    ["1_000", form("1_000")],
    ["1,5", form("1,5")],
    ["1.2.3", form("1.2.3")],
    [" 1", form(" 1")],
    ["abc", form("abc")],
    ["٣", form("٣")],
    ["x".repeat(99), form("x".repeat(40))],
    ["1.0123456789", 'amount "1.0123456789" has precision beyond 1 shannon (max 9 decimal places)'],
    ["18446744073.709551616", "amount overflow: 18446744073.709551616 SOMA"],
    ["9".repeat(60), `amount overflow: ${"9".repeat(40)} SOMA`],
  ])("%p is refused", (text, error) => {
    expect(parseSoma(text)).toEqual({ ok: false, error });
  });

  test.each([
    [0n, "0"],
    [1n, "0.000000001"],
    [1_500_000_000n, "1.5"],
    [999_999_999_999n, "999.999999999"],
    [1_000_000_000_000n, "1000"],
    [1_239_999_999_999n, "1239.999999999"],
    [2_500_000_000_000_000n, "2500000"],
    [7_000_000_000_000_000_000n, "7000000000"],
    [-1_500_000_000n, "-1.5"],
  ])("%p shannons are shown", (shannons, exact) => {
    expect(formatSoma(shannons)).toBe(exact);
  });
});

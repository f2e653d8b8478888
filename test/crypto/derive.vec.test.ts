/**
 * SLIP-0010: its first Ed25519 test vector, and which paths are ours.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { DEFAULT_PATH, deriveEd25519, parsePath } from "../../src/crypto/derive.ts";

const SEED = Uint8Array.fromHex("000102030405060708090a0b0c0d0e0f");
const CHAIN: readonly (readonly [path: readonly number[], key: string])[] = [
  [[], "2b4be7f19ee27bbf30c667b642d5f4aa69fd169872f8fc3059c08ebae2eb19e7"],
  [[0], "68e0fe46dfb67e368c75379acec591dad19df3cde26e63b93a8e704f1dade7a3"],
  [[0, 1], "b1d0bad404bf35da785a64ca1ac54b2617211d2777696fbffaf208f746ae84f2"],
  [[0, 1, 2], "92a5b23c0b8a99e37d07df3fb9966917f5d06e02ddbd909c7e184371463e9fc9"],
  [[0, 1, 2, 2], "30d1dc7e5fc04c31219ab25a27ae00b50f6fd66622f6e9c913253d6511d1e662"],
  [[0, 1, 2, 2, 1_000_000_000], "8f94d394a8e8fd6b1bc2f3f49f5c47e385281d5c17e65324b0f62483e37e8793"],
];

describe("SLIP-0010", () => {
  test.each(CHAIN)("the key at %p", (path, key) => {
    expect(deriveEd25519(SEED, path).toHex()).toBe(key);
  });

  test("an index with the hardening bit is a bug of ours", () => {
    expect(() => deriveEd25519(SEED, [0x8000_0000])).toThrow(AssertionError);
  });
});

describe("paths", () => {
  test("five hardened levels, 44 and 784 first", () => {
    expect(parsePath(DEFAULT_PATH)).toEqual({ ok: true, value: [44, 784, 0, 0, 0] });
    expect(parsePath("m/44'/784'/1'/0'/2147483647'")).toMatchObject({ ok: true });
  });

  test.each([
    ["44'/784'/0'/0'/0'", "a derivation path starts with m/"],
    ["", "a derivation path starts with m/"],
    ["m/44'/784'/0'/0'", "a derivation path has 5 levels after m"],
    ["m/44'/784'/0'/0'/0'/0'", "a derivation path has 5 levels after m"],
    ["m/44'/784'/0'/0'/0", "every level of a derivation path is a number and an apostrophe"],
    ["m/44'/784'/0'/0'/-1'", "every level of a derivation path is a number and an apostrophe"],
    ["m/44'/784'/0'/0'/01'", "every level of a derivation path is a number and an apostrophe"],
    ["m/44'/784'/0'/0'/2147483648'", "a level is at most 2147483647"],
    ["m/44'/60'/0'/0'/0'", "a derivation path starts with m/44'/784'"],
    ["m/54'/784'/0'/0'/0'", "a derivation path starts with m/44'/784'"],
  ])("%p is none of ours", (text, error) => {
    expect(parsePath(text)).toEqual({ ok: false, error });
  });
});

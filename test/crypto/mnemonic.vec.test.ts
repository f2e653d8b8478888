/**
 * Mnemonics: published phrases of BIP-39, all lengths, and what is said about wrong ones.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { parsePath } from "../../src/crypto/derive.ts";
import {
  entropyBytes,
  mnemonicFromEntropy,
  parseMnemonic,
  seedFromMnemonic,
} from "../../src/crypto/mnemonic.ts";

const ABANDON = "abandon ".repeat(11);
const LEGAL = "legal winner thank year wave sausage worth useful legal winner thank yellow";

describe("phrases", () => {
  test("of BIP-39's vectors", () => {
    expect(mnemonicFromEntropy(new Uint8Array(16))).toBe(`${ABANDON}about`);
    expect(mnemonicFromEntropy(new Uint8Array(16).fill(0x7f))).toBe(LEGAL);
    expect(mnemonicFromEntropy(new Uint8Array(32))).toBe(`${"abandon ".repeat(23)}art`);
  });

  test.each([12, 15, 18, 21, 24])("of %d words hold their entropy and parse", (words) => {
    const phrase = mnemonicFromEntropy(new Uint8Array(entropyBytes(words)!).fill(0xa5));
    expect(phrase.split(" ").length).toBe(words);
    expect(parseMnemonic(phrase)).toEqual({ ok: true, value: phrase });
  });

  test("other sizes are a bug of ours", () => {
    expect(entropyBytes(13)).toBeUndefined();
    for (const size of [0, 12, 17, 33, 64]) {
      expect(() => mnemonicFromEntropy(new Uint8Array(size))).toThrow(AssertionError);
    }
  });

  test("parse in any case and spacing", () => {
    const loud = `  ${LEGAL.toUpperCase().replaceAll(" ", "\n\t ")} `;
    expect(parseMnemonic(loud)).toEqual({ ok: true, value: LEGAL });
  });

  test.each([
    ["", "a recovery phrase has 12, 15, 18, 21 or 24 words, not 0"],
    [ABANDON, "a recovery phrase has 12, 15, 18, 21 or 24 words, not 11"],
    [LEGAL.replace("wave", "wavy"), "word 5 is not in the English word list"],
    [LEGAL.replace("yellow", "legal"), "the checksum fails: a word is wrong or out of place"],
  ])("%p is none", (text, error) => {
    expect(parseMnemonic(text)).toEqual({ ok: false, error });
  });

  test("give different keys at different paths", () => {
    const path = parsePath("m/44'/784'/0'/0'/1'");
    if (!path.ok) throw new Error(path.error);
    const first = seedFromMnemonic(LEGAL, [44, 784, 0, 0, 0]).toHex();
    expect(seedFromMnemonic(LEGAL, path.value).toHex()).not.toBe(first);
  });
});

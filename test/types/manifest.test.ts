/**
 * Manifests: their bytes, and URLs refused at the door.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { utf8 } from "../../src/base/bytes.ts";
import { encode } from "../../src/bcs/schema.ts";
import { toDigest } from "../../src/types/address.ts";
import { URL_BYTES_MAX } from "../../src/types/bounds.ts";
import { manifest } from "../../src/types/manifest.ts";
import { refusal } from "../bcs/strict.ts";

const CHECKSUM = "cc".repeat(32);
const END = `0020${CHECKSUM}0500000000000000`;

function withUrl(url: string): string {
  const bytes = utf8(url);
  return `00${bytes.length.toString(16).padStart(2, "0")}${bytes.toHex()}${END}`;
}

describe("manifests", () => {
  const metadata = { checksum: toDigest(CHECKSUM), size: 5n };

  test("are version, URL, version, checksum, size", () => {
    const url = "http://a.example/x";
    expect(encode(manifest, { url, metadata }).toHex()).toBe(withUrl(url));
  });

  test("refuse a URL that nobody may fetch", () => {
    expect(refusal(manifest, withUrl("file:///etc/passwd"))).toStartWith("url: URL is not http://");
    expect(refusal(manifest, withUrl("http://0x7f.1/"))).toBe(
      "url: URL host 0x7f.1 is not an IPv4 address",
    );
    expect(() => encode(manifest, { url: "nonsense", metadata })).toThrow(AssertionError);
  });

  test("refuse a URL above its limit", () => {
    const url = (size: number): string => `http://a.example/${"x".repeat(size - 17)}`;
    expect(encode(manifest, { url: url(URL_BYTES_MAX), metadata }).length).toBe(2_093);
    const long = `008110${utf8(url(URL_BYTES_MAX + 1)).toHex()}${END}`;
    expect(refusal(manifest, long)).toBe("url: 2049 bytes exceed the limit of 2048");
  });

  test("refuse other versions", () => {
    const hex = withUrl("http://a.example/x");
    expect(refusal(manifest, `01${hex.slice(2)}`)).toBe("Manifest has no version with tag 1");
    expect(refusal(manifest, hex.replace("0020cc", "0120cc"))).toBe(
      "metadata: Metadata has no version with tag 1",
    );
  });
});

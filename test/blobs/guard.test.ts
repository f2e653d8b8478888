/**
 * Which URLs are fetched: every spelling of a private address that URL parsers and resolvers know
 * must be seen for what it is.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { SomaError } from "../../src/base/errors.ts";
import {
  type AddressKind,
  addressKind,
  type AddressPolicy,
  checkFetch,
  PUBLIC_ONLY,
  WITH_LOOPBACK,
} from "../../src/blobs/guard.ts";

const KINDS: Readonly<Record<AddressKind, readonly string[]>> = {
  public: [
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "172.32.0.1",
    "2606:4700::1111",
    "::ffff:8.8.8.8",
  ],
  loopback: ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1"],
  private: [
    "10.0.0.1",
    "100.64.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "fc00::1",
    "fdff::1",
    "::ffff:10.0.0.1",
    "::ffff:c0a8:101",
  ],
  forbidden: [
    "0.0.0.0",
    "169.254.169.254",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "203.0.113.9",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "4000::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "not an address",
    "",
  ],
};

for (const [kind, addresses] of Object.entries(KINDS)) {
  test(`${kind} addresses are seen as such`, () => {
    expect(addresses.filter((address) => addressKind(address) !== kind)).toEqual([]);
  });
}

const EVERYTHING: AddressPolicy = { loopback: true, private: true };
const unused = (): Promise<readonly string[]> => {
  throw new Error("an address is not resolved");
};

test("addresses in every spelling are checked without asking a name server", async () => {
  const spellings = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://2130706433/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://①②⑦.0.0.1/",
    "https://127.0.0.1:8443/x?y#z",
  ];
  for (const url of spellings) {
    expect(await codeOf(checkFetch(url, PUBLIC_ONLY, unused))).toBe("url_refused");
    const allowed = await checkFetch(url, WITH_LOOPBACK, unused);
    expect(addressKind(allowed.addresses[0] ?? "")).toBe("loopback");
  }
});

test("policies allow what they say and nothing else", async () => {
  const refusedBy = async (policy: AddressPolicy): Promise<string[]> => {
    const refused: string[] = [];
    for (const address of ["1.1.1.1", "127.0.0.1", "10.0.0.1", "169.254.169.254"]) {
      const code = await codeOf(checkFetch(`http://${address}/`, policy, unused));
      if (code === "url_refused") refused.push(address);
    }
    return refused;
  };
  expect(await refusedBy(PUBLIC_ONLY)).toEqual(["127.0.0.1", "10.0.0.1", "169.254.169.254"]);
  expect(await refusedBy(WITH_LOOPBACK)).toEqual(["10.0.0.1", "169.254.169.254"]);
  expect(await refusedBy({ loopback: false, private: true })).toEqual([
    "127.0.0.1",
    "169.254.169.254",
  ]);
  expect(await refusedBy(EVERYTHING)).toEqual(["169.254.169.254"]);
});

test("a name passes only if all its addresses do", async () => {
  const resolve = async (): Promise<readonly string[]> => ["1.1.1.1", "10.0.0.1"];
  expect(await codeOf(checkFetch("http://mixed.example/", PUBLIC_ONLY, resolve))).toBe(
    "url_refused",
  );
  const checked = await checkFetch("http://mixed.example/", EVERYTHING, resolve);
  expect(checked.addresses).toEqual(["1.1.1.1", "10.0.0.1"]);
});

test("a name without an address is its own failure", async () => {
  const none = async (): Promise<readonly string[]> => [];
  const broken = (): Promise<readonly string[]> => Promise.reject(new Error("ENOTFOUND"));
  for (const resolve of [none, broken]) {
    expect(await codeOf(checkFetch("http://nowhere.example/", PUBLIC_ONLY, resolve))).toBe(
      "host_unknown",
    );
  }
});

test("other schemes, credentials and what is no URL are refused", async () => {
  const urls = [
    "",
    "blob.bin",
    "//example.com/",
    "file:///etc/passwd",
    "ftp://example.com/",
    "data:text/plain,x",
    "javascript:alert(1)",
    "http://user:secret@example.com/",
    "http://user@example.com/",
    `http://example.com/${"x".repeat(2_048)}`,
  ];
  for (const url of urls) {
    expect(await codeOf(checkFetch(url, EVERYTHING, unused))).toBe("url_refused");
  }
});

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof SomaError) return error.code;
    throw error;
  }
  return "allowed";
}

/**
 * URLs in manifests: what is taken is read alike by every parser; the rest is refused.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import fc from "fast-check";

import { checkUrl } from "../../src/types/url.ts";
import { url } from "./arbitraries.ts";

const GRAMMAR = "URL is not http://host[:port]/path or https://… in plain ASCII";

describe("taken", () => {
  test.each([
    "http://example.com/weights.enc",
    "https://example.com",
    "http://127.0.0.1:9000/v1/blobs/4Kc?x=1&y=%20#top",
    "http://localhost:65535/",
    "http://[::1]:8080/x",
    "http://[2001:db8::ff00:42:8329]/",
    "http://[1:2:3:4:5:6:7:8]/",
    "https://a-b.c0.example?only=query",
    "https://x.example:0/",
    "https://x.example/a:b@c/d;e=f,(g)!*'~",
  ])("%s", (text) => {
    expect(checkUrl(text)).toBeUndefined();
    expect(URL.canParse(text)).toBe(true);
  });
});

describe("refused", () => {
  test.each([
    ["", GRAMMAR],
    ["example.com/x", GRAMMAR],
    ["ftp://example.com/x", GRAMMAR],
    ["file:///etc/passwd", GRAMMAR],
    ["HTTP://example.com/", GRAMMAR],
    ["http:/example.com/", GRAMMAR],
    ["http://user@example.com/", GRAMMAR],
    ["http://user:pass@example.com/", GRAMMAR],
    ["http://example.com:1:2/", GRAMMAR],
    ["http://example.com:/", GRAMMAR],
    ["http://example.com/a b", GRAMMAR],
    ["http://example.com/a\nb", GRAMMAR],
    ["http://example.com/a\n", GRAMMAR],
    ["http://example.com/ä", GRAMMAR],
    ["http://example.com/<x>", GRAMMAR],
    ["http://example.com\\@evil.example/", GRAMMAR],
    ["http://example.com\\evil.example/", 'host "example.com\\evil.example" is not a lower-case'],
    ["http://", 'URL host "" is not a lower-case ASCII host name'],
    ["http:///path", 'URL host "" is not a lower-case ASCII host name'],
    ["http://Example.com/", 'URL host "Example.com" is not a lower-case ASCII host name'],
    ["http://exa%6dple.com/", 'URL host "exa%6dple.com" is not a lower-case ASCII host name'],
    ["http://münchen.example/", 'URL host "münchen.example" is not a lower-case ASCII host name'],
    ["http://a..b/", 'URL host "a..b" is not a lower-case ASCII host name'],
    ["http://example.com./", 'URL host "example.com." is not a lower-case ASCII host name'],
    ["http://-a.example/", 'URL host "-a.example" is not a lower-case ASCII host name'],
    ["http://xn--mnchen-3ya.example/", "is an encoded international name; use an ASCII name"],
    ["http://2130706433/", "URL host 2130706433 is not an IPv4 address"],
    ["http://0x7f.1/", "URL host 0x7f.1 is not an IPv4 address"],
    ["http://a.0x7f/", "URL host a.0x7f is not an IPv4 address"],
    ["http://127.1/", "URL host 127.1 is not an IPv4 address"],
    ["http://0177.0.0.1/", "URL host 0177.0.0.1 is not an IPv4 address"],
    ["http://256.0.0.1/", "URL host 256.0.0.1 is not an IPv4 address"],
    ["http://1.2.3.4.5/", "URL host 1.2.3.4.5 is not an IPv4 address"],
    ["http://[1:2:3]/", "URL host [1:2:3] is not an IPv6 address"],
    ["http://[1::2::3]/", "URL host [1::2::3] is not an IPv6 address"],
    ["http://[1:2:3:4:5:6:7::8]/", "URL host [1:2:3:4:5:6:7::8] is not an IPv6 address"],
    ["http://[::12345]/", "URL host [::12345] is not an IPv6 address"],
    ["http://[::FF]/", "URL host [::FF] is not an IPv6 address"],
    ["http://[::1%25eth0]/", "URL host [::1%25eth0] is not an IPv6 address"],
    ["http://[]/", "URL host [] is not an IPv6 address"],
    ["http://example.com:65536/", "URL has port 65536; 65535 is the largest"],
    [`http://${"a.".repeat(127)}example/`, "URL host is longer than 253 characters"],
    [`http://${"a".repeat(64)}.example/`, "is not a lower-case ASCII host name"],
  ])("%p", (text, reason) => {
    expect(checkUrl(text)).toContain(reason);
  });
});

describe("a parser", () => {
  test("reads the same host and port from what is taken", () => {
    const near = fc.stringMatching(/^https?:\/\/[a-z0-9.:[\]@\\-]{0,16}(\/[!-~]{0,6})?$/);
    fc.assert(
      fc.property(fc.oneof(url, near), (text) => {
        if (checkUrl(text) !== undefined) return;
        const parsed = new URL(text);
        const [, host = "", port = ""] = /^https?:\/\/(\[.*\]|[^:/?#]*)(?::([0-9]*))?/.exec(text)!;
        if (!host.startsWith("[")) expect(parsed.hostname).toBe(host);
        const standard = parsed.protocol === "http:" ? "80" : "443";
        const number = port === "" ? "" : String(Number(port));
        expect(parsed.port).toBe(number === standard ? "" : number);
        expect([parsed.username, parsed.password]).toEqual(["", ""]);
      }),
      { numRuns: 2_000 },
    );
  });
});

/**
 * Addresses of nodes: what is read, what is refused, and that what is written is read back.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { formatMultiaddr, parseMultiaddr } from "../../src/host/multiaddr.ts";

const GOOD = [
  ["/ip4/127.0.0.1/tcp/8080", { host: "127.0.0.1", port: 8080 }],
  ["/ip6/::1/tcp/1", { host: "::1", port: 1 }],
  ["/dns/node-1.example.org/tcp/65535", { host: "node-1.example.org", port: 65_535 }],
  ["/dns4/localhost/tcp/0", { host: "localhost", port: 0 }],
] as const;

const BAD = [
  "",
  "127.0.0.1:8080",
  "/ip4/127.0.0.1",
  "/ip4/127.0.0.1/udp/8080",
  "/ip4/127.0.0.1/tcp/8080/http",
  "/ip4/300.0.0.1/tcp/8080",
  "/ip4/::1/tcp/8080",
  "/ip6/127.0.0.1/tcp/8080",
  "/dns/-a/tcp/8080",
  "/dns//tcp/8080",
  "/toString/a/tcp/1",
  "/ip4/127.0.0.1/tcp/65536",
  "/ip4/127.0.0.1/tcp/080",
  "/ip4/127.0.0.1/tcp/-1",
  "/ip4/127.0.0.1/tcp/1e3",
  "/ip4/127.0.0.1/tcp/",
];

test.each(GOOD)("%s is read", (text, place) => {
  expect(parseMultiaddr(text)).toEqual({ ok: true, value: place });
  const parsed = parseMultiaddr(formatMultiaddr(place));
  expect(parsed).toEqual({ ok: true, value: place });
});

test.each(BAD)("%j is refused", (text) => {
  expect(parseMultiaddr(text)).toMatchObject({ ok: false });
});

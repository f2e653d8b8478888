/**
 * Seed peers as texts, and the peers that a node keeps for its next start.
 *
 * @module
 */
import { afterAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { createLogger } from "../../src/base/log.ts";
import { keepKnownPeers, readKnownPeers } from "../../src/host/known-peers.ts";
import { formatSeedPeer, parseSeedPeer } from "../../src/host/seed-peers.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";

afterAll(removeTemporary);

const KEY = "0a".repeat(32);

describe("the text of a seed peer", () => {
  test.each(["/ip4/192.0.2.7/tcp/8080", "/dns/example.org/tcp/1", "/ip6/::1/tcp/9"])(
    "at %s is read and written",
    (address) => {
      const parsed = parseSeedPeer(`${address}/p2p/${KEY}`);
      expect(parsed.ok && parsed.value.key).toBe(KEY);
      expect(parsed.ok && formatSeedPeer(parsed.value)).toBe(`${address}/p2p/${KEY}`);
    },
  );

  test.each([
    ["", /a seed peer looks like/],
    ["/ip4/192.0.2.7/tcp/8080", /a seed peer looks like/],
    [`/ip4/192.0.2.7/tcp/8080/p2p/${KEY}0`, /a seed peer looks like/],
    [`/ip4/192.0.2.7/tcp/8080/p2p/${KEY.toUpperCase()}`, /a seed peer looks like/],
    [`/ip4/300.0.2.7/tcp/8080/p2p/${KEY}`, /does not fit \/ip4/],
    [`/ip4/192.0.2.7/tcp/70000/p2p/${KEY}`, /up to 65535/],
  ])("is not %j", (text, reason) => {
    const parsed = parseSeedPeer(text);
    expect(parsed.ok ? "" : parsed.error).toMatch(reason);
  });
});

describe("known peers", () => {
  const warnings: string[] = [];
  const log = createLogger({ level: "warn", write: (line) => warnings.push(line) });

  test("are read as they were kept, but for those that nobody can call", () => {
    const directory = temporaryDirectory();
    expect(readKnownPeers(directory, log)).toEqual({ epoch: 0n, peers: [] });
    keepKnownPeers(directory, 7n, [
      { key: KEY, address: "/ip4/192.0.2.7/tcp/8080" },
      { key: "0b".repeat(32), address: "nowhere" },
    ]);
    const peers = [{ key: KEY, address: { host: "192.0.2.7", port: 8080 } }];
    expect(readKnownPeers(directory, log)).toEqual({ epoch: 7n, peers });
    expect(warnings).toEqual([]);
  });

  test.each(["{", "epoch: -1\npeers: []", "epoch: 1\npeers: [{peer-id: x, address: y}]"])(
    "in a damaged file %j are none, and the operator hears it",
    (text) => {
      const directory = temporaryDirectory();
      writeFileSync(join(directory, "known-peers.yaml"), text);
      warnings.length = 0;
      expect(readKnownPeers(directory, log).peers).toEqual([]);
      expect(warnings.join("")).toContain("known-peers.yaml is left aside");
    },
  );
});

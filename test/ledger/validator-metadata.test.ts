/**
 * Keys and addresses from outside, and what is staged of them.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { encode, text } from "../../src/bcs/schema.ts";
import {
  applyStaged,
  checkKeys,
  findDuplicate,
  NOTHING_STAGED,
  readAddress,
  seatedValidators,
} from "../../src/ledger/validator-metadata.ts";
import { View } from "../../src/ledger/view.ts";
import { VALIDATOR_INDEX_ID, validatorEntryId } from "../../src/types/entry.ts";
import type { ValidatorMetadata } from "../../src/types/validator.ts";
import { account, bytesOf, digestFrom, genesisValidator } from "./fixtures.ts";
import { World } from "./world.ts";

function metadataOf(name: string): ValidatorMetadata {
  const { account: soma_address, commission_rate: _, ...rest } = genesisValidator(name);
  return { soma_address, ...rest, ...NOTHING_STAGED };
}

describe("addresses", () => {
  test("are multiaddrs in the BCS of a string", () => {
    const good = [
      "/ip4/127.0.0.1/tcp/8080",
      "/ip6/::1/udp/1",
      "/dns/validator.example.com/tcp/443/https",
    ];
    for (const line of good) {
      expect(readAddress(encode(text, line), "net_address")).toEqual({ ok: true, value: line });
    }
    const bad = ["", "127.0.0.1:80", "/ip4/1.2.3.4/tcp", "/ip4/1.2.3.4/tcp/80/x", "/dns/a b/tcp/1"];
    for (const line of bad) expect(readAddress(encode(text, line), "net_address").ok).toBe(false);
    expect(readAddress(new Uint8Array(0), "net_address").ok).toBe(false);
    expect(readAddress(Uint8Array.of(1, 0xff), "net_address").ok).toBe(false);
  });
});

test("keys that are not named are not checked", () => {
  const none = { protocol_pubkey: undefined, network_pubkey: undefined, worker_pubkey: undefined };
  expect(checkKeys(none)).toBeUndefined();
  expect(checkKeys({ ...none, worker_pubkey: new Uint8Array(32).fill(2) })?.kind).toBe(
    "InvalidArguments",
  );
});

test("staged values replace those in force, and nothing stays staged", () => {
  const now = metadataOf("v0");
  expect(applyStaged(now)).toEqual(now);
  const staged = {
    ...now,
    next_epoch_network_pubkey: bytesOf("next", 32),
    next_epoch_proxy_address: "/dns/next/tcp/1",
  };
  expect(applyStaged(staged)).toEqual({
    ...now,
    network_pubkey: bytesOf("next", 32),
    proxy_address: "/dns/next/tcp/1",
  });
});

test("what another has, or will have, is a duplicate; one's own is not", () => {
  const world = new World();
  const view = new View(world, digestFrom("transaction"));
  const seated = seatedValidators(view.get("ValidatorIndex", VALIDATOR_INDEX_ID));
  expect(findDuplicate(view, metadataOf("v0"), seated)).toBeUndefined();
  const fresh = metadataOf("newcomer");
  expect(findDuplicate(view, fresh, seated)).toBeUndefined();
  const { worker_pubkey } = metadataOf("v1");
  expect(findDuplicate(view, { ...fresh, network_pubkey: worker_pubkey }, seated)).toBe(
    "network_pubkey",
  );
  const { pool_id } = seated.find(({ address }) => address === account("v2"))!;
  const metadata = { ...metadataOf("v2"), next_epoch_net_address: fresh.net_address };
  view.update("Validator", validatorEntryId(pool_id), { metadata });
  expect(findDuplicate(view, fresh, seated)).toBe("net_address");
});

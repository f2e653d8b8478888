/**
 * UpdateValidatorMetadata: staging keys and addresses.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { encode, text } from "../../../src/bcs/schema.ts";
import { blsKeygen, blsPublicKey } from "../../../src/crypto/bls.ts";
import { ed25519PublicKey } from "../../../src/crypto/ed25519.ts";
import { proveBlsPossession } from "../../../src/crypto/pop.ts";
import { type Address } from "../../../src/types/address.ts";
import { validatorEntryId } from "../../../src/types/entry.ts";
import { account, bytesOf, NOTHING_NEW } from "../fixtures.ts";
import { poolIdOf, PROOF, PROTOCOL_KEY } from "../validators.ts";
import { statusOf, World } from "../world.ts";

const alice = account("alice");

const v0 = account("v0");
const v1 = account("v1");

function line(value: string): Uint8Array {
  return encode(text, value);
}

const nothing = { kind: "UpdateValidatorMetadata", ...NOTHING_NEW } as const;
const metadata = (world: World, address: Address) =>
  world.content("Validator", validatorEntryId(poolIdOf(world, address))).metadata;

describe("W11 UpdateValidatorMetadata", () => {
  test("all eight fields wait for the epoch change and then apply", () => {
    const world = new World();
    const secret = blsKeygen(bytesOf("v0's next key", 32));
    const key = blsPublicKey(secret);
    const [network, worker] = ["n", "w"].map((name) => ed25519PublicKey(bytesOf(name, 32)));
    const update = {
      ...nothing,
      next_epoch_network_address: line("/dns/new/tcp/1"),
      next_epoch_p2p_address: line("/dns/new/tcp/2"),
      next_epoch_primary_address: line("/dns/new/tcp/3"),
      next_epoch_proxy_address: line("/dns/new/tcp/4"),
      next_epoch_protocol_pubkey: key,
      next_epoch_worker_pubkey: worker,
      next_epoch_network_pubkey: network,
      next_epoch_proof_of_possession: proveBlsPossession(secret, v0),
    };
    const before = metadata(world, v0);
    expect(statusOf(world.run(v0, update))).toBe("Success");
    expect(metadata(world, v0).net_address).toBe(before.net_address);
    world.endEpoch();
    expect(metadata(world, v0)).toMatchObject({
      net_address: "/dns/new/tcp/1",
      p2p_address: "/dns/new/tcp/2",
      primary_address: "/dns/new/tcp/3",
      proxy_address: "/dns/new/tcp/4",
      protocol_pubkey: key,
      network_pubkey: network,
      worker_pubkey: worker,
      next_epoch_proxy_address: undefined,
    });
  });

  test("a protocol key needs its proof, and nothing may be another's, now or staged", () => {
    const world = new World();
    const update = (sender: Address, changes: object): string =>
      statusOf(world.run(sender, { ...nothing, ...changes }));
    expect(update(alice, {})).toBe("NotAValidator");
    expect(update(v0, { next_epoch_protocol_pubkey: PROTOCOL_KEY })).toBe(
      "MissingProofOfPossession",
    );
    const wrong = {
      next_epoch_protocol_pubkey: PROTOCOL_KEY,
      next_epoch_proof_of_possession: PROOF,
    };
    expect(update(v0, wrong)).toBe("InvalidProofOfPossession");
    expect(update(v0, { next_epoch_proof_of_possession: PROOF })).toBe("InvalidArguments");
    const address = { next_epoch_network_address: line("/dns/wanted/tcp/1") };
    expect(update(v0, address)).toBe("Success");
    expect(update(v1, address)).toBe("DuplicateValidatorMetadata");
    expect(update(v1, { next_epoch_network_address: line("/dns/v0/tcp/8080") })).toBe(
      "DuplicateValidatorMetadata",
    );
    expect(update(v1, {})).toBe("Success");
  });
});

/**
 * AddValidator: becoming a candidate, and what is refused.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { encode, text } from "../../../src/bcs/schema.ts";
import { composeSystemState } from "../../../src/ledger/system-view.ts";
import { poolEntryId } from "../../../src/types/entry.ts";
import { type KindOf } from "../../../src/types/transaction-kind.ts";
import { account, genesisValidator, SOMA } from "../fixtures.ts";
import { committee, joining, poolIdOf, stakeOn, validatorIndex } from "../validators.ts";
import { faultOf, statusOf, World } from "../world.ts";

const alice = account("alice");
const bob = account("bob");

function line(value: string): Uint8Array {
  return encode(text, value);
}

describe("AddValidator", () => {
  test("a candidate with enough stake validates from the next epoch on", () => {
    const world = new World();
    expect(statusOf(world.run(alice, joining()))).toBe("Success");
    const pool = poolIdOf(world, alice);
    expect(world.content("Pool", poolEntryId(pool)).activation_epoch).toBeUndefined();
    world.endEpoch();
    expect(committee(world)).not.toContain(alice);
    stakeOn(world, alice, 500n * SOMA);
    const state = composeSystemState(world);
    expect(state.validators.pending_validators[0]!.staking_pool.soma_balance).toBe(500n * SOMA);
    world.endEpoch();
    expect(committee(world)).toContain(alice);
    expect(world.content("Pool", poolEntryId(pool)).activation_epoch).toBe(2n);
    expect(composeSystemState(world).validators.pending_validators).toEqual([]);
  });

  test("too little stake keeps it waiting", () => {
    const world = new World();
    world.run(alice, joining());
    stakeOn(world, alice, 90n * SOMA);
    world.endEpoch();
    expect(committee(world)).not.toContain(alice);
    expect(validatorIndex(world).candidates).toHaveLength(1);
  });

  test("arguments are looked at first, then the proof, then whether the sender has a seat", () => {
    const world = new World();
    expect(statusOf(world.run(alice, joining()))).toBe("Success");
    const again = (changes: Partial<KindOf<"AddValidator">> = {}): string =>
      statusOf(world.run(alice, joining(changes)));
    const proof_of_possession = new Uint8Array(48);
    expect(again({ net_address: line("nowhere"), proof_of_possession })).toBe("InvalidArguments");
    expect(again({ proof_of_possession })).toBe("InvalidProofOfPossession");
    expect(again()).toBe("DuplicateValidator");
  });

  test("bad keys, addresses and proofs are named", () => {
    const world = new World();
    const join = (changes: Partial<KindOf<"AddValidator">>): string =>
      statusOf(world.run(alice, joining(changes)));
    expect(join({ pubkey_bytes: new Uint8Array(96) })).toBe("InvalidArguments");
    expect(join({ pubkey_bytes: new Uint8Array(3) })).toBe("InvalidArguments");
    expect(join({ network_pubkey_bytes: new Uint8Array(32).fill(2) })).toBe("InvalidArguments");
    expect(join({ worker_pubkey_bytes: new Uint8Array(31) })).toBe("InvalidArguments");
    expect(join({ net_address: line("somewhere") })).toBe("InvalidArguments");
    expect(join({ net_address: Uint8Array.of(9, 1) })).toBe("InvalidArguments");
    expect(join({ proof_of_possession: new Uint8Array(48) })).toBe("InvalidProofOfPossession");
    expect(join({ proof_of_possession: new Uint8Array(5) })).toBe("InvalidProofOfPossession");
    expect(statusOf(world.run(bob, joining()))).toBe("InvalidProofOfPossession");
    const { worker_pubkey: taken, net_address } = genesisValidator("v2");
    const clash = world.run(alice, joining({ network_pubkey_bytes: taken }));
    expect(faultOf(clash)).toEqual({ kind: "DuplicateValidatorMetadata", field: "network_pubkey" });
    expect(faultOf(world.run(alice, joining({ net_address: line(net_address) })))).toMatchObject({
      field: "net_address",
    });
    const same = joining().network_pubkey_bytes;
    expect(join({ worker_pubkey_bytes: same })).toBe("DuplicateValidatorMetadata");
    expect(join({})).toBe("Success");
    expect(join({})).toBe("DuplicateValidator");
  });
});

/**
 * The validator set at the epoch change.
 *
 * @module
 */
import { beforeAll, describe, expect, test } from "bun:test";

import { blsKeygen, blsPublicKey } from "../../../src/crypto/bls.ts";
import { proveBlsPossession } from "../../../src/crypto/pop.ts";
import { type Address, type ObjectId } from "../../../src/types/address.ts";
import { type ContentOf, VALIDATOR_INDEX_ID } from "../../../src/types/entry.ts";
import { type KindOf } from "../../../src/types/transaction-kind.ts";
import { account, bytesOf, joiningAs, SOMA } from "../fixtures.ts";
import { created, World } from "../world.ts";

const alice = account("alice");
const bob = account("bob");

let protocolKey: Uint8Array;
let proof: Uint8Array;

beforeAll(() => {
  const secret = blsKeygen(bytesOf("alice's protocol key", 32));
  protocolKey = blsPublicKey(secret);
  proof = proveBlsPossession(secret, alice);
});

function joining(changes: Partial<KindOf<"AddValidator">> = {}): KindOf<"AddValidator"> {
  return { ...joiningAs("alice", protocolKey, proof), ...changes };
}

function index(world: World): ContentOf<"ValidatorIndex"> {
  return world.content("ValidatorIndex", VALIDATOR_INDEX_ID);
}

function stakeOn(world: World, address: Address, amount: bigint): ObjectId {
  const kind = { kind: "AddStake", address, coin_ref: world.coin(bob, 0), amount } as const;
  return created(world.run(bob, kind, [world.coin(bob, 1)]), "StakedSoma")[0]!;
}

function committee(world: World): Address[] {
  return index(world).active.map(({ address }) => address);
}

describe("stake below the limits", () => {
  test("low stake is borne for seven epochs, very low not at all", () => {
    for (const [kept, epochs] of [
      [60n, 8],
      [10n, 1],
    ] as const) {
      const world = new World();
      world.run(alice, joining());
      const stake = stakeOn(world, alice, 400n * SOMA);
      stakeOn(world, alice, kept * SOMA);
      world.endEpoch();
      expect(committee(world)).toContain(alice);
      world.run(bob, { kind: "WithdrawStake", staked_soma: world.ref(stake) });
      let count = 0;
      // Short epochs, so that pay does not lift the stake over the limit.
      for (; committee(world).includes(alice) && count < 20; count++) world.endEpoch(1n);
      expect(count).toBe(epochs);
    }
  });
});

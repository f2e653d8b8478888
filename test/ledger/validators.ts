/**
 * Validators in tests of the ledger: the keys of one that joins, its pool, and who backs it.
 *
 * @module
 */
import { present } from "../../src/base/assert.ts";
import { blsKeygen, blsPublicKey } from "../../src/crypto/bls.ts";
import { proveBlsPossession } from "../../src/crypto/pop.ts";
import type { Address, ObjectId } from "../../src/types/address.ts";
import { type ContentOf, poolEntryId, VALIDATOR_INDEX_ID } from "../../src/types/entry.ts";
import type { KindOf } from "../../src/types/transaction-kind.ts";
import { account, bytesOf, joiningAs } from "./fixtures.ts";
import { created, type World } from "./world.ts";

const BACKER = account("bob");
const SECRET = blsKeygen(bytesOf("alice's protocol key", 32));

/** Alice's protocol key, and that she has its secret. */
export const PROTOCOL_KEY: Uint8Array = blsPublicKey(SECRET);
export const PROOF: Uint8Array = proveBlsPossession(SECRET, account("alice"));

/** What makes Alice a candidate, but for what `changes` say. */
export function joining(changes: Partial<KindOf<"AddValidator">> = {}): KindOf<"AddValidator"> {
  return { ...joiningAs("alice", PROTOCOL_KEY, PROOF), ...changes };
}

/** The list of all validators. */
export function validatorIndex(world: World): ContentOf<"ValidatorIndex"> {
  return world.content("ValidatorIndex", VALIDATOR_INDEX_ID);
}

/** Who validates. */
export function committee(world: World): Address[] {
  return validatorIndex(world).active.map(({ address }) => address);
}

/** The id of the pool of somebody who validates, wants to, or did. */
export function poolIdOf(world: World, address: Address): ObjectId {
  const { active, candidates, inactive } = validatorIndex(world);
  const found = [...active, ...candidates, ...inactive].find((one) => one.address === address);
  return present(found, "a validator").pool_id;
}

/** That pool. */
export function poolOf(world: World, address: Address): ContentOf<"Pool"> {
  return world.content("Pool", poolEntryId(poolIdOf(world, address)));
}

/** Bob stakes with a validator; the receipt. */
export function stakeOn(world: World, address: Address, amount: bigint): ObjectId {
  const kind = { kind: "AddStake", address, coin_ref: world.coin(BACKER, 0), amount } as const;
  return created(world.run(BACKER, kind, [world.coin(BACKER, 1)]), "StakedSoma")[0]!;
}

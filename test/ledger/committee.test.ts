/**
 * The committee as the state has it: sorted by key, with addresses that others can use.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { committeeOf, validatorAt } from "../../src/ledger/committee.ts";
import { VALIDATOR_INDEX_ID } from "../../src/types/entry.ts";
import { account, genesisValidator, VALIDATORS } from "./fixtures.ts";
import { World } from "./world.ts";

test("has every validator with its keys and power, sorted by protocol key", () => {
  const world = new World();
  const { epoch, members } = committeeOf(world);
  expect(epoch).toBe(0n);
  expect(members).toEqual(world.genesis.committee.members);
  const keys = members.map((member) => member.protocol_key.toHex());
  expect(keys).toEqual(keys.toSorted((left, right) => (left < right ? -1 : 1)));
  for (const name of VALIDATORS) {
    const member = members.find(({ address }) => address === account(name))!;
    const { network_pubkey, worker_pubkey, primary_address } = genesisValidator(name);
    expect(member).toMatchObject({
      network_key: network_pubkey,
      worker_key: worker_pubkey,
      consensus_address: primary_address,
      hostname: name,
      voting_power: 2_500,
    });
  }
});

test("finds the entry of a validator by its pool", () => {
  const world = new World();
  for (const { address, pool_id } of world.content("ValidatorIndex", VALIDATOR_INDEX_ID).active) {
    expect(validatorAt(world, pool_id).metadata.soma_address).toBe(address);
  }
});

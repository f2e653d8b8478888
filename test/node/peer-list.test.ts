/**
 * Whom a node talks to: validators by the keys that they have and by those that they are to have,
 * and, if it is one of them, those that may follow it.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import { type ContentReader, readContent } from "../../src/ledger/view.ts";
import { listPeers, listValidators } from "../../src/node/peer-list.ts";
import { SimDisk } from "../../src/simulator/disk.ts";
import { VALIDATOR_INDEX_ID, validatorEntryId } from "../../src/types/entry.ts";
import { network, NodeUnderTest } from "./network.ts";

const setup = network();
const { reader: state } = new SimDisk(setup.genesis);
const { committee } = new NodeUnderTest(setup, 0).node.epoch.setting;
const KEYS = committee.members.map(({ network_key }) => network_key.toHex());
const OBSERVER = "ob".padEnd(64, "0");
const NEXT = new Uint8Array(32).fill(9);

/** The state after a validator has staged another network key, and perhaps another address. */
function staging(authority: number, moves?: string): ContentReader {
  const index = present(readContent(state, "ValidatorIndex", VALIDATOR_INDEX_ID), "validators");
  const { address } = committee.members[authority]!;
  const active = index.active.find((one) => one.address === address);
  const id = validatorEntryId(present(active, "its place").pool_id);
  const entry = present(readContent(state, "Validator", id), "the validator");
  const metadata = {
    ...entry.metadata,
    next_epoch_network_pubkey: NEXT,
    next_epoch_primary_address: moves,
  };
  const content = { ...entry, metadata };
  return { find: (other) => (other === id ? { content } : state.find(other)) };
}

describe("validators", () => {
  test("are the committee, once each, where the chain says", () => {
    const listed = listValidators(committee, state);
    expect(listed.map(({ key }) => key)).toEqual(KEYS);
    expect(listed[0]!.address).toBe(committee.members[0]!.consensus_address);
  });

  test("are known by a staged key as well, at the address that goes with it", () => {
    const same = listValidators(committee, staging(2));
    expect(same.map(({ key }) => key)).toEqual([...KEYS, NEXT.toHex()]);
    const address = committee.members[2]!.consensus_address;
    expect(same.at(-1)).toEqual({ key: NEXT.toHex(), address, fromEpoch: 1n });
    const moved = listValidators(committee, staging(2, "/ip4/10.1.1.1/tcp/1"));
    expect(moved.at(-1)!.address).toBe("/ip4/10.1.1.1/tcp/1");
  });

  test("of an epoch are listed beside those of the next, which the state is in", () => {
    const members = committee.members.slice(1);
    const left = { ...committee.members[0]!, network_key: new Uint8Array(32).fill(3) };
    const listed = listValidators({ ...committee, members: [left, ...members] }, state);
    expect(listed.map(({ key }) => key)).toEqual(["03".repeat(32), ...KEYS.slice(1), KEYS[0]!]);
  });
});

describe("the peers of a node", () => {
  const observers = [OBSERVER, KEYS[1]!];

  test("of the committee are the others, and those that may follow", () => {
    const own = { shown: KEYS[3]!, held: [KEYS[3]!, NEXT.toHex()] };
    const { isValidator, validators, guests } = listPeers(committee, staging(3), own, observers);
    expect(isValidator).toBe(true);
    expect(validators.map(({ key }) => key)).toEqual(KEYS.slice(0, 3));
    expect(guests).toEqual([OBSERVER]);
  });

  test("outside of it are all validators, and those that its operator lets follow", () => {
    const own = { shown: "ab".repeat(32), held: [] };
    const { isValidator, validators, guests } = listPeers(committee, state, own, observers);
    expect(isValidator).toBe(false);
    expect(validators.map(({ key }) => key)).toEqual(KEYS);
    expect(guests).toEqual([OBSERVER]);
  });
});

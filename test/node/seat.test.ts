/**
 * A seat is taken by all three keys of a member, whichever of the held ones they are.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import { fromHex } from "../../src/base/bytes.ts";
import { findSeat, type HeldKeys, isNamed } from "../../src/node/seat.ts";
import { currentEpoch } from "../../src/node/state.ts";
import { network, NodeUnderTest } from "./network.ts";

const setup = network();
const { node } = new NodeUnderTest(setup, 0);
const { committee } = currentEpoch(node.config, node.chain);

/** The keys of a validator, by its place in the setup. */
function keysOf(index: number): HeldKeys {
  const { peer, identity } = setup.nodes[index]!;
  const worker = present(identity, "a validator");
  return { network: [peer], protocol: [worker.protocolKey], worker: [worker] };
}

/** Keys that no committee has; of each kind others. */
const STRANGE: HeldKeys = {
  network: ["ab".repeat(32)],
  protocol: [new Uint8Array(96)],
  worker: [{ workerKey: new Uint8Array(32), sign: (message) => message }],
};

function together(one: HeldKeys, other: HeldKeys): HeldKeys {
  return {
    network: [...one.network, ...other.network],
    protocol: [...one.protocol, ...other.protocol],
    worker: [...one.worker, ...other.worker],
  };
}

test("a seat is found among more keys, with the three that the member has", () => {
  const own = keysOf(2);
  for (const held of [own, together(own, STRANGE), together(STRANGE, own)]) {
    const seat = present(findSeat(committee, held), "the seat");
    const member = committee.members[seat.authority]!;
    expect(member.network_key).toEqual(fromHex(own.network[0]!));
    expect(seat.identity.protocolKey).toEqual(member.protocol_key);
    expect(seat.identity.workerKey).toEqual(member.worker_key);
    const message = Uint8Array.of(1, 2, 3);
    expect(seat.identity.sign(message)).toEqual(own.worker[0]!.sign(message));
  }
});

test("two of three keys are a name and no seat; those of two members neither", () => {
  const own = keysOf(1);
  for (const kind of ["network", "protocol", "worker"] as const) {
    const held = { ...own, [kind]: STRANGE[kind] };
    expect(findSeat(committee, held)).toBeUndefined();
    expect(isNamed(committee, held)).toBe(true);
  }
  const mixed = { ...own, worker: keysOf(2).worker };
  expect(findSeat(committee, mixed)).toBeUndefined();
  expect(isNamed(committee, STRANGE)).toBe(false);
  expect(findSeat(committee, STRANGE)).toBeUndefined();
});

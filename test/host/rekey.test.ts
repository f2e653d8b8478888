/**
 * A validator that changes all of its keys at the end of an epoch, in a network of real sockets and
 * databases. It goes on without a new start; one that missed the end of the epoch finds back.
 *
 * @module
 */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";

import { present } from "../../src/base/assert.ts";
import { toHex } from "../../src/base/bytes.ts";
import { createLogger } from "../../src/base/log.ts";
import { NO_METADATA_CHANGES } from "../../src/client/actions.ts";
import { blsKeygen, blsPublicKey } from "../../src/crypto/bls.ts";
import { ed25519PublicKey } from "../../src/crypto/ed25519.ts";
import { proveBlsPossession } from "../../src/crypto/pop.ts";
import { type NodeSettings, readConfig, writeConfig } from "../../src/host/config.ts";
import { replaceFile } from "../../src/host/files.ts";
import { BLS_KEY, ED25519_KEY } from "../../src/host/key-pairs.ts";
import { type RunningNode, startNode } from "../../src/host/run-node.ts";
import type { CommitteeMember } from "../../src/types/committee.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";
import {
  type Account,
  account,
  ALICE,
  BOB,
  coinsOf,
  execute,
  heightOf,
  sign,
  startNetwork,
  type TestNetwork,
  transfer,
  until,
  writeNetwork,
} from "./network.ts";

// A network takes a second; a busy machine many.
setDefaultTimeout(60_000);

const CHANGING = 3;
const OWNER: Account = account(`account ${CHANGING}`);
const directory = temporaryDirectory();
/** What nodes have warned of. */
const warnings: string[] = [];
const log = createLogger({ level: "warn", write: (line) => warnings.push(line) });
let network: TestNetwork;
let settings: NodeSettings;
/** The node that changes its keys; it may have been started again. */
let node: RunningNode;

type Keys = Readonly<Record<"protocol" | "worker" | "network", Uint8Array>>;

beforeAll(async () => {
  writeNetwork(directory);
  const path = join(directory, `node-${CHANGING}.yaml`);
  const nextKeys = {
    protocol: join(directory, "next-protocol.key"),
    worker: join(directory, "next-worker.key"),
    network: join(directory, "next-network.key"),
  };
  writeConfig(path, { ...readConfig(path), nextKeys });
  settings = readConfig(path);
  network = await startNetwork(directory, { log });
  node = network.validators[CHANGING]!;
});

afterAll(async () => {
  await node.stop();
  await network.stop();
  removeTemporary();
});

function drawKeys(name: string): Keys {
  const seed = (kind: string): Uint8Array => account(`${name} ${kind}`).seed;
  return { protocol: blsKeygen(seed("bls")), worker: seed("worker"), network: seed("network") };
}

/** Puts keys where the validator looks for them. */
function provide({ protocol, worker, network: peer }: Keys): void {
  const files = present(settings.nextKeys, "the files");
  const write = (path: string | undefined, text: string): void =>
    replaceFile(present(path, "a file"), new TextEncoder().encode(`${text}\n`));
  write(files.protocol, BLS_KEY.format(protocol));
  write(files.worker, ED25519_KEY.format(worker));
  write(files.network, ED25519_KEY.format(peer));
}

/** Says on the chain that the next epoch is to know the validator by these keys. */
async function stage({ protocol, worker, network: peer }: Keys): Promise<void> {
  const kind = {
    kind: "UpdateValidatorMetadata",
    ...NO_METADATA_CHANGES,
    next_epoch_protocol_pubkey: blsPublicKey(protocol),
    next_epoch_worker_pubkey: ed25519PublicKey(worker),
    next_epoch_network_pubkey: ed25519PublicKey(peer),
    next_epoch_proof_of_possession: proveBlsPossession(protocol, OWNER.address),
  } as const;
  const gas = present(coinsOf(network.fullnode, OWNER)[0], "a coin");
  const data = { kind, sender: OWNER.address, gas_payment: [gas] };
  const { executed } = await execute(network.fullnode, sign(OWNER, data));
  expect(executed.effects.status).toEqual({ kind: "Success" });
}

async function pay(): Promise<void> {
  const coin = present(coinsOf(network.fullnode, ALICE)[0], "a coin");
  await execute(network.fullnode, transfer(ALICE, coin, BOB, 1n));
}

/** Ends the epoch, and waits until `nodes` have begun the next. */
async function advance(nodes: readonly RunningNode[]): Promise<void> {
  const next = network.fullnode.epoch() + 1n;
  for (const one of nodes) one.advanceEpoch();
  await until(() => [...nodes, network.fullnode].every((one) => one.epoch() === next));
}

function member(): CommitteeMember {
  const { reader } = network.fullnode;
  const { committee } = present(reader.epoch(network.fullnode.epoch()), "the epoch");
  return present(
    committee.members.find(({ address }) => address === OWNER.address),
    "its seat",
  );
}

/** Whether the node has signed the last checkpoint of the fullnode. */
function hasSigned(): boolean {
  const { sequence_number: last } = network.fullnode.reader.latest().summary;
  const { certificate } = present(network.fullnode.reader.checkpoint(last), "a checkpoint");
  const { committee } = present(network.fullnode.reader.epoch(certificate.epoch), "the epoch");
  const { address } = member();
  return certificate.signers.some((signer) => committee.members[signer]?.address === address);
}

test("it takes all of its new keys as the epoch begins, and four of four go on", async () => {
  const keys = drawKeys("first");
  await stage(keys);
  // The operator hears in time of what would cost the seat.
  await until(() => warnings.join("").includes("no seat in the next epoch"));
  provide(keys);
  await advance(network.validators);
  expect(member().protocol_key).toEqual(blsPublicKey(keys.protocol));
  expect(node.peerKey).toBe(toHex(ed25519PublicKey(keys.network)));
  const others = [...network.validators.slice(0, CHANGING), network.fullnode];
  const isPeer = (one: RunningNode): boolean =>
    one.stats().transport.peers.some(({ key, connected }) => key === node.peerKey && connected);
  await until(() => others.every(isPeer));
  await pay();
  // The three that are left make no quorum without it.
  await network.validators[0]!.stop();
  await pay();
  expect(hasSigned()).toBe(true);
  await until(() => heightOf(node) >= heightOf(network.fullnode));
});

test("it shows the other network key when nobody takes the one it had", async () => {
  const { protocol, worker, network: networkKey } = drawKeys("first");
  settings = { ...settings, networkKey, validator: { protocol, worker } };
  const away = readConfig(join(directory, "node-0.yaml"));
  const others = [
    await startNode(away, { verifier: network.verifier }),
    ...network.validators.slice(1, CHANGING),
  ];
  network = { ...network, nodes: [...others, network.fullnode] };
  const keys = drawKeys("second");
  await stage(keys);
  await node.stop();
  await advance(others);
  provide(keys);
  node = await startNode(settings, { verifier: network.verifier });
  expect(node.peerKey).toBe(toHex(ed25519PublicKey(networkKey)));
  await until(() => node.epoch() === network.fullnode.epoch());
  expect(node.peerKey).toBe(toHex(ed25519PublicKey(keys.network)));
  await until(() => node.stats().consensus !== undefined);
  await others[0]!.stop();
  await pay();
  expect(hasSigned()).toBe(true);
});

test("it follows while it has none of the keys of its seat, and takes it once it has", async () => {
  warnings.length = 0;
  await node.stop();
  const others = [
    await startNode(readConfig(join(directory, "node-0.yaml")), { verifier: network.verifier }),
    ...network.validators.slice(1, CHANGING),
  ];
  network = { ...network, nodes: [...others, network.fullnode] };
  const { protocol, network: networkKey } = drawKeys("second");
  const { worker } = drawKeys("unknown");
  settings = { ...settings, networkKey, validator: { protocol, worker } };
  provide({ ...drawKeys("second"), worker: drawKeys("third").worker });
  node = await startNode(settings, { verifier: network.verifier, log });
  await pay();
  await until(() => heightOf(node) >= heightOf(network.fullnode));
  expect(node.stats().consensus).toBeUndefined();
  expect(warnings.join("")).toContain("by other keys than it has");
  provide(drawKeys("second"));
  await advance(others);
  await until(() => node.stats().consensus !== undefined);
});

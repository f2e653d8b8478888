/**
 * Nodes that know only validators of long ago, in a network whose validators all have other network
 * keys: by seed peers, or by those they knew last, they fetch the whole chain.
 *
 * @module
 */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";

import { present } from "../../src/base/assert.ts";
import { toHex } from "../../src/base/bytes.ts";
import { NO_METADATA_CHANGES } from "../../src/client/actions.ts";
import { ed25519PublicKey } from "../../src/crypto/ed25519.ts";
import { type NodeSettings, readConfig, writeConfig } from "../../src/host/config.ts";
import { replaceFile } from "../../src/host/files.ts";
import { ED25519_KEY } from "../../src/host/key-pairs.ts";
import { type RunningNode, startNode } from "../../src/host/run-node.ts";
import type { SeedPeer } from "../../src/host/seed-peers.ts";
import { checkpointDigest } from "../../src/types/checkpoint.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";
import {
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
  VALIDATORS,
  writeNetwork,
} from "./network.ts";

// A network takes a second; a busy machine many.
setDefaultTimeout(60_000);

const FULLNODE = VALIDATORS;
const SECOND = account("second fullnode");
const directory = temporaryDirectory();
const nextKey = (index: number): Uint8Array => account(`next network ${index}`).seed;
let network: TestNetwork;

beforeAll(async () => {
  writeNetwork(directory);
  for (let index = 0; index < VALIDATORS; index++) giveNextKey(index);
  const path = join(directory, `node-${FULLNODE}.yaml`);
  const observers = [toHex(SECOND.publicKey)];
  writeConfig(path, { ...readConfig(path), observers });
  network = await startNetwork(directory);
  for (let index = 0; index < VALIDATORS; index++) await stage(index);
  for (const validator of network.validators) validator.advanceEpoch();
  await until(() => network.nodes.every((node) => node.epoch() === 1n));
  await pay();
});

afterAll(async () => {
  await network.stop();
  removeTemporary();
});

function settingsOf(index: number): NodeSettings {
  return readConfig(join(directory, `node-${index}.yaml`));
}

function giveNextKey(index: number): void {
  const file = join(directory, `next-${index}.key`);
  replaceFile(file, new TextEncoder().encode(`${ED25519_KEY.format(nextKey(index))}\n`));
  const nextKeys = { network: file };
  writeConfig(join(directory, `node-${index}.yaml`), { ...settingsOf(index), nextKeys });
}

async function stage(index: number): Promise<void> {
  const owner = account(`account ${index}`);
  const gas = present(coinsOf(network.fullnode, owner)[0], "a coin");
  const next_epoch_network_pubkey = ed25519PublicKey(nextKey(index));
  const changes = { ...NO_METADATA_CHANGES, next_epoch_network_pubkey };
  const kind = { kind: "UpdateValidatorMetadata", ...changes } as const;
  const data = { kind, sender: owner.address, gas_payment: [gas] };
  const { executed } = await execute(network.fullnode, sign(owner, data));
  expect(executed.effects.status).toEqual({ kind: "Success" });
}

async function pay(): Promise<void> {
  const coin = present(coinsOf(network.fullnode, ALICE)[0], "a coin");
  await execute(network.fullnode, transfer(ALICE, coin, BOB, 1n));
}

/** A validator by the key it has now. */
function seedOf(index: number): SeedPeer {
  return { key: toHex(ed25519PublicKey(nextKey(index))), address: settingsOf(index).listen };
}

/** The last round that a validator has signed in this epoch, by the first one's disk. */
function lastRound(index: number): number {
  const { reader } = network.fullnode;
  const { committee } = present(reader.epoch(1n), "the epoch");
  const key = seedOf(index).key;
  const author = committee.members.findIndex((member) => toHex(member.network_key) === key);
  const database = new Database(join(settingsOf(0).consensusDbPath, "consensus.db"));
  const sql = "select max(round) as round from blocks where epoch = 1 and author = ?";
  const row = database.query<{ round: number | null }, [number]>(sql).get(author);
  database.close();
  return row?.round ?? 0;
}

/** A seed that nobody answers for. */
const DEAD: SeedPeer = { key: "ab".repeat(32), address: { host: "127.0.0.1", port: 9 } };

/** Starts a node, has it follow to the end, and returns what `then` makes of it. */
async function catchUp(
  settings: NodeSettings,
  then: (node: RunningNode) => Promise<void> = async () => undefined,
): Promise<void> {
  const node = await startNode(settings, { verifier: network.verifier });
  try {
    await until(() => heightOf(node) >= heightOf(network.fullnode));
    const { summary } = node.reader.latest();
    const same = present(network.fullnode.reader.checkpoint(summary.sequence_number), "the same");
    expect(checkpointDigest(summary)).toBe(checkpointDigest(same.summary));
    await then(node);
  } finally {
    await node.stop();
  }
}

function second(seeds: readonly SeedPeer[]): NodeSettings {
  const dbPath = temporaryDirectory();
  const { seed: networkKey } = SECOND;
  return { ...settingsOf(FULLNODE), networkKey, dbPath, consensusDbPath: dbPath, seeds };
}

test("a new fullnode finds the network by any of its seeds, and then its validators", async () => {
  const index = 2;
  await network.validators[index]!.stop();
  const settings = settingsOf(index);
  const observers = [...settings.observers, toHex(SECOND.publicKey)];
  const nodes = [...network.validators];
  nodes[index] = await startNode({ ...settings, observers }, { verifier: network.verifier });
  network = { ...network, nodes: [...nodes, network.fullnode], validators: nodes };
  await catchUp(second([DEAD, seedOf(index)]), async (node) => {
    await pay();
    await until(() => heightOf(node) >= heightOf(network.fullnode));
  });
});

test("a fullnode serves those that it lists, as the only one that is asked", async () => {
  const { peerKey: key, port } = network.fullnode;
  await catchUp(second([{ key, address: { host: "127.0.0.1", port } }]));
});

test("a validator that lost everything but its configuration takes part again", async () => {
  const index = 3;
  await network.validators[index]!.stop();
  const { dbPath, consensusDbPath } = settingsOf(index);
  const last = lastRound(index);
  for (const path of [dbPath, consensusDbPath]) rmSync(path, { recursive: true });
  // The operator has put the key into its place since.
  const settings = { ...settingsOf(index), networkKey: nextKey(index), seeds: [seedOf(0), DEAD] };
  await catchUp(settings, async () => {
    // It signs again when enough others have said what it has signed before.
    await until(() => lastRound(index) > last + 3);
    await network.validators[0]!.stop();
    // The others are no quorum without it.
    await pay();
  });
});

test("a node that lost its ledger finds those that it knew last", async () => {
  const index = 1;
  await network.validators[index]!.stop();
  const { dbPath } = settingsOf(index);
  for (const suffix of ["", "-wal", "-shm"]) {
    rmSync(join(dbPath, `ledger.db${suffix}`), { force: true });
  }
  await catchUp({ ...settingsOf(index), networkKey: nextKey(index) });
});

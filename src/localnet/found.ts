/**
 * Founds a local network in a directory, or opens the one that is there. A network is whole when
 * its record is written, which happens last; what a crash leaves before that is swept away.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { toHex } from "../base/bytes.ts";
import { SomaError } from "../base/errors.ts";
import type { BlobStore } from "../blobs/store.ts";
import { ed25519PublicKey } from "../crypto/ed25519.ts";
import { type NodeSettings, readConfig, writeConfig } from "../host/config.ts";
import { readGenesisFile, signGenesis, writeGenesisFile } from "../host/genesis-file.ts";
import { buildGenesis } from "../ledger/genesis/build.ts";
import type { ModelConfig } from "../model/config.ts";
import { sizeForDim } from "../scoring/sizes.ts";
import type { GenesisBlob } from "../types/genesis.ts";
import { DATABASES, GENESIS, type Layout, validatorPath } from "./layout.ts";
import { type NetworkRecord, readNetworkRecord, writeNetworkRecord } from "./network-file.ts";
import type { Founder, NetworkPlan } from "./plan.ts";
import { LOOPBACK, type ServiceName } from "./ports.ts";

/** A network in its files. */
export type Network = {
  readonly record: NetworkRecord;
  readonly validators: readonly NodeSettings[];
  readonly fullnode: NodeSettings;
};

const KEY_NAME_DIGITS = 12;

/** The network in a directory, or `undefined` when there is none. */
export function openNetwork(layout: Layout): Network | undefined {
  const record = readNetworkRecord(layout.network);
  if (record === undefined) return undefined;
  const numbers = Array.from({ length: record.committee_size }, (_, number) => number);
  return {
    record,
    validators: numbers.map((number) => readConfig(validatorPath(layout, number))),
    fullnode: readConfig(layout.fullnode),
  };
}

/** The size of the models in a network, by its genesis. */
export function modelOf({ genesis }: Layout): ModelConfig {
  const contents = readGenesisFile(genesis).objects.map(({ content }) => content);
  const parameters = contents.find((content) => content.kind === "Parameters");
  return sizeForDim(Number(present(parameters, "parameters").protocol.target_embedding_dim));
}

/** Writes a network that does not exist yet. */
export async function foundNetwork(
  layout: Layout,
  plan: NetworkPlan,
  ports: Readonly<Record<ServiceName, number>>,
  blobs: BlobStore,
): Promise<void> {
  for (const blob of plan.blobs) await blobs.write(whole(blob), { bytesMax: blob.length });
  writeGenesisFile(layout.genesis, foundChain(plan));
  const observer = toHex(ed25519PublicKey(plan.fullnode));
  for (const [number, founder] of plan.founders.entries()) {
    writeConfig(validatorPath(layout, number), validatorSettings(founder, observer));
  }
  writeConfig(layout.fullnode, fullnodeSettings(plan.fullnode, ports.rpc));
  writeNetworkRecord(layout.network, {
    committee_size: plan.founders.length,
    ports,
    account_keys: { faucet: plan.faucet, demo: plan.demo },
  });
}

function foundChain(plan: NetworkPlan): GenesisBlob {
  const genesis = buildGenesis(plan.genesis);
  if (genesis.ok) {
    const keys = plan.founders.map((founder) => founder.keys.protocol);
    return signGenesis(genesis.value, keys);
  }
  throw new SomaError("genesis_invalid", `such a network cannot begin: ${genesis.error}`);
}

// Paths are relative, so that the directory can be moved.
function validatorSettings({ keys, port }: Founder, observer: string): NodeSettings {
  const name = keys.protocol.publicKey.toHex().slice(0, KEY_NAME_DIGITS);
  return {
    networkKey: keys.network,
    validator: { protocol: keys.protocol.secretKey, worker: keys.worker },
    accountKey: keys.account,
    dbPath: `${DATABASES.ledger}/${name}`,
    consensusDbPath: `${DATABASES.consensus}/${name}`,
    listen: { host: LOOPBACK, port },
    observers: [observer],
    genesisPath: GENESIS,
    rpcAddress: undefined,
  };
}

function fullnodeSettings(networkKey: Uint8Array, rpcPort: number): NodeSettings {
  return {
    networkKey,
    validator: undefined,
    accountKey: undefined,
    dbPath: DATABASES.fullnode,
    consensusDbPath: DATABASES.fullnode,
    // Nobody calls a node that only follows.
    listen: { host: LOOPBACK, port: 0 },
    observers: [],
    genesisPath: GENESIS,
    rpcAddress: { host: LOOPBACK, port: rpcPort },
  };
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

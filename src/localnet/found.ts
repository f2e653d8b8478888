/**
 * Founds a local network in a directory, or opens the one that is there. A network is whole when
 * its record is written, which happens last; what a crash leaves before that is swept away.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { BlobStore } from "../blobs/store.ts";
import { type NodeSettings, readConfig, writeConfig } from "../host/config.ts";
import { signGenesis, writeGenesisFile } from "../host/genesis-file.ts";
import { buildGenesis } from "../ledger/genesis/build.ts";
import { DATABASES, type Layout, validatorPath } from "./layout.ts";
import { type NetworkRecord, readNetworkRecord, writeNetworkRecord } from "./network-file.ts";
import { type Founder, type NetworkPlan } from "./plan.ts";
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

/** Writes a network that does not exist yet. */
export async function foundNetwork(
  layout: Layout,
  plan: NetworkPlan,
  ports: Readonly<Record<ServiceName, number>>,
  blobs: BlobStore,
): Promise<void> {
  for (const blob of plan.blobs) await blobs.write(whole(blob), { bytesMax: blob.length });
  const genesis = buildGenesis(plan.genesis);
  if (!genesis.ok) {
    throw new SomaError("genesis_invalid", `such a network cannot begin: ${genesis.error}`);
  }
  const keys = plan.founders.map((founder) => founder.keys.protocol);
  writeGenesisFile(layout.genesis, signGenesis(genesis.value, keys));
  const common = { observers: [], genesisPath: layout.genesis, rpcAddress: undefined };
  for (const [number, founder] of plan.founders.entries()) {
    writeConfig(validatorPath(layout, number), { ...common, ...validatorSettings(founder) });
  }
  writeConfig(layout.fullnode, { ...common, ...fullnodeSettings(plan.fullnode, ports.rpc) });
  writeNetworkRecord(layout.network, {
    committee_size: plan.founders.length,
    ports,
    account_keys: { faucet: plan.faucet, demo: plan.demo },
  });
}

type OwnSettings = Omit<NodeSettings, "observers" | "genesisPath">;

// TODO-free: paths are relative, so that the directory can be moved.
function validatorSettings({ keys, port }: Founder): OwnSettings {
  const name = keys.protocol.publicKey.toHex().slice(0, KEY_NAME_DIGITS);
  return {
    networkKey: keys.network,
    validator: { protocol: keys.protocol.secretKey, worker: keys.worker },
    accountKey: keys.account,
    dbPath: `${DATABASES.ledger}/${name}`,
    consensusDbPath: `${DATABASES.consensus}/${name}`,
    listen: { host: LOOPBACK, port },
    rpcAddress: undefined,
  };
}

function fullnodeSettings(networkKey: Uint8Array, rpcPort: number): OwnSettings {
  return {
    networkKey,
    validator: undefined,
    accountKey: undefined,
    dbPath: DATABASES.fullnode,
    consensusDbPath: DATABASES.fullnode,
    // Nobody calls a fullnode that only follows.
    listen: { host: LOOPBACK, port: 0 },
    rpcAddress: { host: LOOPBACK, port: rpcPort },
  };
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/**
 * A real network for tests of this room: four validators and a fullnode, each with its own keys,
 * sockets and databases, in one directory that can be started again.
 *
 * @module
 */
import { join } from "node:path";

import { present } from "../../src/base/assert.ts";
import { toHex } from "../../src/base/bytes.ts";
import { createLogger, type Logger } from "../../src/base/log.ts";
import { ed25519Address } from "../../src/crypto/address.ts";
import { blsKeygen, blsPublicKey } from "../../src/crypto/bls.ts";
import { blake2b256 } from "../../src/crypto/digest.ts";
import { ed25519PublicKey, ed25519Sign } from "../../src/crypto/ed25519.ts";
import { proveBlsPossession } from "../../src/crypto/pop.ts";
import { encodeUserSignature } from "../../src/crypto/user-signature.ts";
import { type NodeSettings, readConfig, writeConfig } from "../../src/host/config.ts";
import { signGenesis, writeGenesisFile } from "../../src/host/genesis-file.ts";
import { formatMultiaddr } from "../../src/host/multiaddr.ts";
import { type NodeOptions, type RunningNode, startNode } from "../../src/host/run-node.ts";
import { Verifier } from "../../src/host/verifier.ts";
import { buildGenesis } from "../../src/ledger/genesis/build.ts";
import type { GenesisModel, GenesisValidator } from "../../src/ledger/genesis/config.ts";
import type { ExecuteOutcome } from "../../src/node/io.ts";
import type { LedgerReader } from "../../src/rpc/reader.ts";
import { type Address, toAddress } from "../../src/types/address.ts";
import type { GenesisBlob } from "../../src/types/genesis.ts";
import { type ObjectRef, referenceTo } from "../../src/types/object.ts";
import {
  type SignedTransaction,
  signingDigest,
  type TransactionData,
} from "../../src/types/transaction.ts";

/** Shannons in one SOMA. */
export const SOMA: bigint = 1_000_000_000n;
export const VALIDATORS = 4;
/** How many coins of 100 SOMA each account begins with. */
const COINS = 8;
const HOST = "127.0.0.1";

/** An account of a test. */
export type Account = {
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly address: Address;
};

/** What a test may choose of a network. */
export type NetworkOptions = {
  readonly accounts?: readonly Account[];
  readonly models?: readonly GenesisModel[];
  readonly epochDurationMs?: bigint;
  readonly startMs?: number;
};

/** The nodes of a network that runs: the fullnode comes last. */
export type TestNetwork = {
  readonly nodes: readonly RunningNode[];
  readonly validators: readonly RunningNode[];
  readonly fullnode: RunningNode;
  readonly verifier: Verifier;
  readonly stop: () => Promise<void>;
};

/** The account that a name determines. */
export function account(name: string): Account {
  const seed = blake2b256(new TextEncoder().encode(name));
  const publicKey = ed25519PublicKey(seed);
  return { seed, publicKey, address: toAddress(ed25519Address(publicKey)) };
}

export const ALICE: Account = account("alice");
export const BOB: Account = account("bob");
const OBSERVER = account("observer");

/** Writes the configurations and the genesis file of a new network into a directory. */
export function writeNetwork(directory: string, options: NetworkOptions = {}): void {
  const validators = validatorSettings(directory, freePorts(VALIDATORS));
  const genesisPath = join(directory, "genesis.blob");
  const fullnode: NodeSettings = {
    networkKey: OBSERVER.seed,
    validator: undefined,
    accountKey: undefined,
    dbPath: join(directory, "fullnode"),
    consensusDbPath: join(directory, "fullnode"),
    listen: { host: HOST, port: 0 },
    observers: [],
    genesisPath,
    rpcAddress: { host: HOST, port: 9_000 },
  };
  for (const [index, one] of [...validators, fullnode].entries()) {
    writeConfig(join(directory, `node-${index}.yaml`), one);
  }
  writeGenesisFile(genesisPath, foundNetwork(validators, options));
}

/** The settings of validators that listen on these ports. */
export function validatorSettings(directory: string, ports: readonly number[]): NodeSettings[] {
  return ports.map((port, index) => {
    const key = (purpose: string): Uint8Array => account(`${purpose} ${index}`).seed;
    return {
      networkKey: key("network"),
      validator: { protocol: blsKeygen(key("protocol")), worker: key("worker") },
      accountKey: key("account"),
      dbPath: join(directory, `validator-${index}`, "ledger"),
      consensusDbPath: join(directory, `validator-${index}`, "consensus"),
      listen: { host: HOST, port },
      observers: [toHex(ed25519PublicKey(OBSERVER.seed))],
      genesisPath: join(directory, "genesis.blob"),
      rpcAddress: undefined,
    };
  });
}

/** The beginning of a network of these validators. */
export function foundNetwork(
  settings: readonly NodeSettings[],
  options: NetworkOptions,
): GenesisBlob {
  const { accounts = [ALICE, BOB], models = [], epochDurationMs, startMs = Date.now() } = options;
  const validators = settings.map(genesisValidator);
  const holders = [
    ...accounts.map(({ address }) => address),
    ...validators.map((one) => one.account),
  ];
  const coins = Array.from({ length: COINS }, () => 100n * SOMA);
  const genesis = buildGenesis({
    chain_start_ms: BigInt(startMs),
    protocol_version: 1n,
    overrides: {
      target_embedding_dim: 16n,
      target_initial_targets_per_epoch: 4n,
      ...(epochDurationMs === undefined ? {} : { epoch_duration_ms: epochDurationMs }),
    },
    validators,
    models,
    allocations: [
      ...validators.map(({ account: recipient }) => ({
        recipient,
        amount: 20_000n * SOMA,
        staked_with_validator: recipient,
      })),
      ...holders.flatMap((recipient) => coins.map((amount) => ({ recipient, amount }))),
    ],
  });
  if (!genesis.ok) throw new Error(genesis.error);
  const founders = settings.map(({ validator }) => {
    const secretKey = present(validator, "a validator").protocol;
    return { secretKey, publicKey: blsPublicKey(secretKey) };
  });
  return signGenesis(genesis.value, founders);
}

function genesisValidator(settings: NodeSettings): GenesisValidator {
  const { protocol, worker } = present(settings.validator, "a validator");
  const owner = toAddress(
    ed25519Address(ed25519PublicKey(present(settings.accountKey, "an account"))),
  );
  const address = formatMultiaddr(settings.listen);
  return {
    account: owner,
    protocol_pubkey: blsPublicKey(protocol),
    proof_of_possession: proveBlsPossession(protocol, owner),
    network_pubkey: ed25519PublicKey(settings.networkKey),
    worker_pubkey: ed25519PublicKey(worker),
    net_address: address,
    p2p_address: address,
    primary_address: address,
    proxy_address: address,
    commission_rate: 200n,
  };
}

/** Starts every node of the network in a directory. */
export async function startNetwork(
  directory: string,
  options: Omit<NodeOptions, "verifier"> = {},
): Promise<TestNetwork> {
  const verifier = new Verifier();
  const nodes: RunningNode[] = [];
  for (let index = 0; index <= VALIDATORS; index++) {
    const settings = readConfig(join(directory, `node-${index}.yaml`));
    const log = testLog().named(index < VALIDATORS ? `validator-${index}` : "fullnode");
    nodes.push(await startNode(settings, { log, ...options, verifier }));
  }
  return {
    nodes,
    validators: nodes.slice(0, VALIDATORS),
    fullnode: present(nodes.at(-1), "the fullnode"),
    verifier,
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
      await verifier.stop();
    },
  };
}

/** SOMA_TEST_LOG=info shows what the nodes of a test say. */
function testLog(): Logger {
  const level = process.env["SOMA_TEST_LOG"] === "info" ? "info" : "silent";
  return createLogger({ level });
}

/** The coins of an account as a node sees them, richest first. */
export function coinsOf({ reader }: RunningNode, { address }: Account): readonly ObjectRef[] {
  return coinsIn(reader, { address });
}

/** The coins of an account in certified state, richest first. */
export function coinsIn(
  reader: LedgerReader,
  { address }: Pick<Account, "address">,
): readonly ObjectRef[] {
  return reader.owned(address, "Coin", { after: undefined, limit: 100 }).items.map(referenceTo);
}

/** All the money in the coins of an account. */
export function balanceOf(node: RunningNode, { address }: Account): bigint {
  const { items } = node.reader.owned(address, "Coin", { after: undefined, limit: 1_000 });
  return items.reduce(
    (sum, { content }) => sum + (content.kind === "Coin" ? content.balance : 0n),
    0n,
  );
}

/** A transfer of part of a coin, which also pays the gas. */
export function transfer(
  from: Account,
  coin: ObjectRef,
  to: Account,
  amount: bigint,
): SignedTransaction {
  return sign(from, {
    kind: { kind: "TransferCoin", coin, amount, recipient: to.address },
    sender: from.address,
    gas_payment: [coin],
  });
}

/** A transaction with its sender's signature. */
export function sign(by: Account, data: TransactionData): SignedTransaction {
  const signature = ed25519Sign(by.seed, signingDigest(data));
  const { publicKey } = by;
  return { data, signatures: [encodeUserSignature({ kind: "Ed25519", signature, publicKey })] };
}

/** Has a transaction executed and expects that it was not refused. */
export async function execute(
  node: RunningNode,
  transaction: SignedTransaction,
): Promise<Extract<ExecuteOutcome, { kind: "Executed" }>> {
  const outcome = await node.runner.execute(transaction, AbortSignal.timeout(30_000));
  if (outcome.kind === "Refused") throw new Error(JSON.stringify(outcome.refusal));
  return outcome;
}

/** Waits until something holds. */
export async function until(holds: () => boolean, timeoutMs = 20_000): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`not in ${timeoutMs} ms: ${String(holds)}`);
    await Bun.sleep(5);
  }
}

/** The sequence number of the last checkpoint of a node. */
export function heightOf(node: RunningNode): bigint {
  return node.reader.latest().summary.sequence_number;
}

/** Ports that are free now; a node takes its own again at every start. */
function freePorts(count: number): number[] {
  const listeners = Array.from({ length: count }, () =>
    Bun.listen({ hostname: HOST, port: 0, socket: { data: () => undefined } }),
  );
  const ports = listeners.map(({ port }) => port);
  for (const listener of listeners) listener.stop();
  return ports;
}

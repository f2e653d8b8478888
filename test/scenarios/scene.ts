/**
 * A stage for scenarios: a simulated network of real nodes, people with coins, and what they do in
 * a line each. Everything goes through the fullnode, as for a client, and is looked at there. The
 * world's checker runs beside it: nodes agree, nothing is sent before it is durable, and all money
 * is accounted for after every checkpoint.
 *
 * @module
 */
import { present } from "../../src/base/assert.ts";
import { toHex } from "../../src/base/bytes.ts";
import { ed25519Address } from "../../src/crypto/address.ts";
import { buildGenesis } from "../../src/ledger/genesis/build.ts";
import type { GenesisConfig, GenesisValidator } from "../../src/ledger/genesis/config.ts";
import { composeSystemState } from "../../src/ledger/system-view.ts";
import { genesisRecord } from "../../src/node/genesis.ts";
import type { NodeConfig } from "../../src/node/state.ts";
import { SIMULATION_LIMITS } from "../../src/protocol/limits.ts";
import type { ProtocolVersions } from "../../src/protocol/versions.ts";
import { simSign, simUserSign } from "../../src/simulator/crypto.ts";
import type { SimNode } from "../../src/simulator/sim-node.ts";
import { type CallEnd, World } from "../../src/simulator/world.ts";
import { type Address, type ObjectId, toAddress } from "../../src/types/address.ts";
import type { TransactionEffects } from "../../src/types/effects.ts";
import {
  type ContentOf,
  type StateContent,
  stateDigest,
  type StateObject,
} from "../../src/types/entry.ts";
import type { ObjectRef } from "../../src/types/object.ts";
import type { SystemState } from "../../src/types/system-state.ts";
import type { TransactionKind } from "../../src/types/transaction-kind.ts";
import {
  type SignedTransaction,
  signingDigest,
  type TransactionData,
} from "../../src/types/transaction.ts";
import { bytesOf, genesisValidator, SOMA, testConfig } from "../ledger/fixtures.ts";

/** What a scene begins with. */
export type SceneOptions = {
  readonly seed?: number;
  readonly validators?: number;
  /** Nodes with the keys of these, which are in no committee yet. */
  readonly candidates?: readonly GenesisValidator[];
  readonly epochDurationMs?: bigint;
  readonly config?: Partial<GenesisConfig>;
  /** The protocol versions that the node at this place can run. */
  readonly versions?: (place: number) => ProtocolVersions;
};

/** People with two coins of 1,000 SOMA each. */
const PEOPLE: readonly string[] = ["alice", "bob", "carol"];

const START_MS = 1_767_225_600_000;
const DAY_MS = 86_400_000n;
const TICK_MS = 100;
/** Virtual time after which a scene is stuck. */
const PATIENCE_MS = 120_000;
const LIMITS = { ...SIMULATION_LIMITS, roundDelayMs: 100, gcDepth: 60 };
const LATENCY = { minMs: 1, maxMs: 10, tailChance: 0, tailMs: 0 };

/** The key that a name stands for. */
function keyOf(name: string): Uint8Array {
  return bytesOf(`account key of ${name}`, 32);
}

/** The address of somebody. */
export function addressOf(name: string): Address {
  return toAddress(ed25519Address(keyOf(name)));
}

/** A validator of a scene: the keys of its name, and the address of its account. */
export function validatorOf(name: string): GenesisValidator {
  return { ...genesisValidator(name), account: addressOf(name) };
}

/** A simulated network with a client. */
export class Scene {
  readonly world: World;

  constructor(options: SceneOptions = {}) {
    const { seed = 1, validators = 4, candidates = [], versions } = options;
    const seats = Array.from({ length: validators }, (_, place) => validatorOf(`v${place}`));
    const built = buildGenesis(configOf(seats, options));
    if (!built.ok) throw new Error(built.error);
    const nodes = [...seats, ...candidates].map(nodeOf);
    const observer: NodeConfig = { peer: toHex(bytesOf("observer", 32)), ...PLAIN };
    this.world = new World({
      seed,
      startMs: START_MS,
      nodes: [...nodes, observer].map((node, place) => ({
        ...node,
        ...(versions && { versions: versions(place) }),
      })),
      genesis: genesisRecord(built.value),
      latency: LATENCY,
      verifyChance: 0,
    });
    for (const node of this.world.nodes) this.world.start(node);
    this.wait(TICK_MS);
  }

  /** The node through which everything is done and seen. */
  get fullnode(): SimNode {
    return present(this.world.nodes.at(-1), "the fullnode");
  }

  /** Nodes that run. */
  get running(): readonly SimNode[] {
    return this.world.nodes.filter(({ node }) => node !== undefined);
  }

  get epoch(): bigint {
    return epochOf(this.fullnode);
  }

  /** The system state as clients read it. */
  get system(): SystemState {
    return composeSystemState(this.fullnode.disk.reader);
  }

  find(id: ObjectId): StateObject | undefined {
    return this.fullnode.disk.reader.find(id);
  }

  content<K extends StateContent["kind"]>(kind: K, id: ObjectId): ContentOf<K> {
    const content = present(this.find(id), `${kind} ${id}`).content;
    if (content.kind !== kind) throw new Error(`${id} is a ${content.kind}, not a ${kind}`);
    return content as ContentOf<K>;
  }

  /** What somebody owns of a kind. */
  owned<K extends StateContent["kind"]>(kind: K, name: string): readonly ObjectRef[] {
    const owner = addressOf(name);
    return [...this.fullnode.disk.liveObjects()]
      .filter(({ content, owner: held }) => {
        return content.kind === kind && held.kind === "AddressOwner" && held.address === owner;
      })
      .map(refOf)
      .toSorted((left, right) => (left.object_id < right.object_id ? -1 : 1));
  }

  coin(name: string, place = 0): ObjectRef {
    return present(this.owned("Coin", name)[place], `coin ${place} of ${name}`);
  }

  ref(id: ObjectId): ObjectRef {
    return refOf(present(this.find(id), `object ${id}`));
  }

  /** Lets time pass. */
  wait(durationMs: number): void {
    this.world.clock.run(durationMs);
  }

  /** Lets time pass until something is so. */
  until(what: string, isSo: () => boolean): void {
    const endMs = this.world.clock.timeMs + PATIENCE_MS;
    while (!isSo()) {
      if (this.world.clock.timeMs > endMs) throw new Error(`it never comes about: ${what}`);
      this.wait(TICK_MS);
    }
  }

  /** Signs what somebody wants to do; a coin pays. */
  sign(
    name: string,
    kind: TransactionKind,
    gas: readonly ObjectRef[] = [this.coin(name)],
  ): SignedTransaction {
    const data: TransactionData = { kind, sender: addressOf(name), gas_payment: gas };
    return { data, signatures: [simUserSign(keyOf(name), signingDigest(data))] };
  }

  /** Sends transactions at once; how each ended. */
  send(...transactions: readonly SignedTransaction[]): readonly CallEnd[] {
    const ends: CallEnd[] = [];
    for (const [place, transaction] of transactions.entries()) {
      this.world.execute(this.fullnode, transaction, (end) => (ends[place] = end));
    }
    const isOver = (): boolean => transactions.every((_, place) => ends[place] !== undefined);
    this.until("every call is answered", isOver);
    return ends;
  }

  /** Does something for somebody; it must be executed, whether it succeeds or not. */
  run(name: string, kind: TransactionKind, gas?: readonly ObjectRef[]): TransactionEffects {
    const [end] = this.send(this.sign(name, kind, gas));
    if (end?.kind === "Executed") return end.executed.effects;
    throw new Error(`${kind.kind} is not executed: ${JSON.stringify(end)}`);
  }

  /** Asks all validators to end the epoch; until every node that runs and has peers is there. */
  endEpoch(): void {
    const next = this.epoch + 1n;
    for (const node of this.running) this.world.input(node, { kind: "AdvanceEpoch" });
    const isThere = (node: SimNode): boolean => epochOf(node) >= next || !this.hasPeers(node);
    this.until(`epoch ${next}`, () => this.epoch >= next && this.running.every(isThere));
  }

  // Whoever is not on the chain yet is a stranger to all.
  private hasPeers({ index }: SimNode): boolean {
    const { network, nodes } = this.world;
    return nodes.some((other) => other.index !== index && network.lane(index, other.index));
  }
}

/** "Success", or the name of the fault. */
export function statusOf({ status }: TransactionEffects): string {
  return status.kind === "Success" ? "Success" : status.error.kind;
}

/** The ids that a transaction created. */
export function createdBy(effects: TransactionEffects): readonly ObjectId[] {
  return effects.changed_objects
    .filter(({ id_operation }) => id_operation === "Created")
    .map(({ object_id }) => object_id);
}

const PLAIN = { identity: undefined, limits: LIMITS };

function nodeOf({ protocol_pubkey, network_pubkey, worker_pubkey }: GenesisValidator): NodeConfig {
  const sign = (message: Uint8Array): Uint8Array => simSign(worker_pubkey, message);
  const identity = { protocolKey: protocol_pubkey, workerKey: worker_pubkey, sign };
  return { peer: toHex(network_pubkey), identity, limits: LIMITS };
}

function configOf(
  seats: readonly GenesisValidator[],
  { candidates = [], epochDurationMs = DAY_MS, config = {} }: SceneOptions,
): GenesisConfig {
  const stakes = seats.map(({ account }) => ({
    recipient: account,
    amount: 20_000n * SOMA,
    staked_with_validator: account,
  }));
  const rich = [...seats, ...candidates].map(({ account }) => ({
    recipient: account,
    amount: 100_000n * SOMA,
  }));
  const coins = [...PEOPLE, ...PEOPLE].map((name) => ({
    recipient: addressOf(name),
    amount: 1_000n * SOMA,
  }));
  return testConfig({
    chain_start_ms: BigInt(START_MS),
    overrides: { ...testConfig().overrides, epoch_duration_ms: epochDurationMs },
    validators: seats,
    allocations: [...stakes, ...rich, ...coins],
    ...config,
  });
}

function epochOf({ node }: SimNode): bigint {
  return present(node, "a running node").epoch.setting.number;
}

function refOf(object: StateObject): ObjectRef {
  return { object_id: object.id, version: object.version, digest: stateDigest(object) };
}

/**
 * The nodes of a local network: validators and one fullnode, each started by the same function as
 * `soma start validator`, with keys, sockets and databases of its own. They share a process and the
 * worker that verifies signatures, nothing else; or each runs that very command, in a process of
 * its own.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { NodeSettings } from "../host/config.ts";
import { type NodeStats, type RunningNode, startNode } from "../host/run-node.ts";
import { Verifier } from "../host/verifier.ts";
import type { Network } from "./found.ts";
import { NodeProcess } from "./node-process.ts";
import { portHolder } from "./port-holder.ts";

/** A node as the network that started it knows it. */
export type NodeHandle = Pick<RunningNode, "epoch" | "advanceEpoch">;

/** The running nodes of a network. */
export type Nodes = {
  readonly validators: readonly NodeHandle[];
  readonly fullnode: NodeHandle;
  /** The fullnode, unless it is a process of its own, which serves clients by itself. */
  readonly here: RunningNode | undefined;
  /** What the nodes of this process do, by name. */
  readonly stats: () => Readonly<Record<string, NodeStats>>;
  /** Rejects when a node stopped because it could not go on. */
  readonly failed: Promise<never>;
  readonly stop: () => Promise<void>;
};

/** How nodes are started. */
export type NodesOptions = {
  readonly log: Logger;
  /** The words that run a node in a process of its own; without them all run in this one. */
  readonly commandOf?: CommandOf | undefined;
};

/** The words that run the validator with a number, or the fullnode. */
export type CommandOf = (node: number | "fullnode") => readonly string[];

/** What all nodes of a process together keep data in: their machine has other uses. */
const MEMORY_BYTES = 67_108_864;

/** Codes of errors after which only a new network helps. */
const BROKEN: ReadonlySet<string> = new Set([
  "database_corrupt",
  "database_foreign",
  "genesis_invalid",
  "chain_mismatch",
]);
const NEW_NETWORK =
  "your keys are in other files: begin a new network with `soma localnet reset`, or try one " +
  "beside it with `soma start localnet --force-regenesis`";

/** Starts all nodes, or none. */
export async function startNodes(network: Network, options: NodesOptions): Promise<Nodes> {
  const starter = new Starter(network, options);
  try {
    const { commandOf } = options;
    const nodes = await (commandOf ? starter.processes(commandOf) : starter.allHere());
    const failed = Promise.race(starter.failures);
    // Whoever waits hears of it; without anybody it must not end the process.
    failed.catch(() => undefined);
    return { ...nodes, failed, stop: () => starter.stop() };
  } catch (error) {
    await starter.stop();
    throw error;
  }
}

type StartedNodes = Pick<Nodes, "validators" | "fullnode" | "here" | "stats">;

/** Starts nodes one by one and can stop those that it has started. */
class Starter {
  readonly failures: Promise<never>[] = [];
  private readonly network: Network;
  private readonly options: NodesOptions;
  private readonly verifier = new Verifier();
  private readonly started: { readonly stop: () => Promise<void> }[] = [];

  constructor(network: Network, options: NodesOptions) {
    this.network = network;
    this.options = options;
  }

  async allHere(): Promise<StartedNodes> {
    const validators: RunningNode[] = [];
    for (const [number, settings] of this.network.validators.entries()) {
      validators.push(await this.node(`validator ${number}`, settings));
    }
    const fullnode = await this.node("fullnode", this.network.fullnode);
    const stats = (): Record<string, NodeStats> => {
      const each = validators.map((node, number) => [`validator-${number}`, node.stats()] as const);
      return { fullnode: fullnode.stats(), ...Object.fromEntries(each) };
    };
    return { validators, fullnode, here: fullnode, stats };
  }

  async processes(commandOf: CommandOf): Promise<StartedNodes> {
    const validators = this.network.validators.map((_, number) =>
      this.process(`validator ${number}`, commandOf(number)),
    );
    const fullnode = this.process("fullnode", commandOf("fullnode"));
    await Promise.all([...validators, fullnode].map((child) => child.started()));
    return { validators, fullnode, here: undefined, stats: () => ({}) };
  }

  private async node(name: string, settings: NodeSettings): Promise<RunningNode> {
    const { verifier } = this;
    const memoryBytes = Math.floor(MEMORY_BYTES / (this.network.validators.length + 1));
    const options = { log: this.options.log.named(name), verifier, memoryBytes };
    try {
      const node = await startNode(settings, options);
      this.started.push(node);
      this.failures.push(node.finished.then(forever));
      return node;
    } catch (error) {
      throw explain(name, settings, error);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.started.map((node) => node.stop()));
    await this.verifier.stop();
  }

  private process(name: string, words: readonly string[]): NodeProcess {
    const child = new NodeProcess({ name, words, log: this.options.log });
    this.started.push(child);
    this.failures.push(child.failed);
    return child;
  }
}

function forever(): Promise<never> {
  return new Promise<never>(() => undefined);
}

/** An error of the system with the name of the node, and what to do about it here. */
function explain(name: string, { listen }: NodeSettings, error: unknown): unknown {
  if (!(error instanceof SomaError)) return error;
  const { code, message, hint, cause } = error;
  if (code === "listen_failed") {
    const holder = portHolder(listen.port) ?? "another program";
    return new SomaError("port_in_use", `port ${listen.port} of ${name} is taken by ${holder}`, {
      hint: "stop it: this network's validators know each other by their ports",
      cause: error,
    });
  }
  const help = BROKEN.has(code) ? NEW_NETWORK : hint;
  return new SomaError(code, `${name}: ${message}`, { ...(help && { hint: help }), cause });
}

/**
 * The nodes of a local network: validators and one fullnode, each started by the same function as
 * `soma start validator`, with keys, sockets and databases of its own. They share a process and the
 * worker that verifies signatures, nothing else.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { NodeSettings } from "../host/config.ts";
import { type RunningNode, startNode } from "../host/run-node.ts";
import { Verifier } from "../host/verifier.ts";
import type { Network } from "./found.ts";
import { portHolder } from "./port-holder.ts";

/** The running nodes of a network. */
export type Nodes = {
  readonly validators: readonly RunningNode[];
  readonly fullnode: RunningNode;
  /** Rejects when a node stopped because it could not go on. */
  readonly failed: Promise<never>;
  readonly stop: () => Promise<void>;
};

/** What all nodes of the network together keep data in: their machine has other uses. */
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
export async function startNodes(network: Network, log: Logger): Promise<Nodes> {
  const verifier = new Verifier();
  const memoryBytes = Math.floor(MEMORY_BYTES / (network.validators.length + 1));
  const started: RunningNode[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((node) => node.stop()));
    await verifier.stop();
  };
  const start = async (name: string, settings: NodeSettings): Promise<RunningNode> => {
    try {
      const node = await startNode(settings, { log: log.named(name), verifier, memoryBytes });
      started.push(node);
      return node;
    } catch (error) {
      throw explain(name, settings, error);
    }
  };
  try {
    const validators: RunningNode[] = [];
    for (const [number, settings] of network.validators.entries()) {
      validators.push(await start(`validator ${number}`, settings));
    }
    const fullnode = await start("fullnode", network.fullnode);
    const failed = Promise.race(started.map((node) => node.finished.then(forever)));
    // Whoever waits hears of it; without anybody it must not end the process.
    failed.catch(() => undefined);
    return { validators, fullnode, failed, stop };
  } catch (error) {
    await stop();
    throw error;
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

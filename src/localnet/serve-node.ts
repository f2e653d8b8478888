/**
 * A node's surface behind a port: what the node serves, over HTTP and gRPC, and the blobs that it
 * hosts or brings from elsewhere.
 *
 * @module
 */
import { SYSTEM_CLOCK } from "../base/clock.ts";
import { SomaError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { BlobFetcher } from "../blobs/fetch.ts";
import type { AddressPolicy } from "../blobs/guard.ts";
import type { BlobStore } from "../blobs/store.ts";
import { nodeMetrics } from "../host/metrics.ts";
import type { HostPort } from "../host/multiaddr.ts";
import type { NodeStats, RunningNode } from "../host/run-node.ts";
import { nodeSurface } from "../rpc/node-surface.ts";
import { openPort, type Port } from "../rpc/port/port.ts";
import { portHolder } from "./port-holder.ts";
import { BODY_BYTES_MAX, isTaken } from "./ports.ts";

/** What a node's surface is made of. */
export type NodeSurfaceParts = {
  /** The name of the network to clients. */
  readonly chain: string;
  readonly node: Pick<RunningNode, "reader" | "runner" | "feed">;
  readonly blobs: BlobStore;
  /** Where blobs may be brought from. */
  readonly policy: AddressPolicy;
  readonly log: Logger;
  /** What the nodes of this process do, each under its name. */
  readonly stats: () => Readonly<Record<string, NodeStats>>;
};

const CONNECTIONS = {
  name: "soma_client_connections",
  help: "Connections of clients that are open",
  kind: "gauge",
} as const;
/** The largest file that is hosted: the weights of a full model, and a little. */
const BLOB_BYTES_MAX = 5 * 1024 * 1024 * 1024;

/** Binds the address at which a node is to serve clients. */
export function openNodePort({ host, port }: HostPort): Port {
  try {
    return openPort({ hostname: host, port, bodyBytesMax: BODY_BYTES_MAX });
  } catch (error) {
    if (!isTaken(error)) throw error;
    const holder = portHolder(port) ?? "another program";
    throw new SomaError("port_in_use", `port ${port} for clients is taken by ${holder}`, {
      hint: "stop it, or change rpc_address in the configuration",
      cause: error,
    });
  }
}

/** Serves a node at a bound port. */
export function serveNode(
  port: Pick<Port, "serve" | "connections">,
  parts: NodeSurfaceParts,
): Promise<void> {
  const { chain, node, blobs, policy, log, stats } = parts;
  const download = { policy, random: Math.random, bytesMax: BLOB_BYTES_MAX };
  const fetcher = new BlobFetcher(blobs, download);
  const surface = nodeSurface({
    chain,
    node,
    blobs: {
      store: blobs,
      bytesMax: BLOB_BYTES_MAX,
      fetch: (blob, signal) => fetcher.fetch(blob, { signal }),
    },
    clock: SYSTEM_CLOCK,
    metrics: () => [
      { ...CONNECTIONS, value: port.connections() },
      ...Object.entries(stats()).flatMap(([name, one]) => nodeMetrics(name, one)),
    ],
    report: reporterOf(log),
  });
  return port.serve(surface);
}

/** Tells a log of errors that are not a client's. */
export function reporterOf(log: Logger): (error: unknown) => void {
  return (error) => log.error(String(error));
}

/**
 * Everything that a node port serves: JSON, gRPC, and gRPC for browsers, over one node.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import type { Metric } from "../base/metrics.ts";
import { nodeHeaders, nodeMethods, WEB_SERVICES } from "./grpc/node-methods.ts";
import { withWebCalls } from "./grpc/web.ts";
import { createApp } from "./http/app.ts";
import type { BlobPorts } from "./http/ports.ts";
import type { Surface } from "./port/port.ts";
import type { CheckpointFeed, LedgerReader, TransactionRunner } from "./reader.ts";
import { Turns } from "./turns.ts";

/** What a node port serves from. */
export type NodeSurfaceOptions = {
  /** The name of the network, such as `localnet`. */
  readonly chain: string;
  readonly node: {
    readonly reader: LedgerReader;
    readonly runner: TransactionRunner;
    readonly feed: CheckpointFeed;
  };
  readonly blobs: BlobPorts;
  readonly clock: Clock;
  /** What an operator watches besides the chain. */
  readonly metrics: () => readonly Metric[];
  /** Hears of errors that are not a client's: to log them. */
  readonly report: (error: unknown) => void;
};

/** What a port serves of a node. */
export function nodeSurface(options: NodeSurfaceOptions): Surface {
  const { chain, node, blobs, clock, metrics, report } = options;
  const { reader, runner, feed } = node;
  const turns = new Turns(clock);
  const ports = { chain, reader, runner, feed, clock, turns };
  const app = createApp({ ...ports, blobs, metrics, report });
  const grpc = { methods: nodeMethods(ports), headers: nodeHeaders(ports), report };
  const http = withWebCalls({ ...grpc, services: WEB_SERVICES }, (request, { ip, allowSilence }) =>
    app.fetch(request, { ...(ip === undefined ? {} : { ip }), allowSilence }),
  );
  return { ...grpc, http };
}

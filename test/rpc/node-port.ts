/**
 * The node port over a chain in memory, and calls of its gRPC services in their own messages.
 *
 * @module
 */
import type { ClientHttp2Session } from "node:http2";

import {
  create,
  type DescMethod,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";

import { SYSTEM_CLOCK } from "../../src/base/clock.ts";
import { nodeSurface } from "../../src/rpc/node-surface.ts";
import { openPort, type Port, type PortOptions } from "../../src/rpc/port/port.ts";
import { call, type CallResult, openSession } from "./grpc-client.ts";
import { Surface } from "./surface.ts";

/** How a call ended, with its messages read. */
export type Reply<M extends DescMethod> = CallResult & {
  readonly replies: readonly MessageShape<M["output"]>[];
};

/** The node port, listening. */
export class NodePort {
  readonly surface: Surface = new Surface();
  readonly reported: unknown[] = [];
  readonly port: Port;
  session: ClientHttp2Session = undefined as never;

  constructor(options: Partial<PortOptions> = {}) {
    this.port = openPort({ hostname: "127.0.0.1", port: 0, bodyBytesMax: 1_000_000, ...options });
  }

  /** Serves the surface and connects to it. */
  async start(): Promise<void> {
    const surface = nodeSurface({
      chain: "localnet",
      node: this.surface.chain,
      blobs: { store: this.surface.blobs, bytesMax: 1_000 },
      clock: SYSTEM_CLOCK,
      metrics: () => [],
      report: (error) => void this.reported.push(error),
    });
    await this.port.serve(surface);
    this.session = openSession(this.port.port);
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    this.session.destroy();
    await this.port.stop();
    this.surface.close();
  }

  /** Calls a method, whatever comes of it. */
  async call<M extends DescMethod>(
    method: M,
    request: MessageInitShape<M["input"]>,
  ): Promise<Reply<M>> {
    const path = `/${method.parent.typeName}/${method.name}`;
    const message = create<M["input"]>(method.input, request);
    const result = await call(this.session, path, [toBinary(method.input, message)]);
    const replies = result.messages.map((bytes) => fromBinary<M["output"]>(method.output, bytes));
    return { ...result, replies };
  }

  /** The one message of a call that must succeed. */
  async ask<M extends DescMethod>(
    method: M,
    request: MessageInitShape<M["input"]>,
  ): Promise<MessageShape<M["output"]>> {
    const { status, message, replies } = await this.call(method, request);
    const [reply] = replies;
    if (status !== 0 || reply === undefined || replies.length > 1) {
      throw new Error(`${method.name}: ${status} ${message}`);
    }
    return reply;
  }
}

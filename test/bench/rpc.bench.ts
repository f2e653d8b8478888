/**
 * The node port: how many reads it answers, how soon, and what subscribers and a long life cost.
 *
 * @module
 */
import { connect } from "node:http2";
import { join } from "node:path";

import { create, toBinary } from "@bufbuild/protobuf";

import { frameMessage } from "../../src/rpc/grpc/frame.ts";
import {
  GetObjectRequestSchema,
  SubscribeCheckpointsRequestSchema,
} from "../../src/wire/generated/soma_pb.js";
import type { Bench, Measure } from "./frame.ts";
import { type Load, load } from "./load.ts";
import { FROM_SOURCE, processorMs, residentMiB, startProgram, temporaryConfig } from "./program.ts";

const SYSTEM_STATE = `0x${"5".padStart(64, "0")}`;
const SECONDS = 3;
const SAMPLES = 4;
const PACED_CONNECTIONS = 10;
const SUBSCRIBERS = 200;
const LISTEN_MS = 5_000;
const WARM_UP_REQUESTS = 40_000;
const LONG_LIFE_REQUESTS = 200_000;

type Read = Omit<Load, "url">;

/** A coin of the local network, which both surfaces show. */
async function coinOf(rpcUrl: string, faucetUrl: string): Promise<string> {
  const recipient = `0x${"ab".repeat(32)}`;
  const body = JSON.stringify({ recipient });
  await fetch(`${faucetUrl}/gas`, { method: "POST", body });
  const response = await fetch(`${rpcUrl}/v1/addresses/${recipient}/objects?limit=1`);
  const { data } = (await response.json()) as { data: { object_id: string }[] };
  return data[0]?.object_id ?? SYSTEM_STATE;
}

/** A measure of reads of one object at a local network of its own. */
function reads(
  kind: "JSON" | "gRPC",
  read: Read,
  measure: (one: Load, pid: number) => Promise<number>,
): () => Promise<Measure> {
  return async () => {
    const config = temporaryConfig();
    const network = await startProgram(FROM_SOURCE, config.path);
    const { rpc_url: rpcUrl, faucet_url: faucetUrl } = network.urls;
    const objectId = await coinOf(rpcUrl, faucetUrl);
    const request = create(GetObjectRequestSchema, { objectId, readMask: { paths: ["*"] } });
    const body = frameMessage(toBinary(GetObjectRequestSchema, request));
    const one: Load =
      kind === "JSON"
        ? { ...read, url: `${rpcUrl}/v1/objects/${objectId}` }
        : { ...read, url: `${rpcUrl}/soma.rpc.LedgerService/GetObject`, body };
    return {
      sample: () => measure(one, network.pid),
      close: async () => {
        await network.stop();
        config.remove();
      },
    };
  };
}

const FULL: Read = { connections: 32, streams: 1, seconds: SECONDS };
const FULL_GRPC: Read = { connections: 4, streams: 16, seconds: SECONDS };

const rate = async (one: Load): Promise<number> => (await load(one)).perSecond;
const p99 = async (one: Load): Promise<number> => (await load(one)).p99Ms;

function paced(perSecond: number): Read {
  const pace = perSecond / PACED_CONNECTIONS;
  return { connections: PACED_CONNECTIONS, streams: 1, seconds: SECONDS, pace };
}

/** Memory that so many requests leave behind once the node is warm, in MiB. */
async function growth(one: Load, pid: number): Promise<number> {
  await load({ ...one, count: WARM_UP_REQUESTS });
  const before = residentMiB(pid);
  await load({ ...one, count: LONG_LIFE_REQUESTS });
  return Math.max(0, residentMiB(pid) - before);
}

/** The share of one core that subscribers add, in percent. */
async function subscribers(): Promise<Measure> {
  const server = Bun.spawn([process.execPath, join(import.meta.dir, "subscribed.ts")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const first = await server.stdout.getReader().read();
  const port = Number(new TextDecoder().decode(first.value));
  const sample = async (): Promise<number> => {
    const alone = await costOf(server.pid);
    const sessions = Array.from({ length: SUBSCRIBERS }, () => subscribe(port));
    await Promise.all(sessions.map(({ heard }) => heard));
    const together = await costOf(server.pid);
    for (const { stop } of sessions) stop();
    return Math.max(0, together - alone);
  };
  return { sample, close: () => server.kill() };
}

async function costOf(pid: number): Promise<number> {
  const before = processorMs(pid);
  await Bun.sleep(LISTEN_MS);
  return ((processorMs(pid) - before) / LISTEN_MS) * 100;
}

function subscribe(port: number): { readonly heard: Promise<void>; readonly stop: () => void } {
  const session = connect(`http://127.0.0.1:${port}`);
  const stream = session.request({
    ":method": "POST",
    ":path": "/soma.rpc.SubscriptionService/SubscribeCheckpoints",
    "content-type": "application/grpc",
    te: "trailers",
  });
  const { promise: heard, resolve } = Promise.withResolvers<void>();
  stream.on("data", () => resolve());
  const readMask = { paths: ["transactions.digest", "sequence_number"] };
  const request = create(SubscribeCheckpointsRequestSchema, { readMask });
  stream.end(frameMessage(toBinary(SubscribeCheckpointsRequestSchema, request)));
  return { heard, stop: () => session.destroy() };
}

/** Benches of the node port. */
export const benches: readonly Bench[] = [
  {
    name: "JSON GetObject, 32 connections",
    unit: "requests/s",
    samples: SAMPLES,
    setup: reads("JSON", FULL, rate),
  },
  {
    name: "JSON GetObject at 5,000/s, p99",
    unit: "ms",
    samples: SAMPLES,
    setup: reads("JSON", paced(5_000), p99),
  },
  {
    name: "gRPC GetObject, 4 connections of 16 calls",
    unit: "calls/s",
    samples: SAMPLES,
    setup: reads("gRPC", FULL_GRPC, rate),
  },
  {
    name: "gRPC GetObject at 1,000/s, p99",
    unit: "ms",
    samples: SAMPLES,
    setup: reads("gRPC", paced(1_000), p99),
  },
  {
    name: `${SUBSCRIBERS} subscribers at 5 checkpoints/s, of one core`,
    unit: "%",
    samples: 2,
    setup: subscribers,
  },
  {
    name: "memory after 200,000 JSON requests",
    unit: "MiB",
    samples: 1,
    isCold: true,
    setup: reads("JSON", FULL, growth),
  },
  {
    name: "memory after 200,000 gRPC calls",
    unit: "MiB",
    samples: 1,
    isCold: true,
    setup: reads("gRPC", FULL_GRPC, growth),
  },
];

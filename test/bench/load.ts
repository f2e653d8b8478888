/**
 * Load on a port from a process of its own: `h2load` or `wrk` where they are installed, because a
 * client in this runtime measures itself. Otherwise this file, started as a program, sends requests
 * over raw connections; then figures are those of the client.
 *
 * @module
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What to send, and how. */
export type Load = {
  readonly url: string;
  /** The body of a gRPC call; without one it is a GET of HTTP/1.1. */
  readonly body?: Uint8Array;
  readonly connections: number;
  /** Requests of one connection at a time. */
  readonly streams: number;
  readonly seconds: number;
  /** So many requests, however long they take. */
  readonly count?: number;
  /** Requests of one connection in a second, if they are to be paced. */
  readonly pace?: number;
};

/** What came of it. */
export type LoadResult = { readonly perSecond: number; readonly p99Ms: number };

const US_PER_MS = 1_000;
const SELF = import.meta.path;

/** Puts load on a port. */
export async function load(options: Load): Promise<LoadResult> {
  const scratch = mkdtempSync(join(tmpdir(), "soma-load-"));
  try {
    if (Bun.which("h2load") !== null) return await h2load(options, scratch);
    const isSimple = [options.body, options.pace, options.count].every((one) => one === undefined);
    if (isSimple && Bun.which("wrk") !== null) return await wrk(options);
    return await ourOwn(options);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

async function h2load(options: Load, scratch: string): Promise<LoadResult> {
  const { url, body, connections, streams } = options;
  const log = join(scratch, "log");
  const data = join(scratch, "body");
  if (body !== undefined) writeFileSync(data, body);
  const command = [
    "h2load",
    "-t1",
    `-c${connections}`,
    `-m${streams}`,
    `--log-file=${log}`,
    ...amountOf(options),
    ...(body === undefined
      ? ["--h1"]
      : ["-d", data, "-H", "content-type: application/grpc", "-H", "te: trailers"]),
    url,
  ];
  const start = performance.now();
  const text = await output(command);
  const spentSeconds = (performance.now() - start) / 1_000;
  const times = readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split("\t"));
  const failed = times.filter(([, status]) => status !== "200").length;
  if (failed > 0) throw new Error(`${failed} requests failed: ${text}`);
  const perSecond = Number(/([\d.]+) req\/s/.exec(text)?.[1] ?? times.length / spentSeconds);
  const sorted = times.map(([, , us]) => Number(us)).sort((left, right) => left - right);
  return { perSecond, p99Ms: (sorted[Math.floor(sorted.length * 0.99)] ?? 0) / US_PER_MS };
}

function amountOf({ connections, seconds, pace, count }: Load): readonly string[] {
  if (count !== undefined) return [`-n${count}`];
  if (pace === undefined) return [`--duration=${seconds}`];
  return [`--rps=${pace}`, `-n${pace * connections * seconds}`];
}

async function wrk({ url, connections, seconds }: Load): Promise<LoadResult> {
  const text = await output(["wrk", "-t1", `-c${connections}`, `-d${seconds}`, "--latency", url]);
  const [, p99 = "0", unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(text) ?? [];
  const scale = unit === "us" ? 1 / US_PER_MS : unit === "s" ? 1_000 : 1;
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1] ?? 0);
  return { perSecond, p99Ms: Number(p99) * scale };
}

async function ourOwn(options: Load): Promise<LoadResult> {
  const body = options.body?.toBase64();
  const text = await output([process.execPath, SELF, JSON.stringify({ ...options, body })]);
  return JSON.parse(text) as LoadResult;
}

async function output(command: readonly string[]): Promise<string> {
  const child = Bun.spawn([...command], { stdout: "pipe", stderr: "pipe" });
  const [text, errors, code] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`${command[0]}: ${errors}`);
  return text;
}

type Send = () => Promise<void>;

/** Sends until the time is over, or so many, each of `streams` one request after another. */
async function drive(send: Send, options: Load): Promise<number[]> {
  const { connections, streams, seconds, pace, count } = options;
  const most = count === undefined ? Infinity : Math.ceil(count / connections);
  const end = count === undefined ? performance.now() + seconds * 1_000 : Infinity;
  const times: number[] = [];
  const pauseMs = pace === undefined ? 0 : (streams * 1_000) / pace;
  const one = async (): Promise<void> => {
    for (let due = performance.now(); due < end; due += pauseMs) {
      if (performance.now() < due) await Bun.sleep(due - performance.now());
      if (performance.now() >= end || times.length >= most) return;
      const start = performance.now();
      await send();
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: streams }, one));
  return times;
}

function getter(url: string): Send {
  return async () => {
    const response = await fetch(url);
    await response.arrayBuffer();
  };
}

function caller(url: string, body: Uint8Array): Send {
  const { origin, pathname } = new URL(url);
  const session = connect(origin);
  session.unref();
  return () => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stream = session.request({
      ":method": "POST",
      ":path": pathname,
      "content-type": "application/grpc",
      te: "trailers",
    });
    stream.on("data", () => undefined);
    stream.on("end", resolve);
    stream.on("error", reject);
    stream.end(body);
    return promise;
  };
}

async function main(text: string): Promise<void> {
  const options = JSON.parse(text) as Omit<Load, "body"> & { readonly body?: string };
  const { url, body, connections, seconds } = options;
  const plain: Load = { ...options, body: undefined as never };
  const sends = Array.from({ length: connections }, () =>
    body === undefined ? getter(url) : caller(url, Uint8Array.fromBase64(body)),
  );
  const times = (await Promise.all(sends.map((send) => drive(send, plain)))).flat();
  times.sort((left, right) => left - right);
  const p99Ms = times[Math.floor(times.length * 0.99)] ?? 0;
  console.log(JSON.stringify({ perSecond: times.length / seconds, p99Ms } satisfies LoadResult));
  process.exit(0);
}

if (import.meta.main) await main(process.argv[2] ?? "{}");

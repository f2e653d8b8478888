/**
 * What `soma start scoring` does: scores for whoever asks, until it is told to stop.
 *
 * @module
 */
import { dirname, join, resolve } from "node:path";

import { SYSTEM_CLOCK } from "../../base/clock.ts";
import { createLogger, type Logger, type LogOptions } from "../../base/log.ts";
import { BlobCache } from "../../blobs/cache.ts";
import { PUBLIC_ONLY, WITH_PRIVATE } from "../../blobs/guard.ts";
import { SMALL, V1 } from "../../model/config.ts";
import type { DeviceChoice } from "../../runtime/backend.ts";
import { ScoringDesk } from "../../scoring/desk.ts";
import { type OpenEngine, ScoringEngine } from "../../scoring/engine.ts";
import { scoringMethods } from "../../scoring/grpc.ts";
import { createScoringApp } from "../../scoring/service.ts";
import { lockDirectory } from "../../storage/lock.ts";
import { bytesText, mebibytes } from "../amounts.ts";
import type { Context } from "../command.ts";
import { type ListenAddress, listenOn } from "../listen.ts";
import { walletPath } from "../open-wallet.ts";
import { showRequests } from "../request-progress.ts";
import { SCORING_DIRECTORY } from "../scoring-cache.ts";
import { serveUntilStopped, type Service } from "../serve.ts";

type Options = ListenAddress & {
  readonly dataDir: string | undefined;
  readonly smallModel: boolean;
  readonly device: DeviceChoice;
  readonly memoryMib: number | undefined;
  readonly cacheMib: number;
  readonly requests: number;
  readonly allowPrivate: boolean;
  readonly logLevel: LogOptions["level"];
};

/** Data that takes longer is not scored over a connection. */
const IDLE_SECONDS = 3 * 60 * 60;

/** `start scoring` */
export async function startScoringAction(context: Context, options: Options): Promise<void> {
  await serveUntilStopped(context, () => startScoring(context, options));
  context.output.note("Stopped.");
}

async function startScoring(context: Context, options: Options): Promise<Service> {
  const port = listenOn({ ...options, idleSeconds: IDLE_SECONDS });
  const directory = dataDirectory(context, options);
  const lock = lockDirectory(directory);
  const log = createLogger({ level: options.logLevel }).named("scoring");
  const engine = openEngine(directory, options, log);
  const stop = async (): Promise<void> => {
    await port.stop();
    await engine.stop();
    lock.release();
  };
  try {
    const device = await engine.open();
    await serve(context, { ...options, log }, engine, port);
    tell(context, { ...options, port: port.port }, device, directory);
  } catch (error) {
    await stop();
    throw error;
  }
  return { failed: new Promise<never>(() => undefined), stop };
}

function dataDirectory(context: Context, { dataDir }: Options): string {
  if (dataDir !== undefined) return resolve(context.deps.cwd, dataDir);
  return join(dirname(walletPath(context)), SCORING_DIRECTORY);
}

function openEngine(directory: string, options: Options, log: Logger): ScoringEngine {
  const { smallModel, device, memoryMib, cacheMib, requests, allowPrivate } = options;
  return new ScoringEngine({
    model: smallModel ? SMALL : V1,
    cache: new BlobCache(directory, mebibytes(cacheMib)!),
    download: { policy: allowPrivate ? WITH_PRIVATE : PUBLIC_ONLY, random: Math.random },
    device,
    memoryBytes: mebibytes(memoryMib),
    // Also the one that takes the place of another that failed.
    onDevice: ({ name, adapter }) => log.info(`models run on ${name}: ${adapter.name}`),
    keepsPlain: true,
    requestsMax: requests,
  });
}

function serve(
  context: Context,
  { smallModel, log }: Options & { readonly log: Logger },
  engine: ScoringEngine,
  port: ReturnType<typeof listenOn>,
): Promise<void> {
  const watch = showRequests(context);
  const desk = new ScoringDesk({ engine, clock: SYSTEM_CLOCK, log, watch });
  const options = { desk, dim: (smallModel ? SMALL : V1).dim, log };
  const app = createScoringApp(options);
  return port.serve({
    http: (request, { allowSilence }) => app.fetch(request, { allowSilence }),
    methods: scoringMethods(options),
    report: (error) => log.error(String(error)),
  });
}

function tell(
  { output }: Context,
  { host, port, smallModel }: Options,
  { name, adapter, memoryBytes, streams, passedOver }: OpenEngine,
  directory: string,
): void {
  const url = `http://${host}:${port}`;
  const document = {
    url,
    device: name,
    adapter: adapter.name,
    driver: adapter.driver,
    memory_bytes: memoryBytes,
    streams,
    model: smallModel ? "small" : "v1",
    data_dir: directory,
    passed_over: passedOver,
  };
  for (const reason of passedOver) output.note(`Passed over: ${reason}`);
  output.result(document, () => {
    const rows = [
      ["Score", `POST ${url}/score`],
      ["Health", `GET ${url}/health`],
      ["Metrics", `GET ${url}/metrics`],
      ["Models", smallModel ? "small" : "version 1"],
      ["Device", `${name}: ${adapter.name}, ${adapter.driver}`],
      ["Memory", `${bytesText(memoryBytes)} for models${streams ? ", layer by layer" : ""}`],
      ["Files in", directory],
    ];
    output.table({ title: "Scoring", rows });
    output.note("Press Ctrl+C to stop.");
  });
}

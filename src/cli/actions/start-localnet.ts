/**
 * What `soma start localnet` does: a whole network until it is told to stop.
 *
 * @module
 */
import { dirname, resolve } from "node:path";

import { usageError } from "../../base/errors.ts";
import { createLogger, type LogOptions } from "../../base/log.ts";
import type { Localnet, LocalnetOptions } from "../../localnet/options.ts";
import { PORT_OFFSETS, type ServiceName } from "../../localnet/ports.ts";
import { startLocalnet } from "../../localnet/start.ts";
import { SMALL, V1 } from "../../model/config.ts";
import type { DeviceChoice } from "../../runtime/backend.ts";
import type { ClientConfig } from "../../wallet/client-config.ts";
import { mebibytes } from "../amounts.ts";
import type { Context } from "../command.ts";
import { openContextConfiguration, walletPath } from "../open-wallet.ts";
import { serveUntilStopped } from "../serve.ts";

type Options = {
  readonly forceRegenesis: boolean;
  readonly networkConfig: string | undefined;
  readonly committeeSize: number | undefined;
  readonly epochDurationMs: number | undefined;
  readonly portBase: number | undefined;
  readonly fullnodeRpcPort: number | undefined;
  readonly faucetPort: number | undefined;
  readonly scoringPort: number | undefined;
  readonly adminPort: number | undefined;
  readonly processes: boolean;
  readonly noFaucet: boolean;
  readonly noScoring: boolean;
  readonly noDemo: boolean;
  readonly modelConfig: "small" | "v1" | undefined;
  readonly device: DeviceChoice;
  readonly memoryMib: number | undefined;
  readonly logLevel: LogOptions["level"];
};

const MODELS = { small: SMALL, v1: V1 } as const;
const MS_PER_SECOND = 1_000;

/** `start localnet` */
export async function startLocalnetAction(context: Context, options: Options): Promise<void> {
  const { output, deps } = context;
  if (options.forceRegenesis && options.networkConfig !== undefined) {
    throw usageError("--force-regenesis keeps nothing, so --network.config has no meaning with it");
  }
  const startMs = deps.clock.monotonicMs();
  const { config } = openContextConfiguration(context);
  await serveUntilStopped(context, async () => {
    const network = await startLocalnet(localnetOptions(context, options));
    for (const warning of network.warnings) output.warn(warning);
    tell(context, network, deps.clock.monotonicMs() - startMs);
    output.note(`Press Ctrl+C to stop. Next, in another terminal: ${nextStep(config, network)}`);
    return {
      failed: network.failed,
      stop: async () => {
        output.note("Stopping …");
        await network.stop();
      },
    };
  });
  output.note(options.forceRegenesis ? "Stopped; the network is forgotten." : "Stopped.");
}

function localnetOptions(context: Context, options: Options): LocalnetOptions {
  const { deps, output } = context;
  const clientYaml = walletPath(context);
  const kept =
    options.networkConfig === undefined
      ? dirname(clientYaml)
      : resolve(deps.cwd, options.networkConfig);
  const { committeeSize, epochDurationMs, modelConfig, device, memoryMib } = options;
  const without = [
    ...(options.noFaucet ? ["faucet" as const] : []),
    ...(options.noScoring ? ["scoring" as const] : []),
  ];
  return {
    directory: options.forceRegenesis ? undefined : kept,
    ports: portsOf(options),
    without,
    ...(committeeSize === undefined ? {} : { committeeSize }),
    ...(epochDurationMs === undefined ? {} : { epochDurationMs }),
    ...(modelConfig === undefined ? {} : { model: MODELS[modelConfig] }),
    ...(options.noDemo ? { hasDemoModels: false } : {}),
    ...(options.processes ? { processes: { logLevel: options.logLevel } } : {}),
    clientYaml,
    scoring: { device, memoryBytes: mebibytes(memoryMib) },
    randomBytes: deps.randomBytes,
    log: createLogger({ level: options.logLevel }),
    onStep: (step) => output.note(`  ${step} …`),
  };
}

function portsOf(options: Options): Partial<Record<ServiceName, number>> {
  const named = {
    rpc: options.fullnodeRpcPort,
    faucet: options.faucetPort,
    scoring: options.scoringPort,
    admin: options.adminPort,
  };
  const ports: Partial<Record<ServiceName, number>> = {};
  for (const [service, port] of Object.entries(named) as [ServiceName, number | undefined][]) {
    const { portBase } = options;
    const based = portBase === undefined ? undefined : portBase + PORT_OFFSETS[service];
    const chosen = port ?? based;
    if (chosen !== undefined) ports[service] = chosen;
  }
  return ports;
}

function tell({ output }: Context, network: Localnet, bootMs: number): void {
  const { urls, isKept, directory, committeeSize, epochDurationMs } = network;
  const document = {
    rpc_url: urls.rpc,
    faucet_url: urls.faucet ?? null,
    scoring_url: urls.scoring ?? null,
    admin_url: urls.admin,
    committee_size: committeeSize,
    epoch_duration_ms: epochDurationMs,
    persisted: isKept,
    directory,
  };
  output.result(document, () => {
    const rows = [
      ["Node", urls.rpc],
      ["Faucet", urls.faucet ?? "off"],
      ["Scoring", urls.scoring ?? "off"],
      ["Admin", urls.admin],
      ["Validators", String(committeeSize)],
      ["Epoch", `${Math.round(epochDurationMs / MS_PER_SECOND)} s`],
      ["Kept in", isKept ? directory : "nothing: it is forgotten at the end"],
    ];
    output.table({ title: "Local Network", rows });
    output.line(`Network ready in ${(bootMs / MS_PER_SECOND).toFixed(1)} s.`);
  });
}

function nextStep({ active_address }: ClientConfig, { urls }: Localnet): string {
  if (active_address === undefined) return "soma wallet new";
  return urls.faucet === undefined ? "soma status" : "soma faucet";
}

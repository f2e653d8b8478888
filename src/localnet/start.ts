/**
 * Starts a whole network on this machine: its directory is locked, its ports bound, the network
 * founded or opened, nodes and services started and each used once. Only then is it there; if any
 * of it fails, all of it is undone.
 *
 * @module
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { SYSTEM_CLOCK } from "../base/clock.ts";
import { SomaError } from "../base/errors.ts";
import { SILENT_LOG } from "../base/log.ts";
import type { DirectoryBlobs } from "../blobs/directory.ts";
import { SomaClient } from "../client/client.ts";
import { changeRpcAddress } from "../host/config.ts";
import { SMALL } from "../model/config.ts";
import { lockDirectory } from "../storage/lock.ts";
import { activateEnv } from "../wallet/environments.ts";
import { Cleanup } from "./cleanup.ts";
import { createControl } from "./control.ts";
import { readDemoModels } from "./demo-models.ts";
import { foundNetwork, modelOf, type Network, openNetwork } from "./found.ts";
import {
  type Layout,
  layoutOf,
  openBlobs,
  openScoringBlobs,
  removeNetwork,
  validatorPath,
} from "./layout.ts";
import { type CommandOf, startNodes } from "./nodes.ts";
import type { Localnet, LocalnetOptions, LocalnetUrls } from "./options.ts";
import { addressOf, planNetwork } from "./plan.ts";
import {
  choosePorts,
  DEFAULT_PORTS,
  listenAll,
  type Listeners,
  LOOPBACK,
  type NetworkPorts,
  stopAll,
} from "./ports.ts";
import { checkReady } from "./ready.ts";
import { CHAIN, serveAll, type ServiceParts } from "./services.ts";

const COMMITTEE_SIZE = 4;
const EPOCH_DURATION_MS = 86_400_000;

type Place = { readonly layout: Layout; readonly isKept: boolean };

/** Starts a network; resolves when every service has answered once. */
export async function startLocalnet(options: LocalnetOptions): Promise<Localnet> {
  const cleanup = new Cleanup();
  try {
    return await startWith(options, cleanup);
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

async function startWith(options: LocalnetOptions, cleanup: Cleanup): Promise<Localnet> {
  const { log = SILENT_LOG, onStep = () => undefined } = options;
  const place = openPlace(options, cleanup);
  const known = openNetwork(place.layout);
  // Sweeps away what a start that was cut off left behind.
  if (known === undefined) removeNetwork(place.layout.directory);
  const blobs = openBlobs(place.layout);
  const listeners = await listenAll(portsOf(options, known));
  cleanup.add(() => stopAll(listeners));
  if (known === undefined) {
    onStep("Founding the network");
    await found(options, place, { listeners, blobs });
  }
  const network = known ?? openFounded(place.layout);
  onStep(`Starting ${network.validators.length} validators and a fullnode`);
  const commandOf = commandsOf(options, place);
  if (commandOf !== undefined) await handOver(listeners, place);
  const nodes = await startNodes(network, { log, commandOf });
  cleanup.add(() => nodes.stop());
  const scoring = scoringOf(options, place);
  await serveAll({ network, nodes, blobs, listeners, log, scoring }, cleanup);
  const urls = urlsOf(listeners);
  onStep("Using each service once");
  const ready = checkReady(urls, addressOf(network.record.account_keys.faucet));
  // A node that gives up, as on a full disk, is the reason why services do not answer.
  await Promise.race([ready, nodes.failed]);
  tellClients(options, urls);
  return {
    urls,
    control: createControl(nodes),
    directory: place.layout.directory,
    isKept: place.isKept,
    isNew: known === undefined,
    committeeSize: network.validators.length,
    epochDurationMs: Number((await new SomaClient(urls.rpc).info()).epoch_duration_ms),
    warnings: warningsOf(options, known),
    failed: nodes.failed,
    stop: () => cleanup.run(),
  };
}

function scoringOf(options: LocalnetOptions, { layout }: Place): ServiceParts["scoring"] {
  return { ...options.scoring, model: modelOf(layout), cache: openScoringBlobs(layout) };
}

/** The command of each node, if they run in processes of their own. */
function commandsOf({ processes }: LocalnetOptions, { layout }: Place): CommandOf | undefined {
  if (processes === undefined) return undefined;
  const options = ["--log-level", processes.logLevel, "--json"];
  return (node) =>
    node === "fullnode"
      ? ["start", "fullnode", "--config", layout.fullnode, ...options]
      : ["start", "validator", "--config", validatorPath(layout, node), ...options];
}

/** Leaves the port for clients to the fullnode's process. */
async function handOver({ rpc }: Listeners, { layout }: Place): Promise<void> {
  changeRpcAddress(layout.fullnode, { host: LOOPBACK, port: rpc.port });
  await rpc.stop();
}

function openPlace({ directory }: LocalnetOptions, cleanup: Cleanup): Place {
  if (directory === undefined) {
    const temporary = mkdtempSync(join(tmpdir(), "soma-localnet-"));
    cleanup.add(() => rmSync(temporary, { recursive: true, force: true }));
    return { layout: layoutOf(temporary), isKept: false };
  }
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const lock = lockDirectory(directory);
  cleanup.add(() => lock.release());
  return { layout: layoutOf(directory), isKept: true };
}

// Ports that were asked for; else those of the network, whose manifests name them; else the usual.
function portsOf(options: LocalnetOptions, known: Network | undefined): NetworkPorts {
  const { ports = {}, without = [] } = options;
  const { rpc, admin, ...others } = { ...(known?.record.ports ?? DEFAULT_PORTS), ...ports };
  const wanted = (["faucet", "scoring"] as const).filter((name) => !without.includes(name));
  return { rpc, admin, ...Object.fromEntries(wanted.map((name) => [name, others[name]])) };
}

async function found(
  options: LocalnetOptions,
  { layout }: Place,
  { listeners, blobs }: { readonly listeners: Listeners; readonly blobs: DirectoryBlobs },
): Promise<void> {
  const { randomBytes, model = SMALL, hasDemoModels = model === SMALL } = options;
  const plan = planNetwork({
    startMs: SYSTEM_CLOCK.nowMs(),
    epochDurationMs: options.epochDurationMs ?? EPOCH_DURATION_MS,
    validatorPorts: choosePorts(options.committeeSize ?? COMMITTEE_SIZE, Math.random),
    rpcUrl: listeners.rpc.url,
    model,
    models: hasDemoModels ? readDemoModels() : [],
    randomBytes,
  });
  const bound = Object.entries(listeners).map(([name, { port }]) => [name, port] as const);
  const ports = { ...DEFAULT_PORTS, ...Object.fromEntries(bound) };
  await foundNetwork(layout, plan, ports, blobs);
}

function openFounded(layout: Layout): Network {
  const network = openNetwork(layout);
  if (network !== undefined) return network;
  throw new SomaError("network_invalid", `the network in ${layout.directory} is gone`, {
    hint: "does another program delete files there?",
  });
}

function urlsOf(listeners: Listeners): LocalnetUrls {
  const { rpc, faucet, scoring, admin } = listeners;
  return { rpc: rpc.url, faucet: faucet?.url, scoring: scoring?.url, admin: admin.url };
}

function tellClients({ clientYaml }: LocalnetOptions, urls: LocalnetUrls): void {
  if (clientYaml === undefined) return;
  activateEnv(clientYaml, { alias: CHAIN, basic_auth: undefined, chain_id: undefined, ...urls });
}

function warningsOf(options: LocalnetOptions, known: Network | undefined): readonly string[] {
  if (known === undefined) return [];
  const ignored = [
    options.committeeSize === undefined ? undefined : "--committee-size",
    options.epochDurationMs === undefined ? undefined : "--epoch-duration-ms",
    options.model === undefined ? undefined : "--model-config",
    options.hasDemoModels === false ? "--no-demo" : undefined,
  ].filter((flag) => flag !== undefined);
  if (ignored.length === 0) return [];
  return [`${ignored.join(", ")} counts for new networks only; this one exists already`];
}

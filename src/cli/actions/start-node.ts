/**
 * What `soma start validator` and `soma start fullnode` do: one node until it is told to stop.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";

import { SomaError } from "../../base/errors.ts";
import { createLogger, type Logger, type LogOptions } from "../../base/log.ts";
import { PUBLIC_ONLY, WITH_LOOPBACK } from "../../blobs/guard.ts";
import { type NodeSettings, readConfig } from "../../host/config.ts";
import { type RunningNode, startNode } from "../../host/run-node.ts";
import type { SeedPeer } from "../../host/seed-peers.ts";
import { Cleanup } from "../../localnet/cleanup.ts";
import { layoutOf, openBlobs } from "../../localnet/layout.ts";
import { type NodeSurfaceParts, openNodePort, serveNode } from "../../localnet/serve-node.ts";
import { CHAIN } from "../../localnet/services.ts";
import { obeySupervisor } from "../../localnet/supervised.ts";
import { formatDigest } from "../../types/text.ts";
import type { Context } from "../command.ts";
import { serveUntilStopped } from "../serve.ts";

type Options = {
  readonly kind: "validator" | "fullnode";
  readonly config: string;
  readonly seedPeer: readonly SeedPeer[];
  readonly logLevel: LogOptions["level"];
};

/** The name of a network that is not known by one. */
const OTHER_CHAIN = "custom";
const LOOPBACK_FORM = /^(?:localhost|127\..*|::1)$/;

/** `start validator` and `start fullnode` */
export async function startNodeAction(context: Context, options: Options): Promise<void> {
  const { deps, output } = context;
  const path = resolve(deps.cwd, options.config);
  const settings = withSeeds(readConfig(path), options.seedPeer);
  checkKind(path, settings, options.kind);
  await serveUntilStopped(context, async () => {
    const log = createLogger({ level: options.logLevel });
    // Bound first: a port that is taken is told before work is done.
    const port = settings.rpcAddress && openNodePort(settings.rpcAddress);
    const cleanup = new Cleanup();
    try {
      cleanup.add(() => port?.stop());
      const node = await startNode(settings, { log });
      cleanup.add(node.stop);
      if (port !== undefined) await serveNode(port, surfaceOf(path, settings, node, log));
      tell(context, options.kind, settings, node);
      return {
        failed: node.finished.then(() => new Promise<never>(() => undefined)),
        done: obeySupervisor(node),
        stop: () => cleanup.run(),
      };
    } catch (error) {
      await cleanup.run();
      throw error;
    }
  });
  output.note("Stopped.");
}

function withSeeds(settings: NodeSettings, more: readonly SeedPeer[]): NodeSettings {
  return { ...settings, seeds: [...(settings.seeds ?? []), ...more] };
}

/** The node with the blobs that lie beside its configuration. */
function surfaceOf(
  path: string,
  { rpcAddress, validator }: NodeSettings,
  node: RunningNode,
  log: Logger,
): NodeSurfaceParts {
  const kind = validator === undefined ? "fullnode" : "validator";
  const layout = layoutOf(dirname(path));
  const isLocal = LOOPBACK_FORM.test(rpcAddress?.host ?? "");
  return {
    chain: existsSync(layout.network) ? CHAIN : OTHER_CHAIN,
    node,
    blobs: openBlobs(layout),
    policy: isLocal ? WITH_LOOPBACK : PUBLIC_ONLY,
    log: log.named("rpc"),
    stats: () => ({ [kind]: node.stats() }),
  };
}

function checkKind(path: string, { validator }: NodeSettings, kind: Options["kind"]): void {
  const actual = validator === undefined ? "fullnode" : "validator";
  if (actual === kind) return;
  throw new SomaError("config_invalid", `${path} is the configuration of a ${actual}`, {
    hint: `start it with \`soma start ${actual} --config ${path}\``,
  });
}

function tell(
  { output }: Context,
  kind: Options["kind"],
  { listen }: NodeSettings,
  { peerKey, port, reader }: RunningNode,
): void {
  const document = {
    kind,
    network_key: peerKey,
    chain_id: formatDigest(reader.chainId),
    listen_address: `${listen.host}:${port}`,
  };
  output.result(document, () => {
    const rows = [
      ["Network key", peerKey],
      ["Chain", document.chain_id],
      ["Listens on", document.listen_address],
    ];
    output.table({ title: kind === "validator" ? "Validator" : "Fullnode", rows });
    output.note("Press Ctrl+C to stop.");
  });
}

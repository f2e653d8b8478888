/**
 * What `soma start validator` and `soma start fullnode` do: one node until it is told to stop.
 *
 * @module
 */
import { resolve } from "node:path";

import { SomaError } from "../../base/errors.ts";
import { createLogger, type LogOptions } from "../../base/log.ts";
import { type NodeSettings, readConfig } from "../../host/config.ts";
import { type RunningNode, startNode } from "../../host/run-node.ts";
import { obeySupervisor } from "../../localnet/supervised.ts";
import { formatDigest } from "../../types/text.ts";
import type { Context } from "../command.ts";
import { serveUntilStopped } from "../serve.ts";

type Options = {
  readonly kind: "validator" | "fullnode";
  readonly config: string;
  readonly logLevel: LogOptions["level"];
};

/** `start validator` and `start fullnode` */
export async function startNodeAction(context: Context, options: Options): Promise<void> {
  const { deps, output } = context;
  const path = resolve(deps.cwd, options.config);
  const settings = readConfig(path);
  checkKind(path, settings, options.kind);
  await serveUntilStopped(context, async () => {
    const node = await startNode(settings, { log: createLogger({ level: options.logLevel }) });
    tell(context, options.kind, settings, node);
    return {
      failed: node.finished.then(() => new Promise<never>(() => undefined)),
      done: obeySupervisor(node),
      stop: node.stop,
    };
  });
  output.note("Stopped.");
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

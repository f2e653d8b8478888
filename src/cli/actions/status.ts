/**
 * What `soma status` does: the network and the active account at a glance.
 *
 * @module
 */
import { SomaError } from "../../base/errors.ts";
import { SomaClient } from "../../client/client.ts";
import { formatAddress, formatDigest } from "../../types/text.ts";
import type { InfoView } from "../../wire/json/info.ts";
import { somaText } from "../amounts.ts";
import type { Context } from "../command.ts";
import type { CliDeps } from "../deps.ts";
import { untilEpochMs } from "../epoch-times.ts";
import { contextEnv, openContextConfiguration } from "../open-wallet.ts";
import { duration } from "../progress.ts";

/** `status` */
export async function statusAction(context: Context): Promise<void> {
  const { output, deps } = context;
  const configuration = openContextConfiguration(context);
  const { alias, rpc } = contextEnv(context, configuration);
  const client = new SomaClient(rpc, { attempts: 1 });
  const { active_address: active } = configuration.config;
  const info = await reachable(() => client.info());
  const balance =
    info === undefined || active === undefined
      ? undefined
      : await reachable(() => client.balance(active));
  const total = balance?.total_balance;
  const document = {
    network: alias,
    rpc_url: rpc,
    ...(info && infoDocument(info)),
    ...(active && { active_address: formatAddress(active) }),
    ...(total !== undefined && { balance: total }),
    server_reachable: info !== undefined,
  };
  output.result(document, () => {
    const rows = [
      ["Network", alias],
      ["RPC URL", rpc],
      ...(info === undefined ? [] : infoRows(deps, info)),
      ["Active Address", active === undefined ? "none" : formatAddress(active)],
      ...(total === undefined ? [] : [["Balance", somaText(total)]]),
    ];
    output.table({ title: "SOMA Network Status", rows });
  });
  if (info === undefined) output.warn(`Could not connect to RPC server at ${rpc}`);
}

function infoDocument(info: InfoView): object {
  return {
    server_version: info.server_version,
    chain_id: formatDigest(info.chain_id),
    epoch: Number(info.epoch),
    epoch_start_timestamp_ms: info.epoch_start_timestamp_ms,
    epoch_duration_ms: info.epoch_duration_ms,
    protocol_version: info.protocol_version,
  };
}

function infoRows(deps: CliDeps, info: InfoView): string[][] {
  const leftMs = untilEpochMs(deps, info, info.epoch + 1n);
  return [
    ["Server Version", info.server_version],
    ["Chain ID", formatDigest(info.chain_id)],
    ["Current Epoch", String(info.epoch)],
    ["Next Epoch", leftMs === 0 ? "about to begin" : `in ${duration(leftMs)}`],
    ["Protocol Version", String(info.protocol_version)],
  ];
}

async function reachable<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof SomaError) return undefined;
    throw error;
  }
}

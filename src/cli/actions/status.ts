/**
 * What `soma status` does: the network and the active account at a glance.
 *
 * @module
 */
import { SomaError } from "../../base/errors.ts";
import { SomaClient } from "../../client/client.ts";
import { formatAddress, formatDigest, formatSoma } from "../../types/text.ts";
import type { BalanceView } from "../../wire/json/balance.ts";
import type { InfoView } from "../../wire/json/info.ts";
import type { Context } from "../command.ts";
import { contextEnv, openContextConfiguration } from "../open-wallet.ts";

const MS_PER_MINUTE = 60_000n;

/** `status` */
export async function statusAction(context: Context): Promise<void> {
  const { output } = context;
  const configuration = openContextConfiguration(context);
  const { alias, rpc } = contextEnv(context, configuration);
  const client = new SomaClient(rpc, { attempts: 1 });
  const { active_address: active } = configuration.config;
  const info = await reachable(() => client.info());
  const balance =
    info === undefined || active === undefined
      ? undefined
      : await reachable(() => client.balance(active));
  const place = { network: alias, rpc_url: rpc };
  const account = active === undefined ? {} : { active_address: formatAddress(active) };
  const document = { ...place, ...describe(info, balance), ...account };
  output.result({ ...document, server_reachable: info !== undefined }, () => {
    const rows = Object.entries<unknown>(document).map(([name, value]) => [
      titleOf(name),
      String(value),
    ]);
    output.table({ title: "SOMA Network Status", rows });
    if (info !== undefined) output.line(nextEpoch(info));
  });
  if (info === undefined) output.warn(`Could not connect to RPC server at ${rpc}`);
}

function describe(
  info: InfoView | undefined,
  balance: BalanceView | undefined,
): Record<string, unknown> {
  if (info === undefined) return {};
  return {
    server_version: info.server_version,
    chain_id: formatDigest(info.chain_id),
    epoch: Number(info.epoch),
    epoch_start_timestamp_ms: info.epoch_start_timestamp_ms,
    epoch_duration_ms: info.epoch_duration_ms,
    protocol_version: info.protocol_version,
    ...(balance && { balance: formatSoma(balance.total_balance) }),
  };
}

function nextEpoch({
  epoch_start_timestamp_ms: start,
  epoch_duration_ms: duration,
  timestamp_ms,
}: InfoView): string {
  const leftMs = start + duration - timestamp_ms;
  return leftMs > 0n ? `Next epoch in ~${leftMs / MS_PER_MINUTE} min` : "The epoch is about to end";
}

function titleOf(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

async function reachable<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof SomaError) return undefined;
    throw error;
  }
}

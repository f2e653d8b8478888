/**
 * What `soma env` does: the calls into the configuration, and what is said about them.
 *
 * @module
 */
import { formatDigest } from "../../types/text.ts";
import type { NetworkEnv } from "../../wallet/client-config.ts";
import type { Configuration } from "../../wallet/configuration.ts";
import { addEnv, findEnv, removeEnv, switchEnv } from "../../wallet/environments.ts";
import type { Context } from "../command.ts";
import { openClient } from "../network.ts";
import { contextEnv, noteIfCreated, openContextConfiguration, walletPath } from "../open-wallet.ts";
import { printable } from "../output.ts";

type NewEnv = Omit<NetworkEnv, "basic_auth" | "chain_id"> & {
  readonly basicAuth: string | undefined;
};

/** `env list` */
export function listEnvsAction(context: Context): void {
  const { config } = openContextConfiguration(context);
  const { output } = context;
  const active = config.envs.length === 0 ? undefined : findEnv(config).alias;
  const envs = config.envs.map(({ alias, rpc, chain_id }) => ({ alias, rpc, chain_id }));
  output.result({ active_env: active ?? null, envs }, () => {
    const mark = output.colors.green("●");
    const rows = config.envs.map(({ alias, rpc }) => [
      `${alias === active ? mark : " "} ${printable(alias)}`,
      printable(rpc),
    ]);
    output.table({ title: "Configured Environments", head: ["  Alias", "RPC URL"], rows });
    output.line(`${mark} = active environment`);
  });
}

/** `env active` */
export function activeEnvAction(context: Context): void {
  const env = contextEnv(context, openContextConfiguration(context));
  context.output.result(env.alias, () => context.output.line(printable(env.alias)));
}

/** `env new` */
export function newEnvAction(context: Context, options: NewEnv): void {
  const { basicAuth, ...rest } = options;
  const env: NetworkEnv = { ...rest, basic_auth: basicAuth, chain_id: undefined };
  noteIfCreated(context, addEnv(walletPath(context), env));
  context.output.result({ alias: env.alias, rpc: env.rpc }, () => {
    context.output.line(`Added the environment ${env.alias} (${env.rpc}).`);
    context.output.line(`To use it: soma env switch ${env.alias}`);
  });
}

/** `env switch` */
export function switchEnvAction(context: Context, alias: string): void {
  tellActive(context, switchEnv(walletPath(context), alias));
}

/** `env remove` */
export function removeEnvAction(context: Context, alias: string): void {
  noteIfCreated(context, removeEnv(walletPath(context), alias));
  context.output.result({ alias }, () => context.output.line(`Removed the environment ${alias}.`));
}

function tellActive(context: Context, configuration: Configuration): void {
  noteIfCreated(context, configuration);
  const { alias, rpc } = findEnv(configuration.config);
  context.output.result({ env: alias }, () =>
    context.output.line(`The active environment is now ${alias} (${printable(rpc)}).`),
  );
}

/** `env chain-id` */
export async function chainIdAction(context: Context): Promise<void> {
  const { chain_id, server_version } = await openClient(context).info();
  const id = formatDigest(chain_id);
  context.output.result({ chain_id: id, server_version }, () => context.output.line(id));
}

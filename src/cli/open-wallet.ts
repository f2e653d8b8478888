/**
 * The wallet and the network that a command works with, by the global options or the defaults.
 *
 * @module
 */
import { resolve } from "node:path";

import type { NetworkEnv } from "../wallet/client-config.ts";
import { clientYamlPath } from "../wallet/config-dir.ts";
import { type Configuration, openConfiguration } from "../wallet/configuration.ts";
import { findEnv } from "../wallet/environments.ts";
import { openWallet, type Wallet } from "../wallet/wallet.ts";
import type { Context } from "./command.ts";

/** The path of the `client.yaml` that `context` asks for. */
export function walletPath({ deps, globals }: Context): string {
  const { clientConfig } = globals;
  if (clientConfig !== undefined) return resolve(deps.cwd, clientConfig);
  return clientYamlPath(deps.env, deps.cwd);
}

/** Opens the configuration; its first use is told. */
export function openContextConfiguration(context: Context): Configuration {
  const configuration = openConfiguration(walletPath(context));
  noteIfCreated(context, configuration);
  return configuration;
}

/** Opens the wallet; its first use is told. */
export function openContextWallet(context: Context): Wallet {
  const wallet = openWallet(walletPath(context));
  noteIfCreated(context, wallet);
  return wallet;
}

/** Tells that the first configuration was written. */
export function noteIfCreated({ output }: Context, { created, config, path }: Configuration): void {
  if (!created) return;
  output.note(`Created ${path} with the environment ${config.active_env} active.`);
}

/** The network that the command talks to. */
export function contextEnv({ globals }: Context, { config }: Configuration): NetworkEnv {
  return findEnv(config, globals.clientEnv);
}

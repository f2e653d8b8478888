/**
 * The configuration as commands use it: made on first use with the network `localnet` active,
 * changed by one process at a time, read anew under the lock before each change.
 *
 * @module
 */
import { dirname, join } from "node:path";

import { type ClientConfig, firstConfig } from "./client-config.ts";
import { changeClientYaml, createClientYaml, readClientYaml } from "./client-yaml.ts";
import { readKeystore } from "./keystore.ts";
import { withLock } from "./lock.ts";

/** A configuration as its file said when it was opened. */
export type Configuration = {
  /** Path of `client.yaml`. */
  readonly path: string;
  readonly config: ClientConfig;
  /** Whether this call wrote the file. */
  readonly created: boolean;
};

/** Opens the configuration at `path`, and writes a first one when there is none. */
export function openConfiguration(path: string): Configuration {
  const config = readClientYaml(path);
  if (config !== undefined) return { path, config, created: false };
  return locked(path, () => loadOrCreate(path));
}

/** Changes the configuration at `path`; what `change` throws leaves it as it was. */
export function changeConfiguration(
  path: string,
  change: (config: ClientConfig) => ClientConfig,
): Configuration {
  return locked(path, () => {
    const { created } = loadOrCreate(path);
    return { path, config: changeClientYaml(path, change), created };
  });
}

/** Runs `change` while no other process changes the files of the configuration at `path`. */
export function locked<T>(path: string, change: () => T): T {
  return withLock(join(dirname(path), "wallet.lock"), change);
}

/** The configuration at `path` for a caller that holds the lock. */
export function loadOrCreate(path: string): Configuration {
  const config = readClientYaml(path);
  if (config !== undefined) return { path, config, created: false };
  const keystore = join(dirname(path), "soma.keystore");
  // Keys that somebody brought along: the first one is the active account.
  const first = firstConfig(keystore, readKeystore(keystore)[0]?.address);
  createClientYaml(path, first);
  return { path, config: first, created: true };
}

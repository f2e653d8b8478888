/**
 * Where Soma keeps its configuration: `$SOMA_CONFIG_DIR`, else `~/.soma/soma_config`.
 * Nothing here creates a directory; whoever writes a file does (see `small-file.ts`).
 *
 * @module
 */
import { isAbsolute, join, resolve } from "node:path";

import { SomaError } from "../base/errors.ts";

/** The variables of the environment that this module reads. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The configuration directory as an absolute path; an empty variable counts as unset. */
export function configDir(env: Environment, cwd: string): string {
  const chosen = env["SOMA_CONFIG_DIR"];
  if (chosen !== undefined && chosen !== "") return resolve(cwd, chosen);
  return join(homeDir(env), ".soma", "soma_config");
}

/** The path of `client.yaml`, which names every other file of a wallet. */
export function clientYamlPath(env: Environment, cwd: string): string {
  return join(configDir(env, cwd), "client.yaml");
}

function homeDir(env: Environment): string {
  const home = env["HOME"] || env["USERPROFILE"];
  if (home !== undefined && home !== "" && isAbsolute(home)) return home;
  throw new SomaError(
    "home_unset",
    home
      ? `HOME is not an absolute path: ${home}`
      : "HOME is not set, so there is no place for keys",
    { hint: "set HOME, or SOMA_CONFIG_DIR to the directory that shall hold the configuration" },
  );
}

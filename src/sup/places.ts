/**
 * Where `sup` keeps things: everything under `SUP_HOME`, else in the data, cache and configuration
 * folders of the XDG convention; links in `SUP_BIN_DIR`, else `~/.local/bin`.
 *
 * @module
 */
import { isAbsolute, join } from "node:path";

import { supError } from "./failures.ts";

/** The folders, as absolute paths; none need exist. */
export type Places = {
  /** A folder for each installed version, and which one is in use. */
  readonly data: string;
  /** Downloads and the last list of releases: can be removed at any time. */
  readonly cache: string;
  /** Links to the version in use. */
  readonly bin: string;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** The folders that `env` asks for. */
export function placesOf(env: Environment): Places {
  const supHome = absolute(env, "SUP_HOME");
  const bin = absolute(env, "SUP_BIN_DIR") ?? inHome(env, ".local/bin");
  if (supHome !== undefined) return { data: supHome, cache: join(supHome, "cache"), bin };
  return {
    data: join(absolute(env, "XDG_DATA_HOME") ?? inHome(env, ".local/share"), "sup"),
    cache: join(absolute(env, "XDG_CACHE_HOME") ?? inHome(env, ".cache"), "sup"),
    bin,
  };
}

function inHome(env: Environment, path: string): string {
  const home = absolute(env, "HOME") ?? absolute(env, "USERPROFILE");
  if (home !== undefined) return join(home, path);
  throw supError(
    "disk",
    "HOME is not set, so there is no place to install to",
    "set HOME, or SUP_HOME and SUP_BIN_DIR to folders of yours",
  );
}

/** An empty variable counts as unset. */
function absolute(env: Environment, name: string): string | undefined {
  const value = env[name];
  if (value === undefined || value === "") return undefined;
  if (isAbsolute(value)) return value;
  throw supError("disk", `${name} is not an absolute path: ${value}`, "write it out from the root");
}

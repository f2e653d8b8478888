/**
 * The networks of a configuration: adding, removing, choosing, and the URLs of their services.
 * A local network's services have fixed ports on the same host unless the configuration names them.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { type ClientConfig, ENVS_MAX, type NetworkEnv } from "./client-config.ts";
import { changeConfiguration, type Configuration } from "./configuration.ts";

/** A service beside the node itself. */
export type ServiceName = "faucet" | "scoring" | "admin";

const LOCAL_PORTS: Readonly<Record<ServiceName, number>> = {
  faucet: 9123,
  scoring: 9124,
  admin: 9125,
};

const LOCAL_HOSTS: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "0.0.0.0", "[::1]"]);

/** The network named `alias`, or the active one. */
export function findEnv(config: ClientConfig, alias?: string): NetworkEnv {
  const wanted = alias ?? config.active_env ?? config.envs[0]?.alias;
  const env = config.envs.find((candidate) => candidate.alias === wanted);
  if (env !== undefined) return env;
  throw unknownEnv(config, wanted);
}

/** Adds a network; its alias must be new. */
export function addEnv(path: string, env: NetworkEnv): Configuration {
  return changeConfiguration(path, (config) => {
    if (config.envs.some((known) => known.alias === env.alias)) {
      throw new SomaError("env_exists", `there is an environment ${env.alias} already`, {
        hint: `choose another alias, or remove it with \`soma env remove ${env.alias}\``,
      });
    }
    return withEnv(config, env);
  });
}

/** Adds a network or replaces the one of its name, and makes it the active one. */
export function activateEnv(path: string, env: NetworkEnv): Configuration {
  return changeConfiguration(path, (config) => ({
    ...withEnv(config, env),
    active_env: env.alias,
  }));
}

/** Makes the network named `alias` the active one. */
export function switchEnv(path: string, alias: string): Configuration {
  return changeConfiguration(path, (config) => ({
    ...config,
    active_env: findEnv(config, alias).alias,
  }));
}

/** Removes the network named `alias`; the active one stays. */
export function removeEnv(path: string, alias: string): Configuration {
  return changeConfiguration(path, (config) => {
    const env = findEnv(config, alias);
    if (env === findEnv(config)) {
      throw new SomaError("env_active", `the environment ${alias} is active`, {
        hint: "switch to another one first: `soma env switch ALIAS`",
      });
    }
    return { ...config, envs: config.envs.filter((known) => known !== env) };
  });
}

/** The URL of a service of `env`. */
export function serviceUrl(env: NetworkEnv, service: ServiceName): string {
  const named = env[service];
  if (named !== undefined) return named;
  const host = URL.canParse(env.rpc) ? new URL(env.rpc).hostname : "";
  if (LOCAL_HOSTS.has(host)) return `http://127.0.0.1:${LOCAL_PORTS[service]}`;
  throw new SomaError(
    "service_unknown",
    `no ${service} is known for the environment ${env.alias}`,
    {
      hint: `give its URL with --url, or as \`${service}:\` of that environment in client.yaml`,
    },
  );
}

function withEnv(config: ClientConfig, env: NetworkEnv): ClientConfig {
  const others = config.envs.filter((known) => known.alias !== env.alias);
  if (others.length >= ENVS_MAX) {
    throw new SomaError("envs_full", `a configuration names at most ${ENVS_MAX} environments`);
  }
  return { ...config, envs: [...others, env] };
}

function unknownEnv(config: ClientConfig, alias: string | undefined): SomaError {
  const known = config.envs.map((env) => env.alias).join(", ");
  return new SomaError("env_unknown", `there is no environment ${alias ?? "at all"}`, {
    hint:
      known === ""
        ? "make one with `soma env new`"
        : `known are ${known}; \`soma env new\` makes one`,
  });
}

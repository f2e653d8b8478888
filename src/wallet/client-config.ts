/**
 * What a client's configuration says: where the keys are, which networks there are, and which
 * network and account are active. Its file is `client.yaml` (`client-yaml.ts`).
 *
 * @module
 */
import type { Address } from "../types/address.ts";

/** A network that clients can talk to. `faucet`, `scoring` and `admin` are URLs like `rpc`. */
export type NetworkEnv = {
  readonly alias: string;
  readonly rpc: string;
  readonly basic_auth: string | undefined;
  readonly chain_id: string | undefined;
  readonly faucet: string | undefined;
  readonly scoring: string | undefined;
  readonly admin: string | undefined;
};

/** What `client.yaml` says. */
export type ClientConfig = {
  /** Absolute path of the keystore. */
  readonly keystore: string;
  readonly envs: readonly NetworkEnv[];
  readonly active_env: string | undefined;
  readonly active_address: Address | undefined;
};

/** Networks that one configuration may name. */
export const ENVS_MAX = 256;

/** Nothing of a network but its name and node. */
export const NO_EXTRAS: Omit<NetworkEnv, "alias" | "rpc"> = {
  basic_auth: undefined,
  chain_id: undefined,
  faucet: undefined,
  scoring: undefined,
  admin: undefined,
};

/** The network that `soma start localnet` runs. */
export const LOCALNET: NetworkEnv = {
  alias: "localnet",
  rpc: "http://127.0.0.1:9000",
  ...NO_EXTRAS,
};

/** The configuration of a wallet that has none: `localnet` is the network, and active. */
export function firstConfig(keystore: string, active: Address | undefined): ClientConfig {
  return { keystore, envs: [LOCALNET], active_env: LOCALNET.alias, active_address: active };
}

/**
 * A local network in this process for the tests of one file, and configurations that know it.
 *
 * @module
 */
import { afterAll, beforeAll } from "bun:test";
import { join } from "node:path";

import { present } from "../../src/base/assert.ts";
import type { Localnet } from "../../src/localnet/options.ts";
import { startLocalnet } from "../../src/localnet/start.ts";
import { activateEnv } from "../../src/wallet/environments.ts";
import { makeWorld, type World } from "./world.ts";

/** A network that runs while the tests of the file do. */
export type TestNetwork = {
  /** A new configuration whose environment is the network. */
  readonly world: () => World;
  readonly localnet: () => Localnet;
};

const START_MS_MAX = 60_000;

/** Starts a network before the tests of a file and ends it after them. */
export function useNetwork(): TestNetwork {
  let running: Localnet | undefined;
  beforeAll(async () => {
    running = await startLocalnet({
      directory: undefined,
      ports: { rpc: 0, faucet: 0, scoring: 0, admin: 0 },
      committeeSize: 1,
      randomBytes: (size) => crypto.getRandomValues(new Uint8Array(size)),
    });
  }, START_MS_MAX);
  afterAll(() => running?.stop());
  return {
    localnet: () => present(running, "the network"),
    world: () => {
      const world = makeWorld();
      const { urls } = present(running, "the network");
      const env = { alias: "localnet", basic_auth: undefined, chain_id: undefined, ...urls };
      activateEnv(join(world.configDir, "client.yaml"), env);
      return world;
    },
  };
}

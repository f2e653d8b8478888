/**
 * Choosing among networks, and where their services are.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { join } from "node:path";

import { firstConfig, LOCALNET } from "../../src/wallet/client-config.ts";
import {
  activateEnv,
  addEnv,
  findEnv,
  removeEnv,
  serviceUrl,
  switchEnv,
} from "../../src/wallet/environments.ts";
import { failure, temporaryDir } from "./scratch.ts";

const LAB = { ...LOCALNET, alias: "lab", rpc: "https://lab.example:9000" };

function path(): string {
  return join(temporaryDir(), "client.yaml");
}

test("the first use has localnet, and it is active", () => {
  const { config, created } = addEnv(path(), LAB);
  expect(created).toBe(true);
  expect(config.envs).toEqual([LOCALNET, LAB]);
  expect(findEnv(config)).toEqual(LOCALNET);
  expect(findEnv(config, "lab")).toEqual(LAB);
});

test("a name is given once", () => {
  const file = path();
  addEnv(file, LAB);
  expect(failure(() => addEnv(file, LAB)).code).toBe("env_exists");
});

test("switching, and removing all but the active one", () => {
  const file = path();
  addEnv(file, LAB);
  expect(switchEnv(file, "lab").config.active_env).toBe("lab");
  expect(failure(() => removeEnv(file, "lab")).code).toBe("env_active");
  expect(removeEnv(file, "localnet").config.envs).toEqual([LAB]);
  const error = failure(() => switchEnv(file, "localnet"));
  expect(error.code).toBe("env_unknown");
  expect(error.hint).toContain("known are lab");
});

test("a network that starts writes its URLs and becomes active", () => {
  const file = path();
  addEnv(file, LAB);
  switchEnv(file, "lab");
  const env = { ...LOCALNET, rpc: "http://127.0.0.1:9100", faucet: "http://127.0.0.1:9101" };
  const { config } = activateEnv(file, env);
  expect(config.active_env).toBe("localnet");
  expect(findEnv(config)).toEqual(env);
  expect(config.envs).toHaveLength(2);
});

test("without an active environment the first one counts", () => {
  const config = firstConfig("/k", undefined);
  expect(findEnv({ ...config, active_env: undefined })).toEqual(LOCALNET);
  expect(failure(() => findEnv({ ...config, active_env: "gone" })).message).toContain("gone");
  expect(failure(() => findEnv({ ...config, active_env: undefined, envs: [] })).code).toBe(
    "env_unknown",
  );
});

test.each(["http://127.0.0.1:9000", "http://localhost:1", "http://0.0.0.0:9000", "http://[::1]:1"])(
  "services of a local network: %s",
  (rpc) => {
    expect(serviceUrl({ ...LOCALNET, rpc }, "faucet")).toBe("http://127.0.0.1:9123");
    expect(serviceUrl({ ...LOCALNET, rpc }, "scoring")).toBe("http://127.0.0.1:9124");
    expect(serviceUrl({ ...LOCALNET, rpc }, "admin")).toBe("http://127.0.0.1:9125");
  },
);

test("a named service counts more; elsewhere nothing is guessed", () => {
  expect(serviceUrl({ ...LOCALNET, faucet: "http://f" }, "faucet")).toBe("http://f");
  for (const rpc of ["https://lab.example", "http://127.0.0.1.example", "nonsense"]) {
    expect(failure(() => serviceUrl({ ...LAB, rpc }, "faucet")).code).toBe("service_unknown");
  }
});

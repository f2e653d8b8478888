/**
 * Where the configuration is.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { clientYamlPath, configDir } from "../../src/wallet/config-dir.ts";
import { failure } from "./scratch.ts";

test.each([
  [{ SOMA_CONFIG_DIR: "/etc/soma", HOME: "/root" }, "/etc/soma"],
  [{ SOMA_CONFIG_DIR: "here/conf" }, "/work/here/conf"],
  [{ HOME: "/home/ann" }, "/home/ann/.soma/soma_config"],
  [{ SOMA_CONFIG_DIR: "", HOME: "/home/ann" }, "/home/ann/.soma/soma_config"],
  [{ USERPROFILE: "/users/ann" }, "/users/ann/.soma/soma_config"],
])("%j", (env, path) => {
  expect(configDir(env, "/work")).toBe(path);
  expect(clientYamlPath(env, "/work")).toBe(`${path}/client.yaml`);
});

test.each([[{}], [{ HOME: "" }], [{ HOME: "relative" }]])("no home: %j", (env) => {
  const error = failure(() => configDir(env, "/work"));
  expect(error.code).toBe("home_unset");
  expect(error.message).toContain("HOME");
  expect(error.hint).toContain("SOMA_CONFIG_DIR");
});

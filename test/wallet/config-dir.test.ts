/**
 * Where the configuration is.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { clientYamlPath, configDir } from "../../src/wallet/config-dir.ts";
import { failure } from "./scratch.ts";

test.each([
  [{ SOMA_CONFIG_DIR: "/etc/soma", HOME: "/srv/bob" }, "/etc/soma"],
  [{ SOMA_CONFIG_DIR: "here/conf" }, "/srv/here/conf"],
  [{ HOME: "/srv/ann" }, "/srv/ann/.soma/soma_config"],
  [{ SOMA_CONFIG_DIR: "", HOME: "/srv/ann" }, "/srv/ann/.soma/soma_config"],
  [{ USERPROFILE: "/srv/eve" }, "/srv/eve/.soma/soma_config"],
])("%j", (env, path) => {
  expect(configDir(env, "/srv")).toBe(path);
  expect(clientYamlPath(env, "/srv")).toBe(`${path}/client.yaml`);
});

test.each([[{}], [{ HOME: "" }], [{ HOME: "relative" }]])("no home: %j", (env) => {
  const error = failure(() => configDir(env, "/srv"));
  expect(error.code).toBe("home_unset");
  expect(error.message).toContain("HOME");
  expect(error.hint).toContain("SOMA_CONFIG_DIR");
});

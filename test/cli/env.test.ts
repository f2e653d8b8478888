/**
 * `soma env` as a person and a script use it.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { makeWorld } from "./world.ts";

const NEW = ["env", "new", "--alias", "lab", "--rpc", "https://lab.example:9000"];

test("at first there is localnet, and it is active", async () => {
  const world = makeWorld();
  expect(await world.json(["env", "list"])).toEqual({
    active_env: "localnet",
    envs: [{ alias: "localnet", rpc: "http://127.0.0.1:9000" }],
  });
  expect(await world.json(["env", "active"])).toBe("localnet");
  expect((await world.run(["env", "active"])).stdout).toBe("localnet\n");
});

test("a new environment, switching to it, removing the old one", async () => {
  const world = makeWorld();
  expect(await world.json(NEW)).toEqual({ alias: "lab", rpc: "https://lab.example:9000" });
  expect(await world.json(["env", "active"])).toBe("localnet");
  expect(await world.json(["env", "switch", "lab"])).toEqual({ env: "lab" });
  expect(await world.json(["env", "remove", "localnet"])).toEqual({ alias: "localnet" });
  const { stdout } = await world.run(["env", "list"]);
  expect(stdout).toMatch(/● lab +│ https:\/\/lab.example:9000 │/);
  expect(stdout).not.toContain("localnet");
});

test("--client.env counts for one call", async () => {
  const world = makeWorld();
  await world.run(NEW);
  expect(await world.json(["env", "active", "--client.env", "lab"])).toBe("lab");
  expect(await world.json(["env", "active"])).toBe("localnet");
});

test.each([
  [["env", "switch", "mars"], 1, "there is no environment mars", "known are localnet"],
  [["env", "active", "--client.env", "mars"], 1, "there is no environment mars", "localnet"],
  [["env", "remove", "mars"], 1, "there is no environment mars", "known are localnet"],
  [["env", "remove", "localnet"], 1, "the environment localnet is active", "env switch"],
  [["env", "new", "--alias", "localnet", "--rpc", "http://a"], 1, "localnet already", "remove"],
  [["env", "new", "--alias", "a", "--rpc", "a:9000"], 2, "--rpc <URL>: a URL starts", "env new"],
  [["env", "new", "--alias", "a"], 2, "missing --rpc <URL>", "soma env new --help"],
  [["env", "new", "--alias", "a b", "--rpc", "http://a"], 2, "--alias <ALIAS>: an alias", "env"],
])("%j", async (words, code, message, hint) => {
  const run = await makeWorld().run(words);
  expect({ code: run.code, stdout: run.stdout }).toEqual({ code, stdout: "" });
  expect(run.stderr).toContain(message);
  expect(run.stderr.slice(run.stderr.indexOf("Hint:"))).toContain(hint);
});

test("what stands in the file cannot rewrite the terminal", async () => {
  const world = makeWorld();
  await world.run(["env", "list"]);
  const yaml = 'keystore: {File: k}\nenvs: [{alias: a, rpc: "http://\\e[2Jx"}]\n';
  writeFileSync(join(world.configDir, "client.yaml"), yaml);
  const { code, stdout } = await world.run(["env", "list"]);
  expect(code).toBe(0);
  expect(stdout).not.toContain("\u001b");
  expect(stdout).toContain("http://");
});

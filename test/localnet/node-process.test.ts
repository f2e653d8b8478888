/**
 * A node's process that cannot start: whoever supervises it hears why, and what to do.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";

import { SILENT_LOG } from "../../src/base/log.ts";
import { NodeProcess } from "../../src/localnet/node-process.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";

afterAll(removeTemporary);

function start(...words: readonly string[]): NodeProcess {
  return new NodeProcess({ name: "validator 3", words, log: SILENT_LOG });
}

test("one that says why it did not start has its reason and its hint told", async () => {
  const config = join(temporaryDirectory(), "none.yaml");
  const { failed } = start("start", "validator", "--config", config, "--json");
  const error = await failed.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "node_died" });
  expect(String(error)).toContain("the process of validator 3 ended with 1: ");
  expect(String(error)).toContain(config);
  expect(error).not.toMatchObject({ hint: "what it wrote above says why" });
});

test("one that printed nothing of the kind has its exit code told", async () => {
  const error = await start("version").failed.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "node_died", hint: "what it wrote above says why" });
  expect(String(error)).toEndWith("the process of validator 3 ended with 2");
});

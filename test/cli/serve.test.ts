/**
 * A service stays until it is told to stop, fails, or nobody reads what it says.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { buildProgram, command, type Program } from "../../src/cli/command.ts";
import { serveUntilStopped } from "../../src/cli/serve.ts";
import { runIn } from "./world.ts";

let stops = 0;

function serving(failed: Promise<never>): Program {
  const run = command({
    name: "serve",
    summary: "S",
    examples: [],
    args: {},
    options: {},
    run: async (context) => {
      stops = 0;
      await serveUntilStopped(context, async () => {
        context.output.line("ready, and a long line about it");
        return { failed, stop: async () => void stops++ };
      });
    },
  });
  const groups = [{ title: "T", commands: [run] }];
  return buildProgram({ name: "soma", about: "A.", version: "1", examples: [], groups });
}

const never = new Promise<never>(() => undefined);

test("it ends when its reader has gone", async () => {
  const { code } = await runIn({}, ["serve"], { program: serving(never), stdoutMax: 5 });
  expect({ code, stops }).toEqual({ code: 141, stops: 1 });
});

test("it ends with what it fails of, and is stopped", async () => {
  const failed = Promise.reject(Object.assign(new Error("EIO: gone"), { errno: -5, code: "EIO" }));
  const { code, stderr } = await runIn({}, ["serve"], { program: serving(failed) });
  expect({ code, stops }).toEqual({ code: 1, stops: 1 });
  expect(stderr).toContain("EIO: gone");
});

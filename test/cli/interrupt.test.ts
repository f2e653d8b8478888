/**
 * The first request to stop is passed on, the second is obeyed at once.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { listenForStop, waitForStop } from "../../src/cli/interrupt.ts";
import { makeDeps } from "./world.ts";

test("first an orderly end, then the exit code of the signal", () => {
  const { deps, stop } = makeDeps({});
  const { signal } = listenForStop(deps);
  expect(signal.aborted).toBe(false);
  stop("SIGINT");
  expect(signal.aborted).toBe(true);
  expect(() => stop("SIGINT")).toThrow("exit 130");
  expect(() => stop("SIGTERM")).toThrow("exit 143");
});

test("after it is disposed nothing is heard", () => {
  const { deps, stop } = makeDeps({});
  const { signal, dispose } = listenForStop(deps);
  dispose();
  stop("SIGTERM");
  expect(signal.aborted).toBe(false);
});

test("a service waits for the request", async () => {
  const { deps, stop } = makeDeps({});
  const order: string[] = [];
  const waiting = waitForStop(deps).then(() => order.push("stopped"));
  order.push("running");
  stop("SIGTERM");
  await waiting;
  expect(order).toEqual(["running", "stopped"]);
});

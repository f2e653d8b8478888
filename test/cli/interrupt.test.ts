/**
 * The first request to stop is passed on, the second is obeyed at once.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { interruptible, listenForStop } from "../../src/cli/interrupt.ts";
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

test("stopped work ends with what it leaves behind, and the signal's exit code", async () => {
  const { deps, stop } = makeDeps({});
  const work = interruptible(deps, "nothing was sent", async (signal) => {
    stop("SIGINT");
    signal.throwIfAborted();
  });
  expect(work).rejects.toMatchObject({
    code: "interrupted",
    message: "interrupted; nothing was sent",
    exit: 130,
  });
  await work.catch(() => undefined);
  expect(() => stop("SIGINT")).not.toThrow();
});

test("an error that no request caused stays as it is", async () => {
  const { deps } = makeDeps({});
  const work = interruptible(deps, "", () => Promise.reject(new Error("disk on fire")));
  expect(work).rejects.toThrow("disk on fire");
});

/**
 * A backend in a child process: what is refused, and what becomes of its owner when the child dies.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { join } from "node:path";

import { batchDirections, type Sums } from "../../../src/model/compete.ts";
import { sequenceAt } from "../../../src/model/tokenize.ts";
import { ChildBackend, openInChild } from "../../../src/runtime/child/backend.ts";
import { seededTensors, TINY } from "../../model/seeded-weights.ts";

/** An environment in which no Vulkan driver is found. */
const NO_DRIVER = {
  ...process.env,
  VK_ICD_FILENAMES: "/nowhere.json",
  LD_LIBRARY_PATH: "",
};
const SEQUENCE = sequenceAt(new Uint8Array(TINY.positions), 0, TINY.positions);
const DIRECTIONS = batchDirections(TINY, 0n, 0);

test("the null adapter is refused with the reason", async () => {
  await expect(openInChild("wgpu", { env: NO_DRIVER })).rejects.toThrow("only the null adapter");
});

test("a child that aborts is an error of every question and takes nothing else down", async () => {
  const backend = await openInChild("cpu");
  const model = await backend.load(TINY, seededTensors(42));
  await model.score([SEQUENCE], DIRECTIONS);
  process.kill(backend instanceof ChildBackend ? backend.pid : 0, "SIGABRT");
  await expect(model.score([SEQUENCE], DIRECTIONS)).rejects.toThrow("SIGABRT");
  await expect(backend.load(TINY, seededTensors(1))).rejects.toThrow("SIGABRT");
  await backend.close();
});

test("a child that hangs is ended, and that is said, by all later questions too", async () => {
  const backend = await openInChild("cpu", { silenceMs: 2_000 });
  const model = await backend.load(TINY, seededTensors(42));
  await model.score([SEQUENCE], DIRECTIONS);
  process.kill(backend instanceof ChildBackend ? backend.pid : 0, "SIGSTOP");
  const hung = { code: "backend_hung" };
  await expect(model.score([SEQUENCE], DIRECTIONS)).rejects.toMatchObject(hung);
  await expect(backend.load(TINY, seededTensors(1))).rejects.toMatchObject(hung);
  await backend.close();
});

test("steps of a long score are no answer to it", async () => {
  const program = [process.execPath, join(import.meta.dir, "stepping-child.ts")];
  const [plain, stepping] = [await openInChild("cpu"), await openInChild("cpu", { program })];
  const scores: (readonly Sums[])[] = [];
  for (const backend of [plain, stepping]) {
    const model = await backend.load(TINY, seededTensors(42));
    scores.push(await model.score([SEQUENCE], DIRECTIONS));
    scores.push(await model.score([SEQUENCE], DIRECTIONS));
    await backend.close();
  }
  expect(scores).toEqual(Array.from(scores, () => scores[0]!));
});

test("a tensor that cannot be read is the error of its load; the child goes on", async () => {
  const backend = await openInChild("cpu");
  const good = seededTensors(42);
  const torn = new Error("the disk is gone");
  let asked = 0;
  const bad: typeof good = (name, shape) => {
    if (++asked > 5) throw torn;
    return good(name, shape);
  };
  await expect(backend.load(TINY, bad)).rejects.toBe(torn);
  const model = await backend.load(TINY, good);
  expect(await model.score([SEQUENCE], DIRECTIONS)).toHaveLength(1);
  expect(model.streams).toBe(false);
  await backend.close();
});

test("a child that is closed while it works is an error of its question", async () => {
  const backend = await openInChild("cpu");
  const model = await backend.load(TINY, seededTensors(42));
  const answer = model.score([SEQUENCE], DIRECTIONS);
  const [outcome] = await Promise.allSettled([answer, backend.close()]);
  expect(outcome.status).toBe("rejected");
});

test("models in one child do not mix; questions asked at once are answered in turn", async () => {
  const backend = await openInChild("cpu");
  const models = await Promise.all([1, 2].map((base) => backend.load(TINY, seededTensors(base))));
  const alone = [];
  for (const model of models) alone.push(await model.score([SEQUENCE], DIRECTIONS));
  const together = await Promise.all(models.map((model) => model.score([SEQUENCE], DIRECTIONS)));
  expect(together).toEqual(alone);
  expect(alone[0]).not.toEqual(alone[1]);
  await backend.close();
});

/**
 * A GPU whose driver hangs or fails: the request at hand fails and says so, the next one finds a
 * new process with a device that works. What is emulated is waited for as long as it takes.
 *
 * @module
 */
import { afterAll, afterEach, expect, test } from "bun:test";
import { join } from "node:path";

import { utf8 } from "../../src/base/bytes.ts";
import type { EngineConfig } from "../../src/scoring/engine.ts";
import type { ScoringDevice } from "../../src/scoring/job.ts";
import { closeHosts } from "../blobs/blob-server.ts";
import { removeTemporary } from "../storage/temporary.ts";
import { DATA, host, openScoring, requestOf, type Scoring, weightsOf } from "./world.ts";

/** Less than the pause of the child that emulates. */
const SILENCE_MS = 2_500;
const HANGING = utf8("hang on, this takes a while");
const CHILD = [process.execPath, join(import.meta.dir, "hanging-child.ts")];

const opened: Scoring[] = [];

afterEach(async () => {
  for (const { engine } of opened.splice(0)) await engine.stop();
  closeHosts();
});
afterAll(removeTemporary);

function open(options: Partial<EngineConfig> = {}, ...words: string[]): Scoring {
  const child = { program: [...CHILD, ...words], silenceMs: SILENCE_MS };
  const scoring = openScoring({ device: "cuda", child, ...options });
  opened.push(scoring);
  return scoring;
}

test("a backend that hangs fails its request, and the next one has a new process", async () => {
  const devices: ScoringDevice[] = [];
  const scoring = open({ onDevice: (device) => devices.push(device) });
  const { adapter } = await scoring.engine.open();
  const model = host(weightsOf("english"));
  const good = requestOf(host(DATA), [model]);
  expect((await scoring.score(good)).status).toBe(200);

  const hung = await scoring.score(requestOf(host(HANGING), [model]));
  expect(hung).toMatchObject({ status: 503, json: { code: "backend_hung" } });
  expect(hung.json["detail"]).toMatch(/did nothing for 2.5 seconds and was ended/);
  expect((await scoring.score(good)).status).toBe(200);
  const names = devices.map((device) => device.adapter.name);
  expect(names).toEqual([adapter.name, expect.stringMatching(/^process /) as string]);
  expect(names[1]).not.toBe(names[0]);

  expect(await scoring.metric("devices_lost_total")).toBe(1);
  expect(await scoring.metric('requests_total{outcome="failed"}')).toBe(1);
  // The model had to be brought in again.
  expect(await scoring.metric("uploads_total")).toBe(2);
  expect(await scoring.metric("resident_models")).toBe(1);
});

test("requests that wait behind one that hangs have the new process", async () => {
  const scoring = open();
  const model = host(weightsOf("english"));
  const requests = [HANGING, DATA, DATA].map((data) => requestOf(host(data), [model]));
  const answers: ReturnType<Scoring["score"]>[] = [];
  for (const [place, request] of requests.entries()) {
    answers.push(scoring.score(request));
    while ((await scoring.metric("pending")) < place + 1) await Bun.sleep(1);
  }
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 503)).toHaveLength(1);
  expect(statuses.filter((status) => status === 200)).toHaveLength(2);
  expect(await scoring.metric("devices_lost_total")).toBe(1);
});

test("a backend that fails says why, and the next request has a new process", async () => {
  const scoring = open();
  const model = host(weightsOf("english"));
  const failed = await scoring.score(requestOf(host(utf8("fail, please")), [model]));
  const problem = { code: "backend_failed", detail: "download: out of memory" };
  expect(failed).toMatchObject({ status: 503, json: problem });
  expect((await scoring.score(requestOf(host(DATA), [model]))).status).toBe(200);
  expect(await scoring.metric("devices_lost_total")).toBe(1);
});

test("a device that is emulated may pause for longer", async () => {
  const scoring = open({}, "emulated");
  const request = requestOf(host(HANGING), [host(weightsOf("english"))]);
  expect((await scoring.score(request)).status).toBe(200);
  expect(await scoring.metric("devices_lost_total")).toBe(0);
});

/**
 * Progress is drawn on a terminal only, and never wider than it is.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { Output } from "../../src/cli/output.ts";
import { duration, progressLine, startProgress } from "../../src/cli/progress.ts";
import { textWidth } from "../../src/cli/text-layout.ts";
import { makeDeps } from "./world.ts";

const STATE = { label: "Scoring", done: 25, total: 100, elapsedMs: 10_000, columns: 80 };

test("a bar has the share and the time left", () => {
  const line = progressLine(STATE);
  expect(line).toMatch(/^. Scoring {2}━{10}─{30} {2}25 %, ~30s left$/);
  expect(progressLine({ ...STATE, done: 0 })).toMatch(/─{40} {2}0 %$/);
  expect(progressLine({ ...STATE, done: 200 })).toMatch(/━{40} {2}100 %$/);
});

test("without a total it tells the time that passed", () => {
  expect(progressLine({ ...STATE, total: undefined })).toMatch(/^. Scoring {2}~10s$/);
  expect(progressLine({ ...STATE, total: 0 })).toMatch(/^. Scoring {2}~10s$/);
});

test("it never wraps", () => {
  for (let columns = 10; columns < 100; columns++) {
    expect(textWidth(progressLine({ ...STATE, columns }))).toBeLessThan(columns);
    expect(textWidth(progressLine({ ...STATE, columns, total: undefined }))).toBeLessThan(columns);
  }
});

test.each([
  [0, "< 1s"],
  [999, "< 1s"],
  [5_000, "~5s"],
  [90_000, "~1m 30s"],
  [8_100_000, "~2h 15m"],
  [172_800_000, "~48h 0m"],
])("%d ms is %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test.each([
  ["a terminal", true, false, /Scoring/],
  ["no terminal", false, false, /^$/],
  ["JSON", true, true, /^$/],
])("%s", (_, isTty, isJson, drawn) => {
  const { deps, texts } = makeDeps({ isTty });
  const progress = startProgress({ deps, output: new Output(deps, isJson) }, "Scoring", 10);
  progress.update(5);
  progress.finish();
  expect(texts.stderr.join("")).toMatch(drawn);
  expect(texts.stdout.join("")).toBe("");
});

test("without a terminal work that takes long tells its quarters", () => {
  const { deps, texts } = makeDeps({});
  let now = 0;
  const clock = { ...deps.clock, monotonicMs: () => now };
  const output = new Output(deps, false);
  const progress = startProgress({ deps: { ...deps, clock }, output }, "Scoring", 100);
  for (const done of [26, 30, 49, 60, 61, 90, 100]) {
    now += 1_000;
    progress.update(done);
  }
  progress.finish();
  expect(texts.stderr.join("")).toBe(
    "Scoring: 25 %, ~4s left\nScoring: 50 %, ~2s left\nScoring: 75 %, < 1s left\n",
  );
});

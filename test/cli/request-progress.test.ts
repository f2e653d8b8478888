/**
 * Progress of many requests: one bar at a time, and none that stays.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { Output } from "../../src/cli/output.ts";
import { showRequests } from "../../src/cli/request-progress.ts";
import { makeDeps } from "./world.ts";

const LABEL = /request \d+, [a-z0-9 ]*[a-z0-9]/g;

function watched(isTty: boolean): {
  readonly watch: ReturnType<typeof showRequests>;
  readonly labels: () => string[];
} {
  const { deps, texts } = makeDeps({ isTty });
  const output = new Output(deps, false);
  const labels = (): string[] => [...texts.stderr.splice(0).join("").matchAll(LABEL)].map(String);
  return { watch: showRequests({ deps, output }), labels };
}

test("what was begun first is shown until it is done, then the next", () => {
  const { watch, labels } = watched(true);
  const [first, second] = [watch(), watch()];
  first.onDownload?.("model 0", 10, 100);
  second.onDownload?.("data", 1, 100);
  expect(labels()).toEqual(["request 1, model 0"]);
  first.onDownload?.("model 0", 100, 100);
  expect(labels()).toEqual(["request 2, data"]);
  first.onProgress?.({ done: 1, total: 2 });
  second.finish();
  expect(labels()).toEqual(["request 1, scoring"]);
  first.finish();
  expect(labels()).toEqual([]);
});

test("a log is not filled with requests that take no time", () => {
  const { watch, labels } = watched(false);
  const request = watch();
  for (const done of [1, 50, 100]) request.onDownload?.("data", done, 100);
  request.finish();
  expect(labels()).toEqual([]);
});

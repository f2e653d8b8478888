/**
 * What is shown of a competition: scoring, and fetching in its place.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { showCompetition } from "../../src/cli/competition-progress.ts";
import { Output } from "../../src/cli/output.ts";
import { makeDeps } from "./world.ts";

const CLEAR = "\r\u001b[K";

test("weights that are fetched have the place of the bar, and give it back", () => {
  const { deps, texts } = makeDeps({ isTty: true, columns: 80 });
  const watch = showCompetition({ deps, output: new Output(deps, false) });
  watch.onDownload("model 0", 1, 4);
  watch.onDownload("model 0", 4, 4);
  watch.onProgress({ done: 1, total: 2 });
  watch.finish();
  const shown = texts.stderr.map((text) => /Scoring|Fetching weights/.exec(text)?.[0] ?? text);
  expect(shown).toEqual(["Scoring", CLEAR, "Fetching weights", CLEAR, "Scoring", CLEAR]);
});

/**
 * Scoring workers that end, whether asked or cut off, take their threads along: those of the native
 * library would outlive them.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { SMALL } from "../../../src/model/config.ts";
import { writeWeights } from "../../../src/model/weights.ts";
import { Scorer } from "../../../src/scoring/scorer.ts";
import { seededTensors } from "../../model/seeded-weights.ts";
import { removeTemporary, temporaryDirectory } from "../../storage/temporary.ts";

const TASKS = "/proc/self/task";
const ROUNDS = 6;
const path = join(temporaryDirectory(), "weights");
writeFileSync(path, writeWeights(SMALL, seededTensors(0)));
afterAll(removeTemporary);
const threads = (): number => readdirSync(TASKS).length;

test.skipIf(!existsSync(TASKS))("workers that end leave no threads", async () => {
  // The runtime starts some of its own at first.
  await scoreOnce();
  await scoreOnce();
  const before = threads();
  for (let round = 0; round < ROUNDS; round++) await scoreOnce();
  while (threads() >= before + ROUNDS) await Bun.sleep(20);
  expect(threads()).toBeLessThan(before + ROUNDS);
});

async function scoreOnce(): Promise<void> {
  const scorer = new Scorer();
  const data = new Uint8Array(100);
  const models = [{ name: "a", path, label: "a", key: undefined }];
  await scorer.score({ config: SMALL, models, data, target: undefined, seed: 0n });
  await scorer.stop();
}

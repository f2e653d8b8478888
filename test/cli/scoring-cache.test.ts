/**
 * The cache of weights: kept beside the configuration by one process, temporary for others.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { openScoringCache } from "../../src/cli/scoring-cache.ts";
import { temporaryDir } from "./world.ts";

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

test("what was fetched is there again; a second process is not kept out", async () => {
  const directory = temporaryDir();
  const path = join(directory, "client.yaml");
  const first = openScoringCache(path);
  const { checksum } = await first.blobs.write(once("weights"), { bytesMax: 10 });
  const second = openScoringCache(path);
  expect(await second.blobs.find(checksum)).toBeUndefined();
  await second.blobs.write(once("others"), { bytesMax: 10 });
  second.release();
  first.release();
  const third = openScoringCache(path);
  expect(await third.blobs.find(checksum)).toBeDefined();
  third.release();
  expect(readdirSync(directory)).toEqual(["scoring-data"]);
});

test("where nothing can be written it is temporary", async () => {
  const directory = temporaryDir();
  writeFileSync(join(directory, "scoring-data"), "in the way");
  const { blobs, release } = openScoringCache(join(directory, "client.yaml"));
  const { checksum } = await blobs.write(once("weights"), { bytesMax: 10 });
  expect(await blobs.find(checksum)).toBeDefined();
  release();
  expect(existsSync(join(directory, "scoring-data"))).toBe(true);
});

/**
 * A network under load is killed at a random moment, again and again, in the same directory.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";

import { Prng } from "../../src/base/prng.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";
import { expectNothingLost, runUntilKilled } from "./crash.ts";
import { writeNetwork } from "./network.ts";

const KILLS = 12;

afterAll(removeTemporary);

test(`${KILLS} kills lose nothing that was answered`, async () => {
  const directory = temporaryDirectory();
  writeNetwork(directory);
  const random = new Prng(11);
  const answered: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    answered.push(...(await runUntilKilled(directory, random.below(1_500))));
    await expectNothingLost(directory, answered);
  }
  expect(answered.length).toBeGreaterThan(KILLS);
}, 300_000);

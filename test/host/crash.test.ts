/**
 * One kill of a network under load; `crash.slow.test.ts` does it again and again.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";

import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";
import { expectNothingLost, runUntilKilled } from "./crash.ts";
import { writeNetwork } from "./network.ts";

afterAll(removeTemporary);

test("what a client was told is final survives a kill", async () => {
  const directory = temporaryDirectory();
  writeNetwork(directory);
  const answered = await runUntilKilled(directory, 700);
  expect(answered.length).toBeGreaterThan(1);
  await expectNothingLost(directory, answered);
}, 60_000);

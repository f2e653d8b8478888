/**
 * The record that every chain begins with.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { LiveSet } from "../../src/checkpoint/live-set.ts";
import { checkpointDigest } from "../../src/types/checkpoint.ts";
import { stateDigest } from "../../src/types/entry.ts";
import { network } from "./network.ts";

const { genesis } = network();

test("names its checkpoint, holds its one transaction and nothing deleted", () => {
  const { bundle, digest, executed, deleted, progress } = genesis;
  expect(digest).toBe(checkpointDigest(bundle.summary));
  expect(executed.map((one) => one.digest)).toEqual(
    bundle.contents.transactions.map((one) => one.transaction),
  );
  expect(deleted).toEqual([]);
  expect(progress.commitIndex).toBe(0);
  expect(bundle.certificate.signers).toEqual([]);
});

test("commits to exactly the objects it writes", () => {
  const changes = genesis.written.map((object) => ({
    id: object.id,
    before: undefined,
    after: { version: object.version, digest: stateDigest(object) },
  }));
  expect(genesis.liveSet).toEqual(new LiveSet().with(changes).toBytes());
});

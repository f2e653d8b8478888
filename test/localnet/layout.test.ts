/**
 * The files of a network are known by name: a reset takes them and leaves everything else.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { DirectoryBlobs } from "../../src/blobs/directory.ts";
import { foundNetwork, openNetwork } from "../../src/localnet/found.ts";
import { layoutOf, removeNetwork } from "../../src/localnet/layout.ts";
import { planNetwork } from "../../src/localnet/plan.ts";
import { DEFAULT_PORTS } from "../../src/localnet/ports.ts";
import { SMALL } from "../../src/model/config.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";
import { bytesOf } from "./random.ts";

const KEYS = ["client.yaml", "soma.aliases", "soma.keystore"];

afterAll(removeTemporary);

async function found(directory: string): Promise<void> {
  const layout = layoutOf(directory);
  const plan = planNetwork({
    startMs: 1,
    epochDurationMs: 60_000,
    validatorPorts: [20_001, 20_002],
    rpcUrl: "http://127.0.0.1:9000",
    model: SMALL,
    models: [],
    randomBytes: bytesOf(1),
  });
  const blobs = new DirectoryBlobs(layout.blobs, 1_000_000);
  await foundNetwork(layout, plan, DEFAULT_PORTS, blobs);
}

test("a network that was founded is opened as it was", async () => {
  const directory = temporaryDirectory();
  const layout = layoutOf(directory);
  expect(openNetwork(layout)).toBeUndefined();
  await found(directory);
  const network = openNetwork(layout);
  expect(network?.record.ports).toEqual(DEFAULT_PORTS);
  expect(network?.validators.map(({ listen }) => listen.port)).toEqual([20_001, 20_002]);
  expect(network?.fullnode.validator).toBeUndefined();
  const [first, second] = network!.validators;
  expect(first!.dbPath).not.toBe(second!.dbPath);
  expect(first!.observers).toEqual(second!.observers);
});

test("a reset removes all of the network and no key", async () => {
  const directory = temporaryDirectory();
  for (const name of KEYS) writeFileSync(join(directory, name), "mine");
  await found(directory);
  expect(readdirSync(directory).length).toBeGreaterThan(KEYS.length);
  removeNetwork(directory);
  expect(readdirSync(directory).sort()).toEqual(KEYS);
});

test.each([
  ["committee_size: 0\n", "committee_size"],
  ["committee_size: many\n", "committee_size"],
  ["{", "cannot be read"],
  ["", "cannot be read"],
])("a damaged record %j is named, with what to do", (text, reason) => {
  const layout = layoutOf(temporaryDirectory());
  writeFileSync(layout.network, text);
  expect(() => openNetwork(layout)).toThrow(reason);
  expect(() => openNetwork(layout)).toThrow(layout.network);
});

/**
 * Every method of the client against a server that really serves a chain.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { SomaClient } from "../../src/client/client.ts";
import { blake2b256Hex } from "../../src/crypto/digest.ts";
import { composeSystemState } from "../../src/ledger/system-view.ts";
import { toDigest } from "../../src/types/address.ts";
import { transactionDigest } from "../../src/types/transaction.ts";
import { bytesOf, SOMA } from "../ledger/fixtures.ts";
import { submissionTo } from "../ledger/lifecycle.ts";
import { nowhere } from "../rpc/chain.ts";
import { ALICE, BOB, NOBODY, transfer } from "../rpc/surface.ts";
import { Serving } from "./serving.ts";

const serving = new Serving();
const { client, surface } = serving;
const { world, reader } = surface.chain;
afterAll(() => serving.close());

/** All of a list. */
async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  return Array.fromAsync(list);
}

describe("reads", () => {
  const coin = world.coin(ALICE.address, 2);

  test("the node, its parameters, its validators", async () => {
    expect(await client.info()).toMatchObject({ chain_id: reader.chainId, epoch: 0n });
    expect((await client.parameters()).base_fee).toBe(1_000n);
    expect((await client.validators()).validators).toHaveLength(4);
  });

  test("a node of another level is found out, in words that say what to do", async () => {
    await client.checkApiVersion();
    const other = Object.assign(async (url: string) => {
      const info = (await (await fetch(url)).json()) as object;
      return Response.json({ ...info, api_version: 2, server_version: "9.9.9" });
    }, fetch);
    const newer = new SomaClient(client.url, { fetch: other });
    await expect(newer.checkApiVersion()).rejects.toMatchObject({
      code: "api_version_mismatch",
      message: expect.stringContaining("level 2 of the API, this SDK level 1"),
      hint: expect.stringContaining("9.9.9"),
    });
  });

  test("the state of the whole network, in one call", async () => {
    const asked = serving.asked.length;
    const state = await client.systemState();
    expect(serving.asked).toHaveLength(asked + 1);
    expect(state).toEqual(composeSystemState(reader));
    expect(state.validators.validators).toHaveLength(4);
  });

  test("an object, and what an address holds", async () => {
    const { version, digest, content } = await client.object(coin.object_id);
    expect({ object_id: coin.object_id, version, digest }).toEqual(coin);
    expect(content).toEqual({ kind: "Coin", balance: 1_000n * SOMA });
    expect(await client.balance(ALICE.address)).toMatchObject({ coin_count: 3n });
    expect(await all(client.objects(ALICE.address))).toHaveLength(3);
    expect(await all(client.objects(ALICE.address, "StakedSoma"))).toEqual([]);
  });

  test("checkpoints and epochs by number and the last", async () => {
    expect(await client.checkpoint(0n)).toMatchObject({ digest: reader.chainId });
    expect(await client.checkpoint("latest")).toEqual(await client.checkpoint(0n));
    expect(await client.epoch(0n)).toEqual(await client.epoch("latest"));
  });

  test("models", async () => {
    const models = await all(client.models());
    expect(models).toHaveLength(3);
    expect(await client.model(models[0]!.model_id)).toEqual(models[0]!);
  });

  test("targets by every filter", async () => {
    const id = world.list("Target")[0]!.id;
    const submission = submissionTo(world, id, world.coin(ALICE.address, 1));
    surface.chain.execute(surface.data(ALICE, submission));
    const [filled] = await all(client.targets({ status: "filled", submitter: ALICE.address }));
    expect(filled).toEqual(await client.target(id));
    expect(await all(client.targets({ epoch: 1n }))).toEqual([]);
    const count = (await all(client.targets())).length;
    expect(await all(client.targets({ status: "open" }))).toHaveLength(count - 1);
  });
});

describe("lists longer than a page", () => {
  const COUNT = 450;

  beforeAll(() => {
    for (let sent = 0; sent < COUNT; sent++) {
      surface.chain.execute(transfer(surface, ALICE, NOBODY.address, 1_000_000n));
    }
  });

  test("are read to their end, once each", async () => {
    const objects = await all(client.objects(NOBODY.address, "Coin"));
    expect(new Set(objects.map(({ object_id: id }) => id)).size).toBe(COUNT);
    const transactions = await all(client.transactions(NOBODY.address));
    expect(new Set(transactions.map(({ digest }) => digest)).size).toBe(COUNT);
  });

  test("are read no further than somebody looks", async () => {
    serving.asked.length = 0;
    for await (const object of client.objects(NOBODY.address, "Coin")) {
      expect(object.content.kind).toBe("Coin");
      break;
    }
    expect(serving.asked).toHaveLength(1);
  });
});

describe("transactions", () => {
  test("are tried, executed and read", async () => {
    const data = transfer(surface, ALICE, BOB.address, SOMA);
    const tried = await client.simulate(data);
    const done = await client.execute(ALICE.sign(data));
    expect(tried).toMatchObject({ digest: transactionDigest(data), fee: done.fee });
    expect(done.status).toEqual({ kind: "Success" });
    expect(await client.transaction(done.digest)).toEqual(done);
  });

  test("that are refused throw what the node says", async () => {
    const data = transfer(surface, ALICE, BOB.address, SOMA);
    surface.chain.refusals.push({ reason: "Locked", detail: "another was quicker" });
    const refused = client.execute(ALICE.sign(data));
    await expect(refused).rejects.toMatchObject({
      code: "object_locked",
      message: "another was quicker",
    });
  });
});

test("a blob is stored and served under its checksum", async () => {
  const bytes = bytesOf("uploaded", 2_000);
  const checksum = toDigest(blake2b256Hex(bytes));
  expect(await client.uploadBlob(checksum, bytes)).toEqual({ checksum, size: 2_000n });
  expect(await client.uploadBlob(checksum, bytes)).toEqual({ checksum, size: 2_000n });
  expect(await (await fetch(client.blobUrl(checksum))).bytes()).toEqual(bytes);
  const wrong = client.uploadBlob(nowhere("upload"), bytes);
  await expect(wrong).rejects.toMatchObject({ code: "blob_mismatch" });
});

test("what is not there throws the node's words", async () => {
  const id = nowhere("anything");
  await expect(client.transaction(id)).rejects.toMatchObject({ code: "transaction_not_found" });
  await expect(client.checkpoint(9_999n)).rejects.toMatchObject({ code: "checkpoint_not_found" });
  await expect(client.epoch(9_999n)).rejects.toMatchObject({ code: "epoch_not_found" });
});

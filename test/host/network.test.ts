/**
 * Four validators and a fullnode in one process, over loopback TLS, each with its own databases:
 * what a client sees of them, and what they do when one of them stops, starts again or breaks.
 *
 * @module
 */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";

import { AssertionError, present } from "../../src/base/assert.ts";
import { SomaError } from "../../src/base/errors.ts";
import { readConfig } from "../../src/host/config.ts";
import { startNode } from "../../src/host/run-node.ts";
import type { CheckpointBundle } from "../../src/types/bundle.ts";
import { checkpointDigest } from "../../src/types/checkpoint.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";
import {
  ALICE,
  balanceOf,
  BOB,
  coinsOf,
  execute,
  heightOf,
  SOMA,
  startNetwork,
  type TestNetwork,
  transfer,
  until,
  VALIDATORS,
  writeNetwork,
} from "./network.ts";

// A network takes a second; a busy machine many.
setDefaultTimeout(60_000);

const running: TestNetwork[] = [];
afterAll(async () => {
  await Promise.all(running.map((network) => network.stop()));
  removeTemporary();
});

async function open(directory: string): Promise<TestNetwork> {
  const network = await startNetwork(directory);
  running.push(network);
  return network;
}

/** Expects that all nodes get as far as the first one and hold the same checkpoints. */
async function expectSameChain({ nodes }: TestNetwork): Promise<readonly string[]> {
  const height = nodes.map(heightOf).reduce((left, right) => (left > right ? left : right));
  await until(() => nodes.every((node) => heightOf(node) >= height));
  const chains = nodes.map(({ reader }) =>
    Array.from({ length: Number(height) + 1 }, (_, sequence) =>
      checkpointDigest(present(reader.checkpoint(BigInt(sequence)), "a checkpoint").summary),
    ),
  );
  for (const chain of chains) expect(chain).toEqual(chains[0]!);
  return chains[0]!;
}

async function sendAlice(network: TestNetwork, amount: bigint): Promise<bigint> {
  const coin = present(coinsOf(network.fullnode, ALICE)[0], "a coin");
  return (await execute(network.fullnode, transfer(ALICE, coin, BOB, amount))).sequence;
}

describe("a network", () => {
  const directory = temporaryDirectory();
  let network: TestNetwork;

  test("a transfer becomes final, and all five hold the same checkpoints", async () => {
    writeNetwork(directory);
    network = await open(directory);
    const heard: CheckpointBundle[] = [];
    const stopListening = network.fullnode.feed((bundle) => heard.push(bundle));
    const before = balanceOf(network.fullnode, BOB);
    const coin = present(coinsOf(network.fullnode, ALICE)[0], "a coin");
    const sent = transfer(ALICE, coin, BOB, 5n * SOMA);
    const { executed, sequence, timestampMs } = await execute(network.fullnode, sent);
    expect(executed.effects.status).toEqual({ kind: "Success" });
    // Whoever is answered has been able to hear of it, and reads see it.
    expect(heard.at(-1)?.summary.sequence_number).toBe(sequence);
    expect(heard.at(-1)?.summary.timestamp_ms).toBe(timestampMs);
    expect(balanceOf(network.fullnode, BOB)).toBe(before + 5n * SOMA);
    stopListening();
    const chain = await expectSameChain(network);
    for (const { reader } of network.nodes) {
      expect<string>(reader.chainId).toBe(chain[0]!);
      expect(reader.transaction(executed.digest)?.sequence).toBe(sequence);
    }
  });

  test("an answer can be had again, and histories are newest first", async () => {
    const coin = present(coinsOf(network.fullnode, ALICE)[0], "a coin");
    const sent = transfer(ALICE, coin, BOB, 1n);
    const [first, again] = await Promise.all([
      execute(network.fullnode, sent),
      execute(network.fullnode, sent),
    ]);
    expect(again).toEqual(first);
    expect(await execute(network.validators[0]!, sent)).toEqual(first);
    const page = network.fullnode.reader.transactionsOf(BOB.address, {
      after: undefined,
      limit: 1,
    });
    expect(page.items.map(({ executed }) => executed.digest)).toEqual([first.executed.digest]);
    const rest = network.fullnode.reader.transactionsOf(BOB.address, {
      after: page.next,
      limit: 10,
    });
    expect(rest.items.map(({ sequence }) => sequence)).toEqual([1n, 0n]);
    expect(rest.next).toBeUndefined();
  });

  test("what cannot execute is refused with a reason", async () => {
    const [coin, other] = coinsOf(network.fullnode, ALICE);
    const refusal = async (of: ReturnType<typeof transfer>): Promise<unknown> => {
      const outcome = await network.fullnode.runner.execute(of, AbortSignal.timeout(5_000));
      return outcome.kind === "Refused" ? outcome.refusal : outcome;
    };
    const stolen = transfer({ ...BOB, address: ALICE.address }, coin!, BOB, 1n);
    expect(await refusal(stolen)).toEqual({
      reason: "Invalid",
      detail: "the signature is not by the sender",
    });
    const altered = transfer(ALICE, coin!, BOB, 1n);
    const changed = { ...altered, data: transfer(ALICE, coin!, BOB, 2n).data };
    expect(await refusal(changed)).toEqual({
      reason: "Invalid",
      detail: "the signature is not valid",
    });
    expect(await refusal({ ...altered, signatures: [] })).toMatchObject({ reason: "Invalid" });
    await execute(network.fullnode, transfer(ALICE, other!, BOB, 1n));
    expect(await refusal(transfer(ALICE, other!, BOB, 2n))).toMatchObject({ reason: "Stale" });
  });

  test("a transaction can be tried without being sent", () => {
    const coin = present(coinsOf(network.fullnode, ALICE)[0], "a coin");
    const height = heightOf(network.fullnode);
    const { data } = transfer(ALICE, coin, BOB, 7n);
    const { effects, written } = network.fullnode.runner.simulate(data);
    expect(effects.status).toEqual({ kind: "Success" });
    expect(written.map(({ owner }) => owner)).toContainEqual({
      kind: "AddressOwner",
      address: BOB.address,
    });
    expect(heightOf(network.fullnode)).toBe(height);
    const genesis = { ...data, kind: { kind: "Genesis", objects: [] } } as const;
    expect(() => network.fullnode.runner.simulate(genesis)).toThrow(SomaError);
  });

  test("a client that goes away hears no more", async () => {
    const coin = present(coinsOf(network.fullnode, ALICE)[0], "a coin");
    const controller = new AbortController();
    const call = network.fullnode.runner.execute(transfer(ALICE, coin, BOB, 1n), controller.signal);
    await Bun.sleep(1);
    controller.abort(new Error("gone"));
    await expect(call).rejects.toThrow("gone");
    await until(() => network.fullnode.stats().calls === 0);
  });

  test("an administrator ends the epoch; everybody enters the next", async () => {
    for (const validator of network.validators) validator.advanceEpoch();
    await until(() => network.nodes.every((node) => node.epoch() === 1n));
    const { reader } = network.fullnode;
    const [first, second] = [reader.epoch(0n), reader.epoch(1n)];
    expect(first?.lastCheckpoint).toBe(present(second, "epoch 1").firstCheckpoint - 1n);
    expect(first?.endMs).toBe(second?.startMs);
    expect(second).toMatchObject({ epoch: 1n, lastCheckpoint: undefined, endMs: undefined });
    expect(second?.committee.epoch).toBe(1n);
    expect(reader.epoch(2n)).toBeUndefined();
    await sendAlice(network, 1n);
    await expectSameChain(network);
  });

  test("one validator stops, the others go on, and it catches up", async () => {
    const absent = present(network.validators[VALIDATORS - 1], "a validator");
    await absent.stop();
    const settings = readConfig(join(directory, `node-${VALIDATORS - 1}.yaml`));
    await sendAlice(network, 1n);
    await sendAlice(network, 1n);
    const back = await startNode(settings, { verifier: network.verifier });
    const nodes = network.nodes.map((node) => (node === absent ? back : node));
    const whole = { ...network, nodes };
    await sendAlice(network, 1n);
    await expectSameChain(whole);
    await back.stop();
  });

  test("after a restart everything is there and goes on", async () => {
    const chain = await expectSameChain({ ...network, nodes: network.nodes.slice(0, 3) });
    const balances = [ALICE, BOB].map((one) => balanceOf(network.fullnode, one));
    await network.stop();
    network = await open(directory);
    expect([ALICE, BOB].map((one) => balanceOf(network.fullnode, one))).toEqual(balances);
    expect(network.nodes.map((node) => node.epoch())).toContain(1n);
    await sendAlice(network, 3n);
    const longer = await expectSameChain(network);
    expect(longer.slice(0, chain.length)).toEqual([...chain]);
    expect(longer.length).toBeGreaterThan(chain.length);
  });

  test("a directory is one process's, and a chain's", async () => {
    const path = join(directory, "node-0.yaml");
    await expect(startNode(readConfig(path))).rejects.toMatchObject({ code: "directory_locked" });
    const other = temporaryDirectory();
    writeNetwork(other, { startMs: 1_700_000_000_000 });
    await network.stop();
    const genesisPath = join(other, "genesis.blob");
    const mixed = startNode({ ...readConfig(path), genesisPath });
    await expect(mixed).rejects.toMatchObject({ code: "chain_mismatch" });
  });
});

test("a node with a bug stops loudly; the others go on", async () => {
  const directory = temporaryDirectory();
  writeNetwork(directory);
  const network = await open(directory);
  const broken = present(network.validators[0], "a validator");
  const failed = broken.finished.catch((error: unknown) => error);
  broken.feed(() => {
    throw new AssertionError("a bug");
  });
  await sendAlice(network, 1n);
  expect(await failed).toEqual(new AssertionError("a bug"));
  const signal = AbortSignal.timeout(1_000);
  const [coin] = coinsOf(network.fullnode, ALICE);
  await expect(
    broken.runner.execute(transfer(ALICE, coin!, BOB, 1n), signal),
  ).rejects.toMatchObject({
    code: "node_stopped",
  });
  await sendAlice(network, 1n);
  await expectSameChain({ ...network, nodes: network.nodes.slice(1) });
});

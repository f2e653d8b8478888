/**
 * A script's whole life with the SDK on a running network: every method that stands for one of the
 * published Python package is used, and does what it says.
 *
 * @module
 */
import { afterAll, beforeAll, expect, test } from "bun:test";

import { concatBytes, utf8 } from "../../src/base/bytes.ts";
import { blsKeygen, blsPublicKey, blsSign } from "../../src/crypto/bls.ts";
import { popMessage } from "../../src/crypto/pop.ts";
import { readConfig } from "../../src/host/config.ts";
import { layoutOf, validatorPath } from "../../src/localnet/layout.ts";
import { cosineDistance } from "../../src/model/embedding.ts";
import * as sdk from "../../src/sdk.ts";
import { type Attempt, Keypair, Soma } from "../../src/sdk.ts";
import type { ObjectId } from "../../src/types/address.ts";
import type { ObjectView } from "../../src/wire/json/object.ts";
import type { TargetView } from "../../src/wire/json/target.ts";
import { PARITY } from "../compat/parity.ts";
import { freePortBase, Shell } from "./shell.ts";

const ENGLISH = new URL("../../src/localnet/content/english.safetensors", import.meta.url);
const DIM = 16;
const TRIES = 24;
/** Distances are computed in 32 and in 64 bits. */
const MARGIN = 1e-3;
const SOMA = 1_000_000_000n;
const WORDS = `${"abandon ".repeat(11)}about`;

const shell = new Shell();
const used = new Set<string>();
let soma: Soma;
let validators: readonly Soma[];

/** The same object, noting under which names its methods are called from outside. */
function noted<T extends object>(target: T, path: string): T {
  return new Proxy(target, {
    get: (_, name) => {
      const value: unknown = Reflect.get(target, name, target);
      const at = path === "" ? String(name) : `${path}.${String(name)}`;
      if (typeof value === "function") {
        return (...words: unknown[]): unknown => {
          used.add(at);
          return Reflect.apply(value, target, words);
        };
      }
      if (typeof value !== "object" || value === null) used.add(at);
      return typeof value === "object" && value !== null ? noted(value, at) : value;
    },
  });
}

beforeAll(async () => {
  const base = freePortBase();
  await shell.startLocalnet(base);
  const at = (port: number): string => `http://127.0.0.1:${base + port}`;
  const urls = { rpc: at(0), faucet: at(1), scoring: at(2), admin: at(3) };
  soma = noted(new Soma(urls, Keypair.generate()), "");
  const layout = layoutOf(shell.config);
  validators = [0, 1].map((number) => {
    const seed = readConfig(validatorPath(layout, number)).accountKey!;
    return noted(new Soma(urls, new Keypair(seed)), "");
  });
  await soma.fund();
});
afterAll(() => shell.close());

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  return Array.fromAsync(items);
}

async function coins(owner: Soma = soma): Promise<ObjectView[]> {
  return all(soma.client.objects(owner.address, "Coin"));
}

test("keys, amounts and sealed weights", () => {
  const exported = noted({ ...sdk }, "");
  const keypair = noted(Keypair, "Keypair");
  const one = keypair.generate();
  const own = noted(one, "Keypair");
  for (const text of [own.toSecretText(), own.toSecretHex(), `0x${own.toSecretHex()}`]) {
    expect(keypair.parse(text)).toMatchObject({ ok: true, value: { address: one.address } });
  }
  expect(keypair.fromMnemonic(WORDS)).toMatchObject({ ok: true });
  expect(exported.parseSoma("1.5")).toEqual({ ok: true, value: 1_500_000_000n });
  expect(exported.formatSoma(2_500_000_000n)).toBe("2.5");
  const plain = crypto.getRandomValues(new Uint8Array(1_000));
  const sealed = exported.encryptWeights(plain);
  expect(exported.decryptWeights(sealed)).toEqual(plain);
  expect(() => exported.encryptWeights(plain, new Uint8Array(31))).toThrow("32 bytes");
  expect(exported.commitment(plain)).toMatch(/^[0-9a-f]{64}$/);
});

test("the node, the chain and its parameters", async () => {
  await soma.client.checkApiVersion();
  const { chain, epoch, epoch_duration_ms: durationMs } = await soma.client.info();
  expect(chain).toBe("localnet");
  expect((await soma.client.epoch(epoch)).committee).toHaveLength(4);
  expect((await soma.nextEpochMs(1n)) - (await soma.nextEpochMs())).toBe(durationMs);
  const latest = await soma.client.checkpoint("latest");
  const again = await soma.client.checkpoint(latest.sequence_number);
  expect(again.digest).toBe(latest.digest);
  expect(await soma.client.parameters()).toMatchObject({ target_embedding_dim: BigInt(DIM) });
  expect((await soma.client.validators()).validators).toHaveLength(4);
  const { validators: set, model_registry, parameters } = await soma.client.systemState();
  expect([set.validators.length, model_registry.models.size > 0]).toEqual([4, true]);
  expect(parameters.target_embedding_dim).toBe(BigInt(DIM));
  expect(await soma.services.isScoringHealthy()).toBe(true);
});

test("coins", async () => {
  const bob = noted(soma.as(Keypair.generate()), "");
  const { digest } = await soma.me.transferCoin(bob.address, SOMA);
  expect((await soma.client.transaction(digest)).digest).toBe(digest);
  await soma.me.payCoins([
    { recipient: bob.address, amount: SOMA },
    { recipient: bob.address, amount: 2n * SOMA },
  ]);
  expect(await soma.balance(bob.address)).toBe(4n * SOMA);
  const [richest, , poorest] = await coins(bob);
  await bob.me.transferObjects(soma.address, [richest!.object_id]);
  const before = await soma.client.objectVersion(richest!.object_id, richest!.version);
  const now = await soma.client.object(richest!.object_id);
  expect([before.owner, now.owner]).toMatchObject([
    { address: bob.address },
    { address: soma.address },
  ]);
  expect(poorest).toBeDefined();
  await soma.me.mergeCoins();
  expect(await coins()).toHaveLength(1);
  await expect(soma.me.mergeCoins()).rejects.toMatchObject({ code: "nothing_to_merge" });
});

test("a transaction made by hand, tried and executed", async () => {
  const { account } = soma.me;
  const recipient = Keypair.generate().address;
  const data = await account.prepare((coin) => {
    return { kind: "TransferCoin", coin, amount: 5n, recipient };
  });
  const tried = await soma.client.simulate(data);
  const done = await soma.client.execute(account.sign(data));
  expect(done).toMatchObject({ status: { kind: "Success" }, fee: tried.fee });
  expect(await soma.client.execute(account.sign(data))).toEqual(done);
});

test("many calls at once, on few coins", async () => {
  const recipient = Keypair.generate().address;
  await soma.fund();
  await Promise.all(Array.from({ length: 12 }, () => soma.me.transferCoin(recipient, 10n)));
  expect(await soma.balance(recipient)).toBe(120n);
});

test("a call that is told to stop does", async () => {
  const signal = AbortSignal.abort();
  await expect(soma.me.transferCoin(soma.address, 1n, signal)).rejects.toMatchObject({
    code: "cancelled",
  });
  await expect(soma.nextEpoch(AbortSignal.timeout(50))).rejects.toMatchObject({
    code: "cancelled",
  });
});

test("stakes", async () => {
  const [first] = (await soma.client.validators()).validators;
  await soma.me.addStake(first!.address, SOMA);
  const [stake] = await all(soma.client.objects(soma.address, "StakedSoma"));
  await soma.me.withdrawStake(stake!.object_id);
  expect(await all(soma.client.objects(soma.address, "StakedSoma"))).toEqual([]);
});

/** An address of this machine in BCS. */
function multiaddr(port: number): Uint8Array {
  const text = `/ip4/127.0.0.1/tcp/${port}`;
  return new Uint8Array([text.length, ...new TextEncoder().encode(text)]);
}

test("validators", async () => {
  const [one, two] = validators;
  await one!.me.reportValidator(two!.address);
  await one!.me.undoReportValidator(two!.address);
  await one!.me.setValidatorCommissionRate(300n);
  await one!.me.updateValidatorMetadata({ next_epoch_primary_address: multiaddr(18_080) });
  const address = multiaddr(18_081);
  const candidate = noted(soma.as(Keypair.generate()), "");
  await candidate.fund();
  const secret = blsKeygen(crypto.getRandomValues(new Uint8Array(32)));
  const pubkey_bytes = blsPublicKey(secret);
  await candidate.me.addValidator({
    pubkey_bytes,
    network_pubkey_bytes: Keypair.generate().publicKey,
    worker_pubkey_bytes: Keypair.generate().publicKey,
    proof_of_possession: blsSign(secret, popMessage(pubkey_bytes, candidate.address)),
    net_address: address,
    p2p_address: address,
    primary_address: address,
    proxy_address: address,
  });
  const { validators: known } = await soma.client.validators();
  expect(known.filter(({ status }) => status === "pending")).toHaveLength(1);
  await candidate.me.removeValidator(pubkey_bytes);
});

/** Data of many kinds, so that what a model makes of it lies in many directions. */
function sample(tries: number): Uint8Array {
  const hash = Uint8Array.fromHex(sdk.commitment(new Uint8Array([tries])));
  const text = `Attempt ${tries}: the quick brown fox. `.repeat(tries % 7);
  const parts = [...Array.from({ length: 1 + (tries % 5) }, () => hash), utf8(text)];
  return concatBytes(...parts);
}

/** A submission that wins. */
type Win = { readonly target: TargetView; readonly attempt: Attempt; readonly distance: number };

/** The first of targets with the same models that data is near enough to. */
async function tryAll(targets: readonly TargetView[], data: Uint8Array): Promise<Win | undefined> {
  const attempt = await soma.attempt(targets[0]!, data);
  for (const target of targets) {
    const distance = cosineDistance(attempt.claim.embedding, target.embedding);
    if (distance < target.distance_threshold - MARGIN) return { target, attempt, distance };
  }
  return undefined;
}

/** Submits the first data that is near enough to one of the open targets. */
async function winOne(): Promise<{ readonly id: ObjectId; readonly data: Uint8Array } | undefined> {
  const targets = await all(soma.client.targets({ status: "open" }));
  const sets = [...Map.groupBy(targets, ({ model_ids }) => model_ids.join()).values()];
  for (let tries = 0; tries < TRIES * sets.length; tries++) {
    const data = sample(tries);
    const win = await tryAll(sets[tries % sets.length]!, data);
    if (win === undefined) continue;
    const { target_id: id, reward_pool: reward } = win.target;
    const { claim, manifest } = win.attempt;
    await soma.me.submitData(
      { ...claim, distance: win.distance, target: { id, reward } },
      manifest,
    );
    return { id, data };
  }
  return undefined;
}

test("a model and a submission, from the beginning to the reward", async () => {
  const plain = new Uint8Array(await Bun.file(ENGLISH).arrayBuffer());
  const { encrypted, key } = sdk.encryptWeights(plain);
  const secret = { key, embedding: new Float32Array(DIM).fill(0.25) };
  const { model_min_stake: stake } = await soma.client.parameters();
  const model = await soma.me.createModel(stake, 1_000n);
  await soma.me.commitModel(model, { manifest: await soma.host(encrypted), secret });
  const won = await winOne();
  expect(won).toBeDefined();
  const { id: target, data } = won!;
  expect(await soma.client.winningData(target)).toEqual(data);

  const [next] = await Promise.all([soma.nextEpoch(), soma.services.advanceEpoch()]);
  expect(next).toBe(1n);
  await soma.me.revealModel(model, secret);
  expect(await soma.client.weights(model)).toEqual(encrypted);
  await soma.me.setModelCommissionRate(model, 500n);
  await soma.me.addStakeToModel(model, SOMA);
  const active = (await all(soma.client.models())).filter(({ status }) => status === "active");
  expect(active.map(({ model_id }) => model_id)).toContain(model);

  const [reporter] = validators;
  await reporter!.me.reportModel(model);
  await reporter!.me.undoReportModel(model);
  await reporter!.me.reportSubmission(target);
  await reporter!.me.undoReportSubmission(target);

  await soma.services.advanceEpoch();
  const before = await soma.balance();
  await soma.me.claimRewards(target);
  expect(await soma.balance()).toBeGreaterThan(before);
  await soma.me.deactivateModel(model);
});

test("scores of data that has a URL, by the weights of a target", async () => {
  const [target] = await all(soma.client.targets({ status: "open" }));
  const { url, metadata } = await soma.host(new TextEncoder().encode("The harbour was quiet."));
  const models = await soma.weightsOf(target!);
  const score = await soma.services.score({
    data_url: url,
    data_checksum: metadata.checksum,
    data_size: metadata.size,
    model_manifests: models,
    target_embedding: target!.embedding,
  });
  expect(score.loss_score).toHaveLength(models.length);
  expect(score.distance[0]).toBeGreaterThan(0);
});

test("every method that stands for one of the published package was used", () => {
  const missing = [...new Set(Object.values(PARITY))].filter((name) => !used.has(name));
  expect(missing).toEqual([]);
});

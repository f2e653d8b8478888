/**
 * First light: what a newcomer does from an empty directory to a reward, command by command, on a
 * real file. Whoever walks it again walks the same way; what is paid is checked to the last shannon
 * against what the network says about itself.
 *
 * @module
 */
import { expect } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { AMOUNT, freePortBase, ID, portsOf, type Shell } from "../shell.ts";

const README = new URL("../../../README.md", import.meta.url).pathname;
const BPS = 10_000n;

const WALLET = z.object({ address: ID, recovery_phrase: z.string() });
const FAUCET = z.object({ status: z.literal("Success"), coins_sent: z.array(z.unknown()) });
const BALANCE = z.object({ total_balance: AMOUNT });
const EPOCH = z.object({ epoch: z.number() });
const FEE = z.object({ total_fee: AMOUNT });
const SUCCESS = z.object({ status: z.literal("Success"), fee: FEE });
const FAILED = z.object({
  status: z.object({ Failure: z.object({ code: z.string() }) }),
  fee: FEE,
});
const CREATED = z.object({ model_id: ID, inner: SUCCESS });
const MODELS = z.object({ models: z.array(z.object({ model_id: ID, status: z.string() })) });
const SUBMITTED = SUCCESS.extend({
  target_id: ID,
  losses: z.array(z.object({ model_id: ID, loss: z.number() })),
  winning_model_id: ID,
  distance: z.number(),
  distance_threshold: z.number(),
  bond: AMOUNT,
  reward: AMOUNT,
  claimable_epoch: z.number(),
});
const TARGETS = z.object({ targets: z.array(z.object({ target_id: ID, status: z.string() })) });
const TARGET = z.object({
  status: z.literal("claimable"),
  reward_pool: AMOUNT,
  bond_amount: AMOUNT,
  submitter: ID,
  winning_model_id: ID,
});
const PARAMETERS = z.object({
  target_model_reward_share_bps: z.number().transform(BigInt),
  target_claimer_incentive_bps: z.number().transform(BigInt),
});

/** Walks the whole way in `shell`. */
export async function walk(shell: Shell): Promise<void> {
  const base = freePortBase();
  const network = await shell.startLocalnet(base);
  const { address } = await shell.json(WALLET, "wallet", "new");
  expect((await shell.json(FAUCET, "faucet")).coins_sent).toHaveLength(5);
  expect(await balance(shell)).toBe(500_000_000_000n);
  const model = await publishModel(shell);
  const before = await balance(shell);
  const sent = await submitReadme(shell, model);
  const early = await claimTooEarly(shell, sent.target_id);
  await advance(shell, sent.claimable_epoch);
  const target = await findClaimable(shell, address, sent);
  const claim = await shell.json(SUCCESS, "target", "claim", sent.target_id);
  const gain = await shareOf(portsOf(base)[0]!, target);
  const fees = [sent, early, claim].reduce((sum, { fee }) => sum + fee.total_fee, 0n);
  expect(await balance(shell)).toBe(before + gain - fees);
  expect((await shell.run("target", "info", sent.target_id)).code).toBe(1);
  expect((await network.stop()).code).toBe(0);
}

/** Creates, commits and reveals a model from a weights file; returns its id. */
async function publishModel(shell: Shell): Promise<string> {
  const file = join(shell.home, "weights.safetensors");
  await shell.json(z.object({ seed: z.literal(42) }), "model", "init", "--seed", "42", file);
  expect(statSync(file).size).toBeGreaterThan(40_000);
  const { model_id: id } = await shell.json(CREATED, "model", "create");
  await shell.json(SUCCESS, "model", "commit", id, "--weights-file", file);
  await advance(shell, 1);
  await shell.json(SUCCESS, "model", "reveal", id);
  await advance(shell, 2);
  const { models } = await shell.json(MODELS, "model", "list");
  expect(models).toHaveLength(4);
  expect(models).toContainEqual(expect.objectContaining({ model_id: id, status: "active" }));
  return id;
}

/** Submits the README; what is said about it must fit together. */
async function submitReadme(shell: Shell, ownModel: string): Promise<z.infer<typeof SUBMITTED>> {
  const sent = await shell.json(SUBMITTED, "submit", README);
  expect(sent.distance).toBeLessThanOrEqual(sent.distance_threshold);
  const best = sent.losses.reduce((least, one) => (one.loss < least.loss ? one : least));
  expect(sent.winning_model_id).toBe(best.model_id);
  // Weights that have learned nothing do not win against those that have.
  expect(sent.losses.length).toBe(3);
  expect(sent.winning_model_id).not.toBe(ownModel);
  expect(sent.claimable_epoch).toBe(4);
  return sent;
}

/** Tries to claim while the audit goes on, which costs a fee and gives nothing. */
async function claimTooEarly(shell: Shell, id: string): Promise<z.infer<typeof FAILED>> {
  const { code, stdout } = await shell.run("target", "claim", id, "--json");
  expect(code).toBe(1);
  const failed = FAILED.parse(JSON.parse(stdout));
  expect(failed.status.Failure.code).toBe("AuditWindowOpen");
  return failed;
}

/** Ends epochs until `epoch` has begun. */
async function advance(shell: Shell, epoch: number): Promise<void> {
  for (let now = 0; now < epoch;) now = (await shell.json(EPOCH, "epoch", "advance")).epoch;
}

/** The target that was won, as everybody sees it when it can be claimed. */
async function findClaimable(
  shell: Shell,
  address: string,
  sent: z.infer<typeof SUBMITTED>,
): Promise<z.infer<typeof TARGET>> {
  const mine = ["--claimable", "--submitter", address];
  const { targets } = await shell.json(TARGETS, "target", "list", ...mine);
  expect(targets).toEqual([{ target_id: sent.target_id, status: "claimable" }]);
  const target = await shell.json(TARGET, "target", "info", sent.target_id);
  const { bond, reward, winning_model_id } = sent;
  expect(target).toMatchObject({ reward_pool: reward, bond_amount: bond, submitter: address });
  expect(target.winning_model_id).toBe(winning_model_id);
  return target;
}

/** What is left of a reward for one who submitted and claims, by the rules that the node shows. */
async function shareOf(
  port: number,
  { reward_pool: reward }: z.infer<typeof TARGET>,
): Promise<bigint> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/parameters`);
  const shares = PARAMETERS.parse(await response.json());
  const forModel = (reward * shares.target_model_reward_share_bps) / BPS;
  expect(shares.target_claimer_incentive_bps).toBeGreaterThan(0n);
  return reward - forModel;
}

async function balance(shell: Shell): Promise<bigint> {
  return (await shell.json(BALANCE, "balance")).total_balance;
}

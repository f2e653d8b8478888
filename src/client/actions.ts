/**
 * What an account can do on the network, one method each. A method resolves when its transaction is
 * final and was successful; one that failed is an error with the ledger's name for why. Amounts are
 * shannons. Browser-safe.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { Address, ObjectId } from "../types/address.ts";
import type { Manifest } from "../types/manifest.ts";
import type { ObjectRef } from "../types/object.ts";
import { formatDigest } from "../types/text.ts";
import type { KindPayloads, TransactionKind } from "../types/transaction-kind.ts";
import type { TransactionView } from "../wire/json/transaction.ts";
import { feesAtMost, wishToMove } from "./costs.ts";
import { commitKind, createdModelId, type ModelSecret, revealKind } from "./publish.ts";
import { buildSubmission, type Claim } from "./submit.ts";
import type { Account, BuildKind, CoinWish } from "./transact.ts";

/** Who gets how much. */
export type Payment = { readonly recipient: Address; readonly amount: bigint };

/** The weights of a model as an owner commits to them. */
export type Commitment = { readonly manifest: Manifest; readonly secret: ModelSecret };

type Keys = KindPayloads["AddValidator"];
type Metadata = KindPayloads["UpdateValidatorMetadata"];

/** The only architecture there is. */
const ARCHITECTURE_V1 = 1n;

/** What one account does. */
export class Actions {
  readonly account: Account;

  constructor(account: Account) {
    this.account = account;
  }

  /** Sends an amount; several coins pay where one holds too little. */
  async transferCoin(
    recipient: Address,
    amount: bigint,
    signal?: AbortSignal,
  ): Promise<TransactionView> {
    const build = (coin: ObjectRef): TransactionKind => ({
      kind: "TransferCoin",
      coin,
      amount,
      recipient,
    });
    return this.run(build, await this.wish(amount, signal), signal);
  }

  /** Sends amounts to many at once. */
  async payCoins(payments: readonly Payment[], signal?: AbortSignal): Promise<TransactionView> {
    const amounts = payments.map(({ amount }) => amount);
    const recipients = payments.map(({ recipient }) => recipient);
    const sum = amounts.reduce((total, amount) => total + amount, 0n);
    const build = (coin: ObjectRef): TransactionKind => ({
      kind: "PayCoins",
      coins: [coin],
      amounts,
      recipients,
    });
    const { client } = this.account;
    const wish = await wishToMove(client, sum, { recipients: amounts.length, signal });
    return this.run(build, wish, signal);
  }

  /** Merges the coins that no call is using into one, as many as one transaction can. */
  async mergeCoins(signal?: AbortSignal): Promise<TransactionView> {
    const merge = await this.account.mergeCoins(signal);
    if (merge !== undefined) return successOf(merge.view);
    throw new SomaError("nothing_to_merge", "the account has fewer than two coins that are free");
  }

  /** Gives objects of this account to another one. */
  async transferObjects(
    recipient: Address,
    ids: readonly ObjectId[],
    signal?: AbortSignal,
  ): Promise<TransactionView> {
    const objects = await Promise.all(ids.map((id) => this.reference(id, signal)));
    return this.run(() => ({ kind: "TransferObjects", objects, recipient }), {}, signal);
  }

  /** Stakes with a validator. */
  async addStake(
    validator: Address,
    amount: bigint,
    signal?: AbortSignal,
  ): Promise<TransactionView> {
    const build = (coin_ref: ObjectRef): TransactionKind => ({
      kind: "AddStake",
      address: validator,
      coin_ref,
      amount,
    });
    return this.run(build, await this.wish(amount, signal), signal);
  }

  /** Stakes with a model. */
  async addStakeToModel(
    model_id: ObjectId,
    amount: bigint,
    signal?: AbortSignal,
  ): Promise<TransactionView> {
    const build = (coin_ref: ObjectRef): TransactionKind => ({
      kind: "AddStakeToModel",
      model_id,
      coin_ref,
      amount,
    });
    return this.run(build, await this.wish(amount, signal), signal);
  }

  /** Takes a stake back with what it earned. */
  async withdrawStake(staked: ObjectId, signal?: AbortSignal): Promise<TransactionView> {
    const staked_soma = await this.reference(staked, signal);
    return this.run(() => ({ kind: "WithdrawStake", staked_soma }), {}, signal);
  }

  /** Registers a model with a stake; its id. `commission_rate` is in basis points. */
  async createModel(
    stake_amount: bigint,
    commission_rate: bigint,
    signal?: AbortSignal,
  ): Promise<ObjectId> {
    const kind = {
      kind: "CreateModel",
      stake_amount,
      commission_rate,
      architecture_version: ARCHITECTURE_V1,
    } as const;
    const wish = await this.wish(stake_amount, signal);
    const { digest } = await this.run(() => kind, wish, signal);
    return createdModelId(digest);
  }

  /** Commits to encrypted weights; keep the secret for the reveal. */
  commitModel(
    model: ObjectId,
    { manifest, secret }: Commitment,
    signal?: AbortSignal,
  ): Promise<TransactionView> {
    return this.run(() => commitKind(model, manifest, secret), {}, signal);
  }

  /** Shows in the next epoch what was committed to. */
  revealModel(
    model: ObjectId,
    secret: ModelSecret,
    signal?: AbortSignal,
  ): Promise<TransactionView> {
    return this.run(() => revealKind(model, secret), {}, signal);
  }

  /** Submits data that wins a target; the bond comes from the coin that pays. */
  async submitData(
    claim: Claim,
    manifest: Manifest,
    signal?: AbortSignal,
  ): Promise<TransactionView> {
    const parameters = await this.account.client.parameters(signal);
    const { build, wish } = buildSubmission(parameters, claim, manifest);
    return this.run(build, wish, signal);
  }

  /** Claims what a target pays. */
  claimRewards(target_id: ObjectId, signal?: AbortSignal): Promise<TransactionView> {
    return this.run(() => ({ kind: "ClaimRewards", target_id }), {}, signal);
  }

  /** Stops a model from being chosen for targets. */
  deactivateModel(model_id: ObjectId, signal?: AbortSignal): Promise<TransactionView> {
    return this.run(() => ({ kind: "DeactivateModel", model_id }), {}, signal);
  }

  /** Sets from the next epoch on what a model's owner keeps, in basis points. */
  setModelCommissionRate(
    model_id: ObjectId,
    new_rate: bigint,
    signal?: AbortSignal,
  ): Promise<TransactionView> {
    return this.run(() => ({ kind: "SetModelCommissionRate", model_id, new_rate }), {}, signal);
  }

  /** Reports a model whose weights are not to be had; for validators. */
  reportModel(model_id: ObjectId, signal?: AbortSignal): Promise<TransactionView> {
    return this.run(() => ({ kind: "ReportModel", model_id }), {}, signal);
  }

  /** Takes that report back. */
  undoReportModel(model_id: ObjectId, signal?: AbortSignal): Promise<TransactionView> {
    return this.run(() => ({ kind: "UndoReportModel", model_id }), {}, signal);
  }

  /** Reports a submission; for validators. */
  reportSubmission(target_id: ObjectId, signal?: AbortSignal): Promise<TransactionView> {
    return this.run(() => ({ kind: "ReportSubmission", target_id }), {}, signal);
  }

  /** Takes that report back. */
  undoReportSubmission(target_id: ObjectId, signal?: AbortSignal): Promise<TransactionView> {
    return this.run(() => ({ kind: "UndoReportSubmission", target_id }), {}, signal);
  }

  /** Becomes a candidate for the committee. */
  addValidator(keys: Keys, signal?: AbortSignal): Promise<TransactionView> {
    return this.runProving({ kind: "AddValidator", ...keys }, signal);
  }

  /** Leaves the committee at the end of the epoch. */
  removeValidator(pubkey_bytes: Uint8Array, signal?: AbortSignal): Promise<TransactionView> {
    return this.run(() => ({ kind: "RemoveValidator", pubkey_bytes }), {}, signal);
  }

  /** Changes from the next epoch on what is known of a validator; what is absent stays. */
  updateValidatorMetadata(
    changes: Partial<Metadata>,
    signal?: AbortSignal,
  ): Promise<TransactionView> {
    const kind = { kind: "UpdateValidatorMetadata", ...NO_METADATA_CHANGES, ...changes } as const;
    return this.runProving(kind, signal);
  }

  /** Sets what a validator keeps of its stakers' rewards, in basis points. */
  setValidatorCommissionRate(new_rate: bigint, signal?: AbortSignal): Promise<TransactionView> {
    return this.run(() => ({ kind: "SetCommissionRate", new_rate }), {}, signal);
  }

  /** Reports a validator. */
  reportValidator(reportee: Address, signal?: AbortSignal): Promise<TransactionView> {
    return this.run(() => ({ kind: "ReportValidator", reportee }), {}, signal);
  }

  /** Takes that report back. */
  undoReportValidator(reportee: Address, signal?: AbortSignal): Promise<TransactionView> {
    return this.run(() => ({ kind: "UndoReportValidator", reportee }), {}, signal);
  }

  private wish(moved: bigint, signal: AbortSignal | undefined): Promise<CoinWish> {
    return wishToMove(this.account.client, moved, { signal });
  }

  private async run(
    build: BuildKind,
    wish: CoinWish,
    signal: AbortSignal | undefined,
  ): Promise<TransactionView> {
    return successOf(await this.account.transact(build, wish, signal));
  }

  // A proof of possession makes a transaction dear, so the coin is chosen by what it holds.
  private async runProving(
    kind: TransactionKind,
    signal: AbortSignal | undefined,
  ): Promise<TransactionView> {
    const parameters = await this.account.client.parameters(signal);
    return this.run(() => kind, { atLeast: feesAtMost(parameters, 0n, kind) }, signal);
  }

  private async reference(id: ObjectId, signal: AbortSignal | undefined): Promise<ObjectRef> {
    const { object_id, version, digest } = await this.account.client.object(id, signal);
    return { object_id, version, digest };
  }
}

function successOf(view: TransactionView): TransactionView {
  const { status, digest } = view;
  if (status.kind === "Success") return view;
  const { code, error, hint } = status;
  throw new SomaError(code, `transaction ${formatDigest(digest)} failed: ${error}`, { hint });
}

/** What is known of a validator stays as it is. */
export const NO_METADATA_CHANGES: Metadata = {
  next_epoch_network_address: undefined,
  next_epoch_p2p_address: undefined,
  next_epoch_primary_address: undefined,
  next_epoch_proxy_address: undefined,
  next_epoch_protocol_pubkey: undefined,
  next_epoch_worker_pubkey: undefined,
  next_epoch_network_pubkey: undefined,
  next_epoch_proof_of_possession: undefined,
};

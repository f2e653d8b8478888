/**
 * What `soma model commit` does: checks and encrypts weights, hosts them, and binds the owner to
 * them. What the reveal needs is in the journal before anything is sent.
 *
 * @module
 */
import { resolve } from "node:path";

import { SomaError, usageError } from "../../base/errors.ts";
import { commitKind, type ModelSecret, pendingCommitment } from "../../client/publish.ts";
import type { Account } from "../../client/transact.ts";
import { AES_KEY_BYTES } from "../../crypto/aes-ctr.ts";
import { type ModelConfig, SMALL } from "../../model/config.ts";
import { meanEmbedding, prepareWeights, type PublishedWeights } from "../../scoring/publish.ts";
import { Scorer } from "../../scoring/scorer.ts";
import { sizeForDim } from "../../scoring/sizes.ts";
import { DATA_BYTES_MAX } from "../../scoring/supply.ts";
import type { ObjectId } from "../../types/address.ts";
import type { Manifest } from "../../types/manifest.ts";
import { formatDigest, formatObjectId } from "../../types/text.ts";
import type { InfoView } from "../../wire/json/info.ts";
import type { ModelView } from "../../wire/json/model.ts";
import type { TransactionView } from "../../wire/json/transaction.ts";
import { bytesText } from "../amounts.ts";
import type { Context } from "../command.ts";
import { epochText } from "../epoch-times.ts";
import { checkInputFile, readInputFile } from "../input-file.ts";
import { interruptible } from "../interrupt.ts";
import { checkOwner, keepSecret } from "../model-secrets.ts";
import { type EmbeddingText, readEmbedding } from "../model-values.ts";
import { openAccount } from "../network.ts";
import { contextEnv, openContextConfiguration } from "../open-wallet.ts";
import { startProgress } from "../progress.ts";
import { transact } from "../transact.ts";
import { transactionMode, type TransactionOptions } from "../transaction-options.ts";
import { printTransaction, transactionDocument } from "../transaction-report.ts";

type Options = TransactionOptions & {
  readonly weightsFile: string;
  readonly weightsUrl: string | undefined;
  readonly decryptionKey: Uint8Array | undefined;
  readonly embedding: EmbeddingText | undefined;
  readonly sample: string | undefined;
};

/** Weights with what is committed to and where they will be. */
type Publication = {
  readonly model: ModelView;
  readonly weights: PublishedWeights;
  readonly secret: ModelSecret;
  readonly manifest: Manifest;
};

const NOTHING_SENT = "nothing was committed";

/** `model commit` */
export async function commitModelAction(
  context: Context,
  id: ObjectId,
  options: Options,
): Promise<void> {
  checkOptions(options);
  checkInputFile(context.deps, options.weightsFile);
  const account = openAccount(context);
  const publication = await preparePublication(context, account, id, options);
  const mode = transactionMode(options);
  // A digest or a simulation is only looked at; everything else may end on the chain.
  if (mode !== "digest" && mode !== "simulate") {
    keep(context, publication);
    if (options.weightsUrl === undefined) await host(context, account, publication.weights);
  }
  const kind = commitKind(id, publication.manifest, publication.secret);
  const view = await transact(context, account, { build: () => kind }, options);
  if (view !== undefined) tell(context, publication, view, await account.client.info());
}

async function preparePublication(
  context: Context,
  account: Account,
  id: ObjectId,
  options: Options,
): Promise<Publication> {
  const { client } = account;
  const model = await client.model(id);
  checkModel(model, account);
  const config = sizeForDim(Number((await client.parameters()).target_embedding_dim));
  const weights = await prepare(context, config, options);
  const embedding = await embeddingOf(context, config, options);
  const { checksum, sizeBytes, key } = weights;
  const url = options.weightsUrl ?? client.blobUrl(checksum);
  const manifest = { url, metadata: { checksum, size: BigInt(sizeBytes) } };
  return { model, weights, secret: { key, embedding }, manifest };
}

function keep(context: Context, { model, secret, manifest }: Publication): void {
  const { alias: env } = contextEnv(context, openContextConfiguration(context));
  keepSecret(context, model, secret, { env, weights_url: manifest.url });
}

function tell(
  { output, deps }: Context,
  { model, manifest, secret }: Publication,
  view: TransactionView,
  info: InfoView,
): void {
  const isDone = view.status.kind === "Success";
  if (!isDone) output.failed();
  const id = formatObjectId(model.model_id);
  const { checksum, size } = manifest.metadata;
  const due = view.executed_epoch + 1n;
  const document = {
    model_id: id,
    ...transactionDocument(view),
    weights_url: manifest.url,
    weights_checksum: formatDigest(checksum),
    weights_size: size,
    embedding: [...secret.embedding],
    reveal_epoch: Number(due),
  };
  output.result(document, () => {
    printTransaction(output, view);
    if (!isDone) return;
    output.line(`Weights: ${bytesText(size)} at ${manifest.url}`);
    output.line(`Next, in ${epochText(deps, info, due)}: soma model reveal ${id}`);
  });
}

function checkOptions({ weightsUrl, decryptionKey, embedding, sample }: Options): void {
  if (weightsUrl !== undefined && decryptionKey === undefined) {
    throw usageError(
      "--weights-url needs --decryption-key: the file there is encrypted already",
      "leave both out, and the weights are encrypted and hosted for you",
    );
  }
  if (embedding !== undefined && sample !== undefined) {
    throw usageError("--embedding and --sample exclude each other", "give one of them");
  }
}

function checkModel(model: ModelView, { keypair }: Account): void {
  checkOwner(model, keypair);
  const { status, model_id } = model;
  if (status === "created" || status === "active") return;
  const name = `model ${formatObjectId(model_id)}`;
  const pending = pendingCommitment(model);
  if (pending === undefined) {
    throw new SomaError("model_inactive", `${name} is inactive`, {
      hint: "create another with `soma model create`",
    });
  }
  throw new SomaError("model_committed", `${name} has a commitment that waits for its reveal`, {
    hint: `reveal it in epoch ${pending.epoch + 1n} with \`soma model reveal\``,
  });
}

async function prepare(
  context: Context,
  config: ModelConfig,
  { weightsFile: name, decryptionKey }: Options,
): Promise<PublishedWeights> {
  const { deps } = context;
  const key = decryptionKey ?? deps.randomBytes(AES_KEY_BYTES);
  const input = { path: resolve(deps.cwd, name), name, key };
  const progress = startProgress(context, "Checking the weights", 1);
  const onProgress = (share: number): void => progress.update(share);
  return interruptible(deps, NOTHING_SENT, (signal) =>
    prepareWeights(
      config,
      { ...input, isEncrypted: decryptionKey !== undefined },
      { onProgress, signal },
    ),
  ).finally(progress.finish);
}

async function embeddingOf(
  context: Context,
  config: ModelConfig,
  { embedding, sample: path, weightsFile, decryptionKey: key }: Options,
): Promise<Float32Array> {
  const { deps } = context;
  if (embedding !== undefined) return checkedEmbedding(readEmbedding(deps, embedding), config);
  const limits = { bytesMax: DATA_BYTES_MAX, tooLarge: "a part of it will do" };
  const sample = path === undefined ? {} : { sample: readInputFile(deps, path, limits) };
  const scorer = new Scorer({ device: config === SMALL ? "cpu" : "auto" });
  const file = { path: resolve(deps.cwd, weightsFile), key };
  const progress = startProgress(context, "Measuring the embedding", 100);
  const onProgress = ({ done, total }: { done: number; total: number }): void =>
    progress.update((100 * done) / total);
  try {
    return await interruptible(deps, NOTHING_SENT, (signal) =>
      meanEmbedding(scorer, config, file, { ...sample, watch: { onProgress, signal } }),
    );
  } finally {
    progress.finish();
    await scorer.stop();
  }
}

function checkedEmbedding(embedding: Float32Array, { dim }: ModelConfig): Float32Array {
  if (embedding.length === dim) return embedding;
  throw usageError(
    `--embedding has ${embedding.length} values; this network's have ${dim}`,
    "leave it out, and it is measured from the model",
  );
}

async function host(
  context: Context,
  { client }: Account,
  { checksum, encrypted }: PublishedWeights,
): Promise<void> {
  const progress = startProgress(context, "Hosting the weights");
  await interruptible(context.deps, NOTHING_SENT, (signal) =>
    client.uploadBlob(checksum, encrypted(), signal),
  ).finally(progress.finish);
}

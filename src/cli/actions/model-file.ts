/**
 * What `soma model inspect`, `encrypt` and `decrypt` do. Files pass by in pieces, so that one of
 * gigabytes is never whole in memory.
 *
 * @module
 */
import { resolve } from "node:path";

import { toHex } from "../../base/bytes.ts";
import { AES_KEY_BYTES, AesCtr } from "../../crypto/aes-ctr.ts";
import type { ModelConfig } from "../../model/config.ts";
import { isFloat, weightsFaultText } from "../../model/safetensors.ts";
import { checkEntries } from "../../model/weights.ts";
import { RawFile } from "../../scoring/raw-file.ts";
import { notWeights } from "../../scoring/sizes.ts";
import { WeightsFile } from "../../scoring/weights-file.ts";
import { type Digest, toDigest } from "../../types/address.ts";
import { formatDigest } from "../../types/text.ts";
import { bytesText } from "../amounts.ts";
import type { Context } from "../command.ts";
import { readModelSize } from "../model-config.ts";
import type { ModelSize } from "../model-size.ts";
import { writeAt, writeNew } from "../new-file.ts";
import { startProgress } from "../progress.ts";

type Files = { readonly file: string; readonly out: string };

const PIECE_BYTES = 8 * 1024 * 1024;

/** `model inspect` */
export async function inspectModelAction(
  context: Context,
  path: string,
  size: ModelSize | undefined,
): Promise<void> {
  const weights = WeightsFile.open(resolve(context.deps.cwd, path), path);
  try {
    const config = size === undefined ? weights.config() : readModelSize(context.deps, size);
    const { entries, file } = weights;
    const fault = checkEntries(config, entries);
    if (fault !== undefined) throw notWeights(path, weightsFaultText(fault));
    // Reading a tensor checks every number of it.
    for (const entry of entries) if (isFloat(entry)) weights.tensor(entry);
    const checksum = formatDigest(await checksumOf(context, file));
    tellContents(context, weights, config, checksum);
  } finally {
    weights.close();
  }
}

function tellContents(
  { output }: Context,
  { entries, file }: WeightsFile,
  config: ModelConfig,
  checksum: string,
): void {
  const parameters = entries.reduce((sum, { shape }) => sum + countOf(shape), 0);
  const dtypes = [...new Set(entries.map(({ dtype }) => dtype))];
  const { dim, hidden, layers, heads, vocabulary } = config;
  const document = {
    file: file.name,
    size: file.sizeBytes,
    checksum,
    tensors: entries.length,
    parameters,
    dtypes,
    embedding_dim: dim,
    pwff_hidden_dim: hidden,
    num_layers: layers,
    num_heads: heads,
    vocab_size: vocabulary,
  };
  output.result(document, () => {
    const rows: [string, string][] = [
      ["Size", bytesText(file.sizeBytes)],
      ["Checksum", checksum],
      ["Tensors", `${entries.length}, ${dtypes.join(", ")}`],
      ["Parameters", parameters.toLocaleString("en-US")],
      ["Model", `embeddings of ${dim}, ${layers} layers, ${heads} heads`],
      ["Numbers", "all finite"],
    ];
    output.table({ title: file.name, rows });
  });
}

/** `model encrypt` */
export async function encryptModelAction(
  context: Context,
  files: Files,
  given: Uint8Array | undefined,
): Promise<void> {
  const { deps, output } = context;
  const key = given ?? deps.randomBytes(AES_KEY_BYTES);
  // Only what can be opened again with profit is encrypted.
  WeightsFile.open(resolve(deps.cwd, files.file), files.file).close();
  const { size, checksum } = await applyKey(context, files, key);
  const text = formatDigest(toDigest(toHex(key)));
  output.result({ file: files.out, size, checksum, decryption_key: text }, () => {
    output.line(`Wrote ${files.out}: ${bytesText(size)}, checksum ${checksum}.`);
    output.line(`Key: ${text}`);
  });
}

/** `model decrypt` */
export async function decryptModelAction(
  context: Context,
  files: Files,
  key: Uint8Array,
): Promise<void> {
  const { deps, output } = context;
  const { size, checksum } = await applyKey(context, files, key, (path) =>
    WeightsFile.open(path, `${files.file}, decrypted with this key,`).close(),
  );
  output.result({ file: files.out, size, checksum }, () => {
    output.line(`Wrote ${resolve(deps.cwd, files.out)}: ${bytesText(size)}, checksum ${checksum}.`);
  });
}

/** Both are the same operation; `check` looks at the result before it is kept. */
async function applyKey(
  context: Context,
  { file, out }: Files,
  key: Uint8Array,
  check: (path: string) => void = () => undefined,
): Promise<{ readonly size: number; readonly checksum: string }> {
  const { deps } = context;
  const input = RawFile.open(resolve(deps.cwd, file), file);
  try {
    const cipher = new AesCtr(key);
    const hash = new Bun.CryptoHasher("blake2b256");
    await writeNew(context, out, async (descriptor, signal) => {
      let written = 0;
      const progress = startProgress(context, "Writing", input.sizeBytes);
      for (const piece of input.pieces(PIECE_BYTES)) {
        const bytes = cipher.apply(piece);
        writeAt(descriptor, bytes, written);
        hash.update(bytes);
        written += bytes.length;
        progress.update(written);
        await Bun.sleep(0);
        signal.throwIfAborted();
      }
      progress.finish();
      check(resolve(deps.cwd, out));
    });
    return { size: input.sizeBytes, checksum: formatDigest(toDigest(hash.digest("hex"))) };
  } finally {
    input.close();
  }
}

async function checksumOf(context: Context, file: RawFile): Promise<Digest> {
  const hash = new Bun.CryptoHasher("blake2b256");
  const progress = startProgress(context, "Reading", file.sizeBytes);
  let done = 0;
  for (const piece of file.pieces(PIECE_BYTES)) {
    hash.update(piece);
    progress.update((done += piece.length));
    await Bun.sleep(0);
  }
  progress.finish();
  return toDigest(hash.digest("hex"));
}

function countOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

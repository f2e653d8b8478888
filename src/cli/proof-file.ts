/**
 * Proofs in files: saved from a node, and read again where there is none. Whoever checks one trusts
 * nothing but the genesis of the network.
 *
 * @module
 */
import { resolve } from "node:path";

import { SomaError } from "../base/errors.ts";
import type { Result } from "../base/result.ts";
import { type Codec, decode, encode } from "../bcs/schema.ts";
import type { Shown } from "../client/evidence.ts";
import { readGenesisFile } from "../host/genesis-file.ts";
import type { CertifiedCheckpoint } from "../types/checkpoint.ts";
import type { Committee } from "../types/committee.ts";
import { chainId } from "../types/genesis.ts";
import { formatDigest } from "../types/text.ts";
import type { Context } from "./command.ts";
import { readInputFile } from "./input-file.ts";
import { writeAt, writeNew } from "./new-file.ts";

/** Evidence that spans thousands of epochs of a large committee. */
const LIMITS = { bytesMax: 512 * 1024 * 1024, tooLarge: "no proof is that large" };

/** What all kinds of evidence have. */
type Proved = { readonly proof: { readonly checkpoint: CertifiedCheckpoint } };

/** How a kind of evidence is read and checked. */
export type Checking<T> = {
  readonly codec: Codec<T>;
  readonly check: (genesis: Committee, evidence: T) => Result<Shown, string>;
};

/** Evidence that holds, what shows it, and on which chain. */
export type Checked<T> = { readonly evidence: T; readonly shown: Shown; readonly chain: string };

/** Saves what `collect` brings, and says where it is; `document` names what it is of. */
export async function saveProof<T extends Proved>(
  context: Context,
  file: string,
  codec: Codec<T>,
  {
    document,
    command,
    collect,
  }: {
    readonly document: object;
    readonly command: string;
    readonly collect: (signal: AbortSignal) => Promise<T>;
  },
): Promise<void> {
  const { proof } = await writeNew(context, file, async (descriptor, signal) => {
    const collected = await collect(signal);
    writeAt(descriptor, encode(codec, collected), 0);
    return collected;
  });
  const { epoch, sequence_number: checkpoint } = proof.checkpoint.summary;
  context.output.result({ ...document, file, checkpoint, epoch: Number(epoch) }, () => {
    context.output.line(`Saved ${file}: it is in checkpoint ${checkpoint} of epoch ${epoch}.`);
    context.output.line(`Next: \`${command} ${file} --genesis FILE\` on any machine.`);
  });
}

/** Reads a proof and checks it against a genesis; a proof that does not hold is an error. */
export function checkProof<T>(
  { deps }: Context,
  file: string,
  genesis: string,
  { codec, check }: Checking<T>,
): Checked<T> {
  const blob = readGenesisFile(resolve(deps.cwd, genesis));
  const decoded = decode(codec, readInputFile(deps, file, LIMITS));
  if (!decoded.ok) throw invalid(file, `it is no proof of this kind: ${decoded.error.reason}`);
  const shown = check(blob.committee, decoded.value);
  if (!shown.ok) throw invalid(file, shown.error);
  return { evidence: decoded.value, shown: shown.value, chain: formatDigest(chainId(blob)) };
}

/** What every checked proof says in JSON. */
export function shownDocument({ chain, shown }: Pick<Checked<unknown>, "chain" | "shown">): object {
  const { checkpoint, epoch, timestampMs } = shown;
  return { chain_id: chain, checkpoint, epoch: Number(epoch), timestamp_ms: timestampMs };
}

function invalid(file: string, reason: string): SomaError {
  return new SomaError("proof_invalid", `${file}: ${reason}`, {
    hint: "is the genesis that of the proof's network? save the proof again",
  });
}

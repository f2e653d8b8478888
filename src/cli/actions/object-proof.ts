/**
 * What `soma objects prove` and `soma objects verify` do: evidence of an object from a node into a
 * file, and the check of such a file by somebody who trusts nothing but the genesis of the network.
 *
 * @module
 */
import { resolve } from "node:path";

import { SomaError } from "../../base/errors.ts";
import { decode, encode } from "../../bcs/schema.ts";
import { checkEvidence, collectEvidence, evidence, type Shown } from "../../client/evidence.ts";
import { readGenesisFile } from "../../host/genesis-file.ts";
import type { ObjectId } from "../../types/address.ts";
import { chainId, type GenesisBlob } from "../../types/genesis.ts";
import { objectDigest } from "../../types/object.ts";
import { formatDigest, formatObjectId } from "../../types/text.ts";
import { objectView, viewObject } from "../../wire/json/object.ts";
import { encodeView } from "../../wire/json/view.ts";
import type { Context } from "../command.ts";
import { readInputFile } from "../input-file.ts";
import { openClient } from "../network.ts";
import { writeAt, writeNew } from "../new-file.ts";
import { objectRows } from "../object-rows.ts";

/** Evidence that spans thousands of epochs of a large committee. */
const LIMITS = { bytesMax: 512 * 1024 * 1024, tooLarge: "no proof is that large" };

/** `objects prove` */
export async function proveObjectAction(
  context: Context,
  id: ObjectId,
  output: string | undefined,
): Promise<void> {
  const file = output ?? `./${formatObjectId(id)}.proof`;
  const client = openClient(context);
  const { proof } = await writeNew(context, file, async (descriptor, signal) => {
    const collected = await collectEvidence(client, id, signal);
    writeAt(descriptor, encode(evidence, collected), 0);
    return collected;
  });
  const { epoch, sequence_number: checkpoint } = proof.checkpoint.summary;
  const document = { object_id: formatObjectId(id), file, checkpoint, epoch: Number(epoch) };
  context.output.result(document, () => {
    context.output.line(`Saved ${file}: checkpoint ${checkpoint} of epoch ${epoch} wrote it.`);
    context.output.line(`Next: \`soma objects verify ${file} --genesis FILE\` on any machine.`);
  });
}

/** `objects verify` */
export function verifyObjectAction(context: Context, file: string, genesis: string): void {
  const blob = readGenesisFile(resolve(context.deps.cwd, genesis));
  const shown = verifyFile(context, file, blob);
  const { object, checkpoint, epoch, timestampMs } = shown;
  const view = viewObject(object, objectDigest(object));
  const chain = formatDigest(chainId(blob));
  const document = {
    chain_id: chain,
    checkpoint,
    epoch: Number(epoch),
    timestamp_ms: timestampMs,
    object: encodeView(objectView, view),
  };
  context.output.result(document, () => {
    const rows = [...objectRows(view), ["Written In", `checkpoint ${checkpoint}, epoch ${epoch}`]];
    context.output.table({ title: "Proved Object", rows });
    context.output.line(`A quorum of the chain ${chain} certified this.`);
  });
}

function verifyFile(context: Context, file: string, { committee }: GenesisBlob): Shown {
  const decoded = decode(evidence, readInputFile(context.deps, file, LIMITS));
  if (!decoded.ok) throw invalid(file, `it is no proof: ${decoded.error.reason}`);
  const shown = checkEvidence(committee, decoded.value);
  if (!shown.ok) throw invalid(file, shown.error);
  return shown.value;
}

function invalid(file: string, reason: string): SomaError {
  return new SomaError("proof_invalid", `${file}: ${reason}`, {
    hint: "is the genesis that of the proof's network? save the proof again",
  });
}

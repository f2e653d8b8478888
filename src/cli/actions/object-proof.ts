/**
 * What `soma objects prove` and `soma objects verify` do.
 *
 * @module
 */
import { checkObjectEvidence, collectObject, objectEvidence } from "../../client/evidence.ts";
import type { ObjectId } from "../../types/address.ts";
import { objectDigest } from "../../types/object.ts";
import { formatObjectId } from "../../types/text.ts";
import { objectView, viewObject } from "../../wire/json/object.ts";
import { encodeView } from "../../wire/json/view.ts";
import type { Context } from "../command.ts";
import { openClient } from "../network.ts";
import { objectRows } from "../object-rows.ts";
import { checkProof, saveProof, shownDocument } from "../proof-file.ts";

const CHECKING = { codec: objectEvidence, check: checkObjectEvidence };

/** `objects prove` */
export async function proveObjectAction(
  context: Context,
  id: ObjectId,
  output: string | undefined,
): Promise<void> {
  const object_id = formatObjectId(id);
  const client = openClient(context);
  await saveProof(context, output ?? `./${object_id}.proof`, objectEvidence, {
    document: { object_id },
    command: "soma objects verify",
    collect: (signal) => collectObject(client, id, signal),
  });
}

/** `objects verify` */
export function verifyObjectAction(context: Context, file: string, genesis: string): void {
  const checked = checkProof(context, file, genesis, CHECKING);
  const { object } = checked.evidence;
  const { checkpoint, epoch } = checked.shown;
  const view = viewObject(object, objectDigest(object));
  const document = { ...shownDocument(checked), object: encodeView(objectView, view) };
  context.output.result(document, () => {
    const rows = [...objectRows(view), ["Written In", `checkpoint ${checkpoint}, epoch ${epoch}`]];
    context.output.table({ title: "Proved Object", rows });
    context.output.line(`A quorum of the chain ${checked.chain} certified this.`);
  });
}

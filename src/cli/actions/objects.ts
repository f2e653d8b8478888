/**
 * What `soma objects` does.
 *
 * @module
 */
import { SomaClient } from "../../client/client.ts";
import type { Address, ObjectId } from "../../types/address.ts";
import { formatAddress, formatDigest, formatObjectId } from "../../types/text.ts";
import type { Identity } from "../../wallet/identity.ts";
import { type ObjectView, objectView } from "../../wire/json/object.ts";
import { encodeView } from "../../wire/json/view.ts";
import { somaText } from "../amounts.ts";
import type { Context } from "../command.ts";
import { addressOf, openClient } from "../network.ts";
import { objectRows } from "../object-rows.ts";
import { contextEnv, openContextWallet } from "../open-wallet.ts";

/** `objects get` */
export async function getObjectAction(
  context: Context,
  id: ObjectId,
  withBytes: boolean,
): Promise<void> {
  const { output } = context;
  const client = openClient(context);
  const object = await (withBytes ? client.objectWithBytes(id) : client.object(id));
  output.result(encodeView(objectView, object), () => {
    output.table({ title: "Object", rows: objectRows(object) });
    if (object.bcs_bytes !== undefined) output.line(`BCS: ${object.bcs_bytes.toBase64()}`);
  });
}

/** `objects list` */
export async function listObjectsAction(
  context: Context,
  owner: Identity | undefined,
): Promise<void> {
  const { output } = context;
  const { address, client } = ownerAt(context, owner);
  const objects: ObjectView[] = [];
  for await (const object of client.objects(address)) objects.push(object);
  const document = {
    address: formatAddress(address),
    objects: objects.map((object) => encodeView(objectView, object)),
  };
  output.result(document, () => {
    const rows = objects.map((object) => [
      formatObjectId(object.object_id),
      object.object_type,
      summaryOf(object),
    ]);
    output.table({ title: "Objects", head: ["Object ID", "Type", "Holds"], rows });
    output.line(`${objects.length} ${objects.length === 1 ? "object" : "objects"}.`);
  });
}

/** `objects gas` */
export async function listGasAction(context: Context, owner: Identity | undefined): Promise<void> {
  const { output } = context;
  const { address, client } = ownerAt(context, owner);
  const coins: [ObjectView, bigint][] = [];
  for await (const object of client.objects(address, "Coin")) {
    if (object.content.kind === "Coin") coins.push([object, object.content.balance]);
  }
  const document = {
    address: formatAddress(address),
    coins: coins.map(([{ object_id, version, digest }, balance]) => [
      [formatObjectId(object_id), version, formatDigest(digest)],
      balance,
    ]),
  };
  output.result(document, () => {
    const rows = coins.map(([{ object_id }, balance]) => [
      formatObjectId(object_id),
      somaText(balance),
    ]);
    output.table({ title: "Coins", head: ["Object ID", "Balance"], rows });
    output.line(`Total: ${somaText(coins.reduce((sum, [, balance]) => sum + balance, 0n))}`);
  });
}

function ownerAt(
  context: Context,
  owner: Identity | undefined,
): { readonly address: Address; readonly client: SomaClient } {
  const wallet = openContextWallet(context);
  return {
    address: addressOf(wallet, owner),
    client: new SomaClient(contextEnv(context, wallet).rpc),
  };
}

function summaryOf({ content }: ObjectView): string {
  switch (content.kind) {
    case "Coin":
      return somaText(content.balance);
    case "StakedSoma":
      return `${somaText(content.principal)} staked`;
    case "Target":
      return `${somaText(content.reward_pool)} reward`;
    case "SystemState":
      return "the network";
  }
}

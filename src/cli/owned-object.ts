/**
 * An object that a command uses up or gives away, and the account of this wallet that may do so.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { Account } from "../client/transact.ts";
import type { ObjectId } from "../types/address.ts";
import type { ObjectRef } from "../types/object.ts";
import { formatObjectId } from "../types/text.ts";
import type { ObjectView } from "../wire/json/object.ts";
import type { Context } from "./command.ts";
import { openAccount, openClient } from "./network.ts";

/** An object as it is now, and its owner. */
export type OwnedObject = {
  readonly account: Account;
  readonly object: ObjectRef;
  readonly content: ObjectView["content"];
};

/** The object with this id; its owner must have a key in this wallet. */
export async function openOwned(context: Context, id: ObjectId): Promise<OwnedObject> {
  const { object_id, version, digest, owner, content } = await openClient(context).object(id);
  if (owner.kind === "AddressOwner") {
    const account = openAccount(context, owner.address);
    return { account, object: { object_id, version, digest }, content };
  }
  throw new SomaError("not_owned", `object ${formatObjectId(id)} belongs to nobody`, {
    hint: "only coins and stakes have an owner; see `soma objects list`",
  });
}

/**
 * Objects as reports show them, a row a field.
 *
 * @module
 */
import { formatDigest, formatObjectId } from "../types/text.ts";
import type { ObjectView } from "../wire/json/object.ts";
import { somaText } from "./amounts.ts";
import { ownerText } from "./owner-text.ts";

/** Names and texts of the fields of an object. */
export function objectRows(object: ObjectView): string[][] {
  return [
    ["Object ID", formatObjectId(object.object_id)],
    ["Version", String(object.version)],
    ["Digest", formatDigest(object.digest)],
    ["Type", object.object_type],
    ["Owner", ownerText(object.owner)],
    ["Last Changed By", formatDigest(object.previous_transaction)],
    ...contentRows(object),
  ];
}

function contentRows({ content }: ObjectView): string[][] {
  switch (content.kind) {
    case "Coin":
      return [["Balance", somaText(content.balance)]];
    case "StakedSoma":
      return [
        ["Principal", somaText(content.principal)],
        ["Pool", formatObjectId(content.pool_id)],
        ["Earns Since Epoch", String(content.stake_activation_epoch)],
      ];
    case "Target":
      return [
        ["Status", content.status.kind],
        ["Reward", somaText(content.reward_pool)],
        ["More", "soma target info"],
      ];
    case "SystemState":
      return [["More", "soma status, soma validator list, soma model list"]];
  }
}

/**
 * Submissions as reports show them, a row a field.
 *
 * @module
 */
import type { Address } from "../types/address.ts";
import { formatAddress, formatObjectId } from "../types/text.ts";
import type { TargetView } from "../wire/json/target.ts";
import { bytesText, somaText } from "./amounts.ts";

const DECIMALS = 4;

/** Who filled a target, with what, and when it can be claimed; nothing of one that is open. */
export function submissionRows(target: TargetView): string[][] {
  const { submitter, winning_model_id: winner, winning_model_owner: owner } = target;
  const { bond_amount: bond, data_url: url, data_size: size, claimable_epoch: from } = target;
  const { winning_distance: distance } = target;
  return [
    ["Submitter", submitter && formatAddress(submitter)],
    ["Distance", distance?.toFixed(DECIMALS)],
    ["Winning Model", winner && formatObjectId(winner)],
    ["Model Owner", owner && ownerText(owner, submitter)],
    ["Bond", bond === undefined ? undefined : somaText(bond)],
    ["Data URL", url],
    ["Data Size", size === undefined ? undefined : bytesText(size)],
    ["Claimable", from === undefined ? undefined : `from epoch ${from}`],
  ].flatMap(([label = "", text]) => (text === undefined ? [] : [[label, text]]));
}

// An owner may submit to a model of his own: whoever looks is told.
function ownerText(owner: Address, submitter: Address | undefined): string {
  return owner === submitter ? `${formatAddress(owner)} (the submitter)` : formatAddress(owner);
}

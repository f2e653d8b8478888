/**
 * TransferObjects: gives whole coins and stakes to somebody. Coins pay the value fee as in any
 * other transfer; a stake pays when it is made and when it is withdrawn.
 *
 * @module
 */
import type { ExecutionFault } from "../../types/fault.ts";
import type { KindOf } from "../../types/transaction-kind.ts";
import { type Call, invalidArguments } from "../call.ts";
import { valueFee } from "../economy/value-fee.ts";

/** Executes TransferObjects. */
export function transferObjects(
  call: Call,
  { objects, recipient }: KindOf<"TransferObjects">,
): ExecutionFault | undefined {
  if (objects.length === 0) return invalidArguments("no objects are named");
  const rate = recipient === call.sender ? 0n : call.parameters.value_fee_ppm;
  for (const { object_id: id } of objects) {
    const content = call.view.find(id)?.content;
    if (content === undefined) return { kind: "ObjectNotFound", object_id: id };
    if (content.kind === "Coin") call.valueFee += valueFee(content.balance, rate);
    call.view.write(id, content, { kind: "AddressOwner", address: recipient });
  }
  return undefined;
}

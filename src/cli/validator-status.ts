/**
 * Whether an account validates, before a transaction is paid for that only a validator may send.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { SomaClient } from "../client/client.ts";
import type { Address } from "../types/address.ts";
import { formatAddress } from "../types/text.ts";
import type { ValidatorStatus, ValidatorView } from "../wire/json/validator.ts";

/** Those of this epoch's committee. */
export const SEATED: readonly ValidatorStatus[] = ["active", "leaving"];

/** The validator or candidate with this address, if it is one. */
export async function findValidator(
  client: SomaClient,
  address: Address,
): Promise<ValidatorView | undefined> {
  const { validators } = await client.validators();
  return validators.find((validator) => validator.address === address);
}

/** Fails unless the account is a validator in one of these states. */
export async function checkValidator(
  client: SomaClient,
  address: Address,
  allowed: readonly ValidatorStatus[],
): Promise<void> {
  const validator = await findValidator(client, address);
  const name = formatAddress(address);
  if (validator === undefined) {
    throw new SomaError("not_a_validator", `${name} is not a validator`, {
      hint: "see `soma validator list`, and `soma wallet switch` for another account",
    });
  }
  const { status } = validator;
  if (allowed.includes(status)) return;
  const wanted = allowed.join(", ");
  const message = `validator ${name} is ${status}, but this operation requires one of: ${wanted}`;
  throw new SomaError("validator_status", message, { hint: "see `soma validator list`" });
}

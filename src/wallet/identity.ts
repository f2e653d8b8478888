/**
 * How a person names an account: by alias or by address. What starts with `0x`, or looks like an
 * address with a digit too many or too few, is an address and never an alias, so that a slip of the
 * keyboard is told as one.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Address } from "../types/address.ts";
import { parseAddress } from "../types/text.ts";
import { parseAlias } from "./alias.ts";

/** An account as it was named. */
export type Identity =
  | { readonly kind: "address"; readonly address: Address }
  | { readonly kind: "alias"; readonly alias: string };

const LIKE_AN_ADDRESS = /^(?:0[xX].*|[0-9a-fA-F]{32,})$/s;

/** `text` as an address or alias, or what is wrong with it. */
export function parseIdentity(text: string): Result<Identity, string> {
  if (LIKE_AN_ADDRESS.test(text)) {
    const address = parseAddress(text);
    return address.ok ? ok({ kind: "address", address: address.value }) : address;
  }
  const alias = parseAlias(text);
  return alias.ok
    ? ok({ kind: "alias", alias: alias.value })
    : err(`neither an address nor an alias: ${alias.error}`);
}

/** The address of `identity`; `accounts` are the names of this wallet. */
export function resolveIdentity(
  identity: Identity,
  accounts: readonly { readonly alias: string; readonly address: Address }[],
): Address {
  if (identity.kind === "address") return identity.address;
  const found = accounts.find((account) => account.alias === identity.alias);
  if (found !== undefined) return found.address;
  throw new SomaError("alias_unknown", `no key of this wallet has the alias ${identity.alias}`, {
    hint: "see `soma wallet list` for the aliases, or give the address",
  });
}

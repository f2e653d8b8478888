/**
 * What `soma validator update-metadata` does: one key or address staged for the next epoch. A new
 * protocol key comes with the proof that its secret is held.
 *
 * @module
 */
import { resolve } from "node:path";

import { SomaError } from "../../base/errors.ts";
import { boundedText, encode } from "../../bcs/schema.ts";
import { NO_METADATA_CHANGES } from "../../client/actions.ts";
import { blsPublicKey } from "../../crypto/bls.ts";
import { ed25519PublicKey } from "../../crypto/ed25519.ts";
import { proveBlsPossession } from "../../crypto/pop.ts";
import { BLS_KEY, ED25519_KEY, readSecret } from "../../host/key-pairs.ts";
import type { Address } from "../../types/address.ts";
import { NAME_BYTES_MAX } from "../../types/bounds.ts";
import type { KindOf } from "../../types/transaction-kind.ts";
import type { Context } from "../command.ts";
import type { TransactionOptions } from "../transaction-options.ts";
import { SEATED } from "../validator-status.ts";
import { openValidator, send } from "./validator.ts";

type Update = KindOf<"UpdateValidatorMetadata">;

const NOTHING: Update = { kind: "UpdateValidatorMetadata", ...NO_METADATA_CHANGES };

const addressText = boundedText(NAME_BYTES_MAX);

/** `validator update-metadata …-address` */
export async function updateAddressAction(
  context: Context,
  which: "network" | "primary" | "p2p" | "proxy",
  address: string,
  options: TransactionOptions,
): Promise<void> {
  const account = await openValidator(context, SEATED);
  const update = { [`next_epoch_${which}_address`]: encode(addressText, address) };
  await send(context, account, { ...NOTHING, ...update }, options);
}

/** `validator update-metadata …-pub-key` */
export async function updateKeyAction(
  context: Context,
  which: "network" | "worker" | "protocol",
  file: string,
  options: TransactionOptions,
): Promise<void> {
  const secret = readKeyFile(context, file, which);
  const account = await openValidator(context, SEATED);
  const update = keyUpdate(which, secret, account.keypair.address);
  const isStaged = await send(context, account, { ...NOTHING, ...update }, options);
  if (!isStaged) return;
  context.output.note(
    "From the next epoch on it is the validator's key. Its node takes it then, if the file is " +
      `there that its configuration names as next_${which}_key_pair; its log says so before.`,
  );
}

function keyUpdate(
  which: "network" | "worker" | "protocol",
  secret: Uint8Array,
  owner: Address,
): Partial<Update> {
  if (which === "network") return { next_epoch_network_pubkey: ed25519PublicKey(secret) };
  if (which === "worker") return { next_epoch_worker_pubkey: ed25519PublicKey(secret) };
  return {
    next_epoch_protocol_pubkey: blsPublicKey(secret),
    next_epoch_proof_of_possession: proveBlsPossession(secret, owner),
  };
}

function readKeyFile(
  { deps }: Context,
  file: string,
  which: "network" | "worker" | "protocol",
): Uint8Array {
  const form = which === "protocol" ? BLS_KEY : ED25519_KEY;
  const secret = readSecret(resolve(deps.cwd, file), form);
  if (secret.ok) return secret.value;
  throw new SomaError("key_invalid", `${file}: ${secret.error}`, {
    hint: "make keys with `soma validator make-validator-info HOST` in an empty directory",
  });
}

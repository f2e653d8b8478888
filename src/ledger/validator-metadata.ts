/**
 * Keys and addresses of validators as they come from outside, and that no two validators share one.
 * What stands in the state must be readable by every client, so keys are points and addresses are
 * multiaddrs before they get there.
 *
 * @module
 */
import { err, ok, type Result } from "../base/result.ts";
import { boundedText, decode } from "../bcs/schema.ts";
import { blsPublicKeyValid } from "../crypto/bls.ts";
import { ed25519PublicKeyValid } from "../crypto/ed25519.ts";
import { verifyBlsPossession } from "../crypto/pop.ts";
import type { Address } from "../types/address.ts";
import { NAME_BYTES_MAX } from "../types/bounds.ts";
import { type ContentOf, validatorEntryId } from "../types/entry.ts";
import type { ExecutionFault } from "../types/fault.ts";
import type { OtherValidator } from "../types/stake-entry.ts";
import {
  AUTHORITY_SIGNATURE_BYTES,
  PROTOCOL_KEY_BYTES,
  type ValidatorMetadata,
} from "../types/validator.ts";
import { invalidArguments } from "./call.ts";
import type { View } from "./view.ts";

/** What a validator may stage for the next epoch, without the prefix. */
export type Staged = {
  readonly protocol_pubkey: Uint8Array | undefined;
  readonly network_pubkey: Uint8Array | undefined;
  readonly worker_pubkey: Uint8Array | undefined;
  readonly net_address: string | undefined;
  readonly p2p_address: string | undefined;
  readonly primary_address: string | undefined;
  readonly proxy_address: string | undefined;
  readonly proof_of_possession: Uint8Array | undefined;
};

const MULTIADDR =
  /^\/(?:ip4|ip6|dns|dns4|dns6)\/[A-Za-z0-9.:-]{1,253}\/(?:tcp|udp)\/[0-9]{1,5}(?:\/https?)?$/;
const addressText = boundedText(NAME_BYTES_MAX);

/** The multiaddr in the BCS of a string. */
export function readAddress(bytes: Uint8Array, field: string): Result<string, ExecutionFault> {
  const text = decode(addressText, bytes);
  if (!text.ok) return err(invalidArguments(`${field} is not a BCS string`));
  return MULTIADDR.test(text.value)
    ? ok(text.value)
    : err(invalidArguments(`${field} is no multiaddr`));
}

/** Why keys cannot be those of a validator, if so. */
export function checkKeys(
  keys: Pick<Staged, "protocol_pubkey" | "network_pubkey" | "worker_pubkey">,
): ExecutionFault | undefined {
  const { protocol_pubkey: protocol, network_pubkey: network, worker_pubkey: worker } = keys;
  if (protocol !== undefined && !isProtocolKey(protocol)) {
    return invalidArguments("the protocol key is not a BLS12-381 key");
  }
  if (network !== undefined && !ed25519PublicKeyValid(network)) {
    return invalidArguments("the network key is not an Ed25519 key");
  }
  if (worker !== undefined && !ed25519PublicKeyValid(worker)) {
    return invalidArguments("the worker key is not an Ed25519 key");
  }
  return undefined;
}

/** Why a proof does not show that `owner` holds the secret of a protocol key, if so. */
export function checkProof(
  key: Uint8Array,
  owner: Address,
  proof: Uint8Array,
): ExecutionFault | undefined {
  if (proof.length !== AUTHORITY_SIGNATURE_BYTES) {
    return { kind: "InvalidProofOfPossession", reason: "it does not have 48 bytes" };
  }
  if (verifyBlsPossession(key, owner, proof)) return undefined;
  return { kind: "InvalidProofOfPossession", reason: "the signature is invalid" };
}

/** What a validator will have when its staged values are in force. */
export function applyStaged(metadata: ValidatorMetadata): ValidatorMetadata {
  const { soma_address, ...now } = metadata;
  return {
    soma_address,
    protocol_pubkey: now.next_epoch_protocol_pubkey ?? now.protocol_pubkey,
    network_pubkey: now.next_epoch_network_pubkey ?? now.network_pubkey,
    worker_pubkey: now.next_epoch_worker_pubkey ?? now.worker_pubkey,
    net_address: now.next_epoch_net_address ?? now.net_address,
    p2p_address: now.next_epoch_p2p_address ?? now.p2p_address,
    primary_address: now.next_epoch_primary_address ?? now.primary_address,
    proxy_address: now.next_epoch_proxy_address ?? now.proxy_address,
    proof_of_possession: now.next_epoch_proof_of_possession ?? now.proof_of_possession,
    ...NOTHING_STAGED,
  };
}

/** Nothing to change in the next epoch. */
export const NOTHING_STAGED: Pick<
  ValidatorMetadata,
  Extract<keyof ValidatorMetadata, `next_epoch_${string}`>
> = {
  next_epoch_protocol_pubkey: undefined,
  next_epoch_network_pubkey: undefined,
  next_epoch_net_address: undefined,
  next_epoch_p2p_address: undefined,
  next_epoch_primary_address: undefined,
  next_epoch_worker_pubkey: undefined,
  next_epoch_proof_of_possession: undefined,
  next_epoch_proxy_address: undefined,
};

/** The field that a validator would share with another, if any; now or in the next epoch. */
export function findDuplicate(
  view: View,
  own: ValidatorMetadata,
  others: readonly OtherValidator[],
): string | undefined {
  const wanted = [...identities(own), ...identities(applyStaged(own))];
  for (const { address, pool_id } of others) {
    if (address === own.soma_address) continue;
    const { metadata } = view.get("Validator", validatorEntryId(pool_id));
    const taken = new Map(
      [...identities(metadata), ...identities(applyStaged(metadata))].map(([field, value]) => [
        value,
        field,
      ]),
    );
    const clash = wanted.find(([, value]) => taken.has(value));
    if (clash !== undefined) return clash[0];
  }
  const { network_pubkey: network, worker_pubkey: worker } = applyStaged(own);
  return network.toHex() === worker.toHex() ? "network_pubkey" : undefined;
}

/** Those that have a seat or want one. */
export function seatedValidators(index: ContentOf<"ValidatorIndex">): readonly OtherValidator[] {
  return [...index.active, ...index.candidates];
}

function isProtocolKey(bytes: Uint8Array): boolean {
  return bytes.length === PROTOCOL_KEY_BYTES && blsPublicKeyValid(bytes);
}

// One space for both Ed25519 keys: a network key must not be anybody's worker key either.
function identities(metadata: ValidatorMetadata): readonly (readonly [string, string])[] {
  return [
    ["protocol_pubkey", metadata.protocol_pubkey.toHex()],
    ["network_pubkey", metadata.network_pubkey.toHex()],
    ["worker_pubkey", metadata.worker_pubkey.toHex()],
    ["net_address", `net ${metadata.net_address}`],
    ["p2p_address", `p2p ${metadata.p2p_address}`],
    ["primary_address", `primary ${metadata.primary_address}`],
  ];
}

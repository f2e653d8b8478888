/**
 * UpdateValidatorMetadata: stages new keys and addresses for the next epoch. A new protocol key
 * needs its proof of possession, and nothing may be another validator's, now or then.
 *
 * @module
 */
import { ok, type Result } from "../../base/result.ts";
import { VALIDATOR_INDEX_ID, validatorEntryId } from "../../types/entry.ts";
import type { ExecutionFault } from "../../types/fault.ts";
import type { KindOf } from "../../types/transaction-kind.ts";
import type { ValidatorMetadata } from "../../types/validator.ts";
import { type Call, invalidArguments } from "../call.ts";
import {
  checkKeys,
  checkProof,
  findDuplicate,
  readAddress,
  seatedValidators,
  type Staged,
} from "../validator-metadata.ts";

type Update = KindOf<"UpdateValidatorMetadata">;

/** Executes UpdateValidatorMetadata. */
export function updateValidatorMetadata(call: Call, kind: Update): ExecutionFault | undefined {
  const { view, sender } = call;
  const index = view.get("ValidatorIndex", VALIDATOR_INDEX_ID);
  const validator = index.active.find(({ address }) => address === sender);
  if (validator === undefined) return { kind: "NotAValidator" };
  const staged = readStaged(kind);
  if (!staged.ok) return staged.error;
  const keyFault = checkKeys(staged.value) ?? checkStagedProof(call, staged.value);
  if (keyFault !== undefined) return keyFault;
  const entry = validatorEntryId(validator.pool_id);
  const metadata = stage(view.get("Validator", entry).metadata, staged.value);
  const field = findDuplicate(view, metadata, seatedValidators(index));
  if (field !== undefined) return { kind: "DuplicateValidatorMetadata", field };
  view.update("Validator", entry, { metadata });
  return undefined;
}

function readStaged(kind: Update): Result<Staged, ExecutionFault> {
  const net = readOptional(kind.next_epoch_network_address, "net_address");
  const p2p = readOptional(kind.next_epoch_p2p_address, "p2p_address");
  const primary = readOptional(kind.next_epoch_primary_address, "primary_address");
  const proxy = readOptional(kind.next_epoch_proxy_address, "proxy_address");
  if (!net.ok) return net;
  if (!p2p.ok) return p2p;
  if (!primary.ok) return primary;
  if (!proxy.ok) return proxy;
  return ok({
    protocol_pubkey: kind.next_epoch_protocol_pubkey,
    network_pubkey: kind.next_epoch_network_pubkey,
    worker_pubkey: kind.next_epoch_worker_pubkey,
    net_address: net.value,
    p2p_address: p2p.value,
    primary_address: primary.value,
    proxy_address: proxy.value,
    proof_of_possession: kind.next_epoch_proof_of_possession,
  });
}

function readOptional(
  bytes: Uint8Array | undefined,
  field: string,
): Result<string | undefined, ExecutionFault> {
  return bytes === undefined ? ok(undefined) : readAddress(bytes, field);
}

function checkStagedProof(
  { sender }: Call,
  { protocol_pubkey: key, proof_of_possession: proof }: Staged,
): ExecutionFault | undefined {
  if (key === undefined) {
    return proof === undefined ? undefined : invalidArguments("the proof comes without its key");
  }
  return proof === undefined
    ? { kind: "MissingProofOfPossession" }
    : checkProof(key, sender, proof);
}

// A value that is not named keeps what was staged before.
function stage(now: ValidatorMetadata, staged: Staged): ValidatorMetadata {
  return {
    ...now,
    next_epoch_protocol_pubkey: staged.protocol_pubkey ?? now.next_epoch_protocol_pubkey,
    next_epoch_network_pubkey: staged.network_pubkey ?? now.next_epoch_network_pubkey,
    next_epoch_worker_pubkey: staged.worker_pubkey ?? now.next_epoch_worker_pubkey,
    next_epoch_net_address: staged.net_address ?? now.next_epoch_net_address,
    next_epoch_p2p_address: staged.p2p_address ?? now.next_epoch_p2p_address,
    next_epoch_primary_address: staged.primary_address ?? now.next_epoch_primary_address,
    next_epoch_proxy_address: staged.proxy_address ?? now.next_epoch_proxy_address,
    next_epoch_proof_of_possession:
      staged.proof_of_possession ?? now.next_epoch_proof_of_possession,
  };
}

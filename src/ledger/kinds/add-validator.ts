/**
 * AddValidator: the sender becomes a candidate with an empty pool. It validates from the first
 * epoch change on at which others and it itself have staked enough.
 *
 * @module
 */
import { err, ok, type Result } from "../../base/result.ts";
import { COMMITTEE_MEMBERS_MAX } from "../../types/bounds.ts";
import { poolEntryId, VALIDATOR_INDEX_ID, validatorEntryId } from "../../types/entry.ts";
import type { ExecutionFault } from "../../types/fault.ts";
import type { KindOf } from "../../types/transaction-kind.ts";
import type { ValidatorMetadata } from "../../types/validator.ts";
import { type Call, invalidArguments } from "../call.ts";
import { emptyPool } from "../economy/pool.ts";
import {
  checkKeys,
  checkProof,
  findDuplicate,
  NOTHING_STAGED,
  readAddress,
  seatedValidators,
} from "../validator-metadata.ts";

const JOIN_COMMISSION_BPS = 10n;

/** Executes AddValidator. */
export function addValidator(call: Call, kind: KindOf<"AddValidator">): ExecutionFault | undefined {
  const { view, sender } = call;
  const metadata = readMetadata(call, kind);
  if (!metadata.ok) return metadata.error;
  const unproved = checkProof(kind.pubkey_bytes, sender, kind.proof_of_possession);
  if (unproved !== undefined) return unproved;
  const index = view.get("ValidatorIndex", VALIDATOR_INDEX_ID);
  const seated = seatedValidators(index);
  if (seated.some(({ address }) => address === sender)) return { kind: "DuplicateValidator" };
  const field = findDuplicate(view, metadata.value, seated);
  if (field !== undefined) return { kind: "DuplicateValidatorMetadata", field };
  if (index.candidates.length >= COMMITTEE_MEMBERS_MAX) {
    return invalidArguments("there are too many candidates");
  }
  const pool_id = view.nextId();
  view.write(poolEntryId(pool_id), {
    kind: "Pool",
    ...emptyPool({ kind: "Validator", address: sender }),
  });
  view.write(validatorEntryId(pool_id), {
    kind: "Validator",
    metadata: metadata.value,
    commission_rate: JOIN_COMMISSION_BPS,
    next_epoch_commission_rate: JOIN_COMMISSION_BPS,
    commission_stake: undefined,
    disputes_epoch: 0n,
    disputes_opened: 0n,
  });
  view.update("ValidatorIndex", VALIDATOR_INDEX_ID, {
    candidates: [...index.candidates, { address: sender, pool_id }],
  });
  return undefined;
}

function readMetadata(
  { sender }: Call,
  kind: KindOf<"AddValidator">,
): Result<ValidatorMetadata, ExecutionFault> {
  const keys = {
    protocol_pubkey: kind.pubkey_bytes,
    network_pubkey: kind.network_pubkey_bytes,
    worker_pubkey: kind.worker_pubkey_bytes,
  };
  const fault = checkKeys(keys);
  if (fault !== undefined) return err(fault);
  const net = readAddress(kind.net_address, "net_address");
  const p2p = readAddress(kind.p2p_address, "p2p_address");
  const primary = readAddress(kind.primary_address, "primary_address");
  const proxy = readAddress(kind.proxy_address, "proxy_address");
  if (!net.ok) return net;
  if (!p2p.ok) return p2p;
  if (!primary.ok) return primary;
  if (!proxy.ok) return proxy;
  return ok({
    soma_address: sender,
    ...keys,
    net_address: net.value,
    p2p_address: p2p.value,
    primary_address: primary.value,
    proxy_address: proxy.value,
    proof_of_possession: kind.proof_of_possession,
    ...NOTHING_STAGED,
  });
}

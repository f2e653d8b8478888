/**
 * The validator set at the epoch change: rates and stakes turn over, those who want to leave or
 * have too little stake go, candidates with enough come in, and voting power is measured anew. The
 * set never becomes empty: the last validator stays whatever it asks for.
 *
 * @module
 */
import { addU64 } from "../../base/u64.ts";
import type { Address, ObjectId } from "../../types/address.ts";
import { COMMITTEE_MEMBERS_MAX } from "../../types/bounds.ts";
import {
  type ContentOf,
  poolEntryId,
  VALIDATOR_INDEX_ID,
  validatorEntryId,
} from "../../types/entry.ts";
import type { ActiveValidator, OtherValidator } from "../../types/stake-entry.ts";
import { activatePool, deactivatePool, isDesertedPool, turnPool } from "../economy/pool.ts";
import { stakeShare } from "../economy/seats.ts";
import { retireValidators } from "../economy/validators.ts";
import { votingPowers } from "../economy/voting-power.ts";
import {
  applyStaged,
  findDuplicate,
  NOTHING_STAGED,
  seatedValidators,
} from "../validator-metadata.ts";
import type { View } from "../view.ts";
import type { Edge } from "./edge.ts";

type Index = ContentOf<"ValidatorIndex">;

/** The set while it changes. */
type Roster = {
  active: OtherValidator[];
  candidates: OtherValidator[];
  left: OtherValidator[];
  readonly risk: Map<Address, bigint>;
};

/** Candidates from which those without stake are sent away. */
const QUEUE_CROWDED = COMMITTEE_MEMBERS_MAX / 2;
const STAGED_FIELDS = Object.keys(NOTHING_STAGED) as (keyof typeof NOTHING_STAGED)[];

/** Turns the validator set over. */
export function turnValidators(view: View, edge: Edge): void {
  const index = view.get("ValidatorIndex", VALIDATOR_INDEX_ID);
  for (const validator of index.active) turnValidator(view, validator, edge);
  takeEffect(view, index);
  const roster: Roster = {
    active: [...index.active],
    candidates: [...index.candidates],
    left: [],
    risk: new Map(index.at_risk),
  };
  for (const address of index.leaving) dismiss(roster, address);
  const total = sumStake(view, [...roster.active, ...roster.candidates]);
  judgeStakes(view, roster, total, edge);
  promote(view, roster, total, edge);
  for (const { pool_id } of roster.left) endPool(view, pool_id, edge.epoch);
  view.write(VALIDATOR_INDEX_ID, buildIndex(view, index, roster));
}

/** Validators with the voting power that their stakes give them. */
export function empower(
  view: View,
  validators: readonly OtherValidator[],
): readonly ActiveValidator[] {
  const stakes = validators.map(({ address, pool_id }) => ({
    address,
    stake: stakeOf(view, pool_id),
  }));
  const powers = votingPowers(stakes);
  return validators.map(({ address, pool_id }) => ({
    address,
    pool_id,
    voting_power: powers.get(address) ?? 0,
  }));
}

/** What validators have in their pools together. */
export function sumStake(view: View, validators: readonly OtherValidator[]): bigint {
  return validators.reduce((sum, { pool_id }) => addU64(sum, stakeOf(view, pool_id)), 0n);
}

function stakeOf(view: View, poolId: ObjectId): bigint {
  return view.get("Pool", poolEntryId(poolId)).soma_balance;
}

function turnValidator(view: View, { pool_id }: OtherValidator, edge: Edge): void {
  const entry = validatorEntryId(pool_id);
  const { commission_rate, next_epoch_commission_rate } = view.get("Validator", entry);
  if (commission_rate !== next_epoch_commission_rate) {
    view.update("Validator", entry, { commission_rate: next_epoch_commission_rate });
  }
  const poolEntry = poolEntryId(pool_id);
  const pool = view.get("Pool", poolEntry);
  const next = turnPool(pool, edge.epoch, edge.protocol.exchange_rate_epochs);
  if (next !== pool) view.write(poolEntry, { kind: "Pool", ...next });
}

// What was staged comes into force, unless somebody else has come to use the same since.
function takeEffect(view: View, index: Index): void {
  for (const { pool_id } of index.active) {
    const entry = validatorEntryId(pool_id);
    const { metadata } = view.get("Validator", entry);
    const isStaged = STAGED_FIELDS.some((field) => metadata[field] !== undefined);
    if (!isStaged) continue;
    const clashes = findDuplicate(view, metadata, seatedValidators(index)) !== undefined;
    const next = clashes ? { ...metadata, ...NOTHING_STAGED } : applyStaged(metadata);
    view.update("Validator", entry, { metadata: next });
  }
}

function dismiss(roster: Roster, address: Address): void {
  const leaver = roster.active.find((validator) => validator.address === address);
  if (leaver === undefined || roster.active.length === 1) return;
  roster.active = roster.active.filter((validator) => validator !== leaver);
  roster.left.push(leaver);
  roster.risk.delete(address);
}

// Too little stake is borne for some epochs, far too little not at all.
function judgeStakes(view: View, roster: Roster, total: bigint, { protocol }: Edge): void {
  for (const { address, pool_id } of roster.active.toReversed()) {
    const share = shareOf(view, pool_id, total);
    if (share >= protocol.validator_low_stake_bps) {
      roster.risk.delete(address);
      continue;
    }
    const epochs = (roster.risk.get(address) ?? 0n) + 1n;
    roster.risk.set(address, epochs);
    const isOver = epochs > protocol.validator_low_stake_grace_epochs;
    if (isOver || share < protocol.validator_very_low_stake_bps) dismiss(roster, address);
  }
}

function promote(view: View, roster: Roster, total: bigint, { epoch, protocol }: Edge): void {
  for (const candidate of roster.candidates) {
    if (roster.active.length >= COMMITTEE_MEMBERS_MAX) break;
    if (shareOf(view, candidate.pool_id, total) < protocol.validator_join_stake_bps) continue;
    const entry = poolEntryId(candidate.pool_id);
    view.write(entry, { kind: "Pool", ...activatePool(view.get("Pool", entry), epoch) });
    roster.active.push(candidate);
  }
  roster.candidates = roster.candidates.filter((candidate) => !roster.active.includes(candidate));
  if (roster.candidates.length > QUEUE_CROWDED) clearQueue(view, roster);
}

// In a crowded queue, seats that nobody staked anything on are free again.
function clearQueue(view: View, roster: Roster): void {
  const idle = roster.candidates.filter(({ pool_id }) => isDeserted(view, pool_id));
  roster.candidates = roster.candidates.filter((candidate) => !idle.includes(candidate));
  roster.left.push(...idle);
}

function isDeserted(view: View, poolId: ObjectId): boolean {
  return isDesertedPool(view.get("Pool", poolEntryId(poolId)));
}

function shareOf(view: View, poolId: ObjectId, total: bigint): bigint {
  return stakeShare(stakeOf(view, poolId), total);
}

function endPool(view: View, poolId: ObjectId, epoch: bigint): void {
  const entry = poolEntryId(poolId);
  view.write(entry, { kind: "Pool", ...deactivatePool(view.get("Pool", entry), epoch) });
}

function buildIndex(view: View, index: Index, roster: Roster): Index {
  const gone = new Set(roster.left.map((validator) => validator.address));
  return {
    kind: "ValidatorIndex",
    total_stake: sumStake(view, roster.active),
    active: empower(view, roster.active),
    candidates: roster.candidates,
    leaving: [],
    inactive: retireValidators(view, [...index.inactive, ...roster.left]),
    at_risk: roster.risk,
    reports: cleanReports(index.reports, gone),
  };
}

function cleanReports(reports: Index["reports"], gone: ReadonlySet<Address>): Index["reports"] {
  const kept = new Map<Address, ReadonlySet<Address>>();
  for (const [reportee, reporters] of reports) {
    const left = new Set([...reporters].filter((reporter) => !gone.has(reporter)));
    if (!gone.has(reportee) && left.size > 0) kept.set(reportee, left);
  }
  return kept;
}

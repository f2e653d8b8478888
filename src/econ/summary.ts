/**
 * What a play answers: whether difficulty found its goal and found it again, what the fund gave,
 * whether fees found theirs, and what an attacker got.
 *
 * @module
 */
import type { AttackerShare } from "./observe.ts";
import type { Plan } from "./plan.ts";
import type { EpochRow } from "./play.ts";

/** The answers of a play. Shares are of the goal; amounts are shannons. */
export type EconSummary = {
  /** Epochs until hits were first within a fifth of their goal. */
  readonly epochs_to_goal: number | undefined;
  /** Mean hits of the last five epochs. */
  readonly hits_share: number;
  /** The first epoch after the change of the scenario, and the hits five epochs later. */
  readonly change_epoch: number | undefined;
  readonly hits_share_after_change: number | undefined;
  readonly fund_first: bigint;
  readonly fund_last: bigint;
  /** What later epochs took out of the fund, and what came back into it. */
  readonly emitted: bigint;
  readonly returned: bigint;
  /** Mean fees of the last five epochs. */
  readonly fees_share: number;
  readonly attacker: AttackerShare | undefined;
};

const SETTLED_SHARE = 0.2;
const LAST_EPOCHS = 5;
/** The bar: so many epochs after a change hits are near their goal again. */
const EPOCHS_AFTER = 5;

/** Sums up the rows of a play, of which there is at least one. */
export function summarize(plan: Plan, rows: readonly EpochRow[]): EconSummary {
  const [first, last] = [rows[0], rows.at(-1)];
  const settled = rows.findIndex((row) => Math.abs(hitsShare(row) - 1) <= SETTLED_SHARE);
  const tail = rows.slice(-LAST_EPOCHS);
  const change = plan.change?.epoch;
  const after = change === undefined ? undefined : rows[change + EPOCHS_AFTER];
  const emitted = rows.slice(1).reduce((sum, row) => sum + row.emission, 0n);
  const [fundFirst, fundLast] = [first?.fund ?? 0n, last?.fund ?? 0n];
  return {
    epochs_to_goal: settled < 0 ? undefined : settled,
    hits_share: mean(tail.map(hitsShare)),
    change_epoch: change,
    hits_share_after_change: after === undefined ? undefined : hitsShare(after),
    fund_first: fundFirst,
    fund_last: fundLast,
    emitted,
    returned: emitted - (fundFirst - fundLast),
    fees_share: mean(tail.map((row) => Number(row.fees) / Number(row.fee_goal))),
    attacker: meanShare(rows),
  };
}

/** The hits of an epoch, counted to its end, by their goal. */
export function hitsShare({ hits_projected, hits_goal }: EpochRow): number {
  return hits_projected / hits_goal;
}

function meanShare(rows: readonly EpochRow[]): AttackerShare | undefined {
  const shares = rows.flatMap(({ attacker }) => (attacker === undefined ? [] : [attacker]));
  if (shares.length === 0) return undefined;
  return {
    stake: mean(shares.map(({ stake }) => stake)),
    slots: mean(shares.map(({ slots }) => slots)),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

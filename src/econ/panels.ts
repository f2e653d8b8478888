/**
 * The charts of a play.
 *
 * @module
 */
import { SHANNONS_PER_SOMA } from "../types/coin.ts";
import type { Panel } from "./chart.ts";
import type { EpochRow } from "./play.ts";

type Rows = readonly EpochRow[];

/** One chart for each thing that the economy steers or hands out. */
export function panelsOf(rows: Rows): readonly Panel[] {
  const last = rows[0]?.attacker === undefined ? huntersPanel(rows) : attackerPanel(rows);
  return [...difficultyPanels(rows), ...moneyPanels(rows), ...feePanels(rows), last];
}

function difficultyPanels(rows: Rows): readonly Panel[] {
  return [
    {
      title: "Hits in an epoch",
      fromZero: true,
      lines: [
        { name: "hits", values: rows.map((row) => row.hits) },
        { name: "goal", values: rows.map((row) => row.hits_goal), isGoal: true },
      ],
    },
    {
      title: "Difficulty: distance threshold, lower is harder",
      fromZero: true,
      lines: [{ name: "threshold", values: rows.map((row) => row.distance_threshold) }],
    },
  ];
}

function moneyPanels(rows: Rows): readonly Panel[] {
  return [
    {
      title: "Emission fund, SOMA",
      fromZero: false,
      lines: [{ name: "fund", values: somaOf(rows, (row) => row.fund) }],
    },
    {
      title: "Rewards of an epoch, SOMA",
      fromZero: true,
      lines: [
        {
          name: "filled targets",
          values: somaOf(rows, (row) => row.target_rewards - row.open_rewards),
        },
        { name: "validators", values: somaOf(rows, (row) => row.validator_pay) },
        {
          name: "budget of targets",
          values: somaOf(rows, (row) => row.target_budget),
          isGoal: true,
        },
      ],
    },
    {
      title: "What pools have gained, SOMA",
      fromZero: true,
      lines: [
        { name: "validators", values: gainOf(rows, (row) => row.validator_stake) },
        { name: "models", values: gainOf(rows, (row) => row.model_stake) },
      ],
    },
  ];
}

function feePanels(rows: Rows): readonly Panel[] {
  return [
    {
      title: "Fees of an epoch, SOMA",
      fromZero: true,
      lines: [
        { name: "fees", values: somaOf(rows, (row) => row.fees) },
        { name: "goal", values: somaOf(rows, (row) => row.fee_goal), isGoal: true },
      ],
    },
    {
      title: "Fee on moved value, millionths",
      fromZero: true,
      lines: [{ name: "rate", values: rows.map((row) => row.value_fee_ppm) }],
    },
  ];
}

function huntersPanel(rows: Rows): Panel {
  const lines = [{ name: "hunters", values: rows.map((row) => row.hunters) }];
  return { title: "Hunters", fromZero: true, lines };
}

function attackerPanel(rows: Rows): Panel {
  return {
    title: "The attacker's part, %",
    fromZero: true,
    lines: [
      { name: "places in targets", values: rows.map((row) => percent(row.attacker?.slots)) },
      { name: "stake", values: rows.map((row) => percent(row.attacker?.stake)), isGoal: true },
    ],
  };
}

function somaOf(rows: Rows, value: (row: EpochRow) => bigint): readonly number[] {
  return rows.map((row) => Number(value(row)) / Number(SHANNONS_PER_SOMA));
}

function gainOf(rows: Rows, value: (row: EpochRow) => bigint): readonly number[] {
  const first = rows[0] === undefined ? 0n : value(rows[0]);
  return somaOf(rows, (row) => value(row) - first);
}

function percent(share: number | undefined): number {
  return (share ?? 0) * 100;
}

/**
 * `soma econ`: the economy, played for many epochs.
 *
 * @module
 */
import { err, ok } from "../../base/result.ts";
import { SCENARIO_NAMES, SCENARIOS } from "../../econ/plan.ts";
import { SHANNONS_PER_SOMA } from "../../types/coin.ts";
import { command, type CommandGroup } from "../command.ts";
import { defaulted, optional, type ValueKind } from "../params.ts";
import { AMOUNT, choice, PATH, wholeNumber } from "../values.ts";

const PAYMENTS_MAX_SOMA = 1_000_000n;
const SCENARIO = choice("SCENARIO", SCENARIO_NAMES);

const SCENARIO_WORDS = SCENARIO_NAMES.map((name) => `${name} (${SCENARIOS[name].summary})`).join(
  ", ",
);

const PAYMENTS: ValueKind<bigint> = {
  label: AMOUNT.label,
  parse: (text) => {
    const amount = AMOUNT.parse(text);
    if (!amount.ok || amount.value <= PAYMENTS_MAX_SOMA * SHANNONS_PER_SOMA) return amount;
    return err(`${text} is more than ${PAYMENTS_MAX_SOMA}`);
  },
};

const THRESHOLD: ValueKind<number> = {
  label: "DISTANCE",
  parse: (text) => {
    const value = Number(text);
    if (/^[0-9]+(?:\.[0-9]+)?$/.test(text) && value <= 2) return ok(value);
    return err(`${JSON.stringify(text)} is not a distance from 0 to 2`);
  },
};

const econ = command({
  name: "econ",
  summary: "Play the economy for many epochs, and plot what comes of it",
  details: [
    "Executes every transaction with the ledger and ends every epoch as validators do. Consensus " +
      "and signatures are left out: commits are taken as given.",
    "Hunters try pieces of data at random times. The embedding of each is a random direction, " +
      "compared with every open target and submitted to those that are near enough; two epochs " +
      "later the reward is claimed. Trainers publish new weights every five epochs; which model " +
      "of a target wins is skill and chance. Two accounts pay each other.",
    `Scenarios: ${SCENARIO_WORDS}.`,
  ],
  examples: [
    ["soma econ", "thirty epochs of an hour in which nothing changes"],
    ["soma econ --scenario rush --plot rush.svg", "ten times as many hunters, as charts"],
    ["soma econ --scenario split --models 50 --json", "an attacker with fifty models, as data"],
  ],
  args: {},
  options: {
    scenario: defaulted(SCENARIO, "steady", "What happens"),
    epochs: defaulted(wholeNumber("N", 1, 1_000), "30", "Epochs to play"),
    epochMinutes: defaulted(wholeNumber("MINUTES", 1, 1_440), "60", "Length of an epoch"),
    validators: defaulted(wholeNumber("N", 1, 100), "4", "Validators"),
    trainers: defaulted(wholeNumber("N", 1, 400), "10", "Trainers, each with one model"),
    hunters: defaulted(wholeNumber("N", 1, 100), "20", "Hunters of data"),
    attempts: defaulted(
      wholeNumber("N", 0, 1_000_000_000),
      "1000",
      "Pieces of data that a hunter tries in an epoch",
    ),
    dimension: defaulted(wholeNumber("N", 3, 2_048), "16", "Values of an embedding"),
    payments: defaulted(PAYMENTS, "2000", "What is paid in an epoch"),
    models: defaulted(wholeNumber("N", 1, 400), "20", "Models of the attacker of split"),
    threshold: optional(THRESHOLD, "Distance threshold of the first epoch"),
    seed: defaulted(wholeNumber("N", 0, 0xffff_ffff), "1", "The seed"),
    plot: optional(PATH, "Write charts to this SVG file"),
  },
  run: async (context, { options }) => {
    const { econAction } = await import("../actions/econ.ts");
    await econAction(context, options);
  },
});

/** The commands of `soma econ`. */
export const ECON: CommandGroup = { title: "Simulation", commands: [econ] };

/**
 * `soma sim`: whole networks in virtual time.
 *
 * @module
 */
import { err, ok } from "../../base/result.ts";
import { FAULT_NAMES, type FaultName } from "../../simulator/faults/names.ts";
import { command, type CommandGroup } from "../command.ts";
import { defaulted, optional, type ValueKind } from "../params.ts";
import { PATH, SEED_RANGE, wholeNumber } from "../values.ts";

const SEED = wholeNumber("N", 0, 0xffff_ffff);
const VALIDATORS = wholeNumber("N", 1, 100);
const MINUTES = wholeNumber("MINUTES", 1, 1_440);

const FAULTS: ValueKind<"all" | "none" | readonly FaultName[]> = {
  label: "all|none|LIST",
  parse: (text) => {
    if (text === "all" || text === "none") return ok(text);
    const names = text.split(",");
    const unknown = names.find((name) => !FAULT_NAMES.some((known) => known === name));
    if (unknown === undefined) return ok(FAULT_NAMES.filter((name) => names.includes(name)));
    return err(`${JSON.stringify(unknown)} is none of all, none, ${FAULT_NAMES.join(", ")}`);
  },
};

const sim = command({
  name: "sim",
  summary: "Simulate whole networks with faults, each determined by its seed",
  details: [
    "Runs the real code of every validator and of a fullnode under simulated clocks, disks and " +
      "networks. Each seed draws some faults and amounts of its own; epochs change meanwhile. At " +
      "every event the nodes must agree; once the faults are over they must all have the same " +
      "checkpoints, and every client its answer.",
    "A seed that fails is printed with the line that repeats it.",
    `Faults: ${FAULT_NAMES.join(", ")}.`,
  ],
  examples: [
    ["soma sim --seed 7", "one network, ten virtual minutes"],
    ["soma sim --seeds 1..20 --minutes 2 --json", "many, as data"],
    ["soma sim --faults crash,partition --trace run.txt", "certain faults, with every event"],
  ],
  args: {},
  options: {
    seed: defaulted(SEED, "1", "The seed"),
    seeds: optional(SEED_RANGE, "Every seed of a range instead"),
    validators: defaulted(VALIDATORS, "4", "Validators of each network"),
    minutes: defaulted(MINUTES, "10", "Virtual minutes of load and faults"),
    faults: defaulted(FAULTS, "all", "What may go wrong"),
    trace: optional(PATH, "Write every event to this file"),
  },
  run: async (context, { options }) => {
    const { simulateAction } = await import("../actions/sim.ts");
    await simulateAction(context, options);
  },
});

/** The commands of `soma sim`. */
export const SIM: CommandGroup = { title: "Simulation", commands: [sim] };

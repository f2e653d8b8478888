/**
 * `soma sim`: whole networks in virtual time.
 *
 * @module
 */
import { command, type CommandGroup } from "../command.ts";
import { defaulted, optional } from "../params.ts";
import { PATH, SEED_RANGE, wholeNumber } from "../values.ts";

const SEED = wholeNumber("N", 0, 0xffff_ffff);
const VALIDATORS = wholeNumber("N", 1, 20);
const MINUTES = wholeNumber("MINUTES", 1, 1_440);

const sim = command({
  name: "sim",
  summary: "Simulate whole networks with faults, each determined by its seed",
  details: [
    "Runs the real node code of every validator and a fullnode under a simulated clock, disk " +
      "and network: random latency, load, a crash and a restart, epoch changes. Afterwards all " +
      "must have the same checkpoints and every client its answer.",
    "A seed that fails is printed with the line that repeats it.",
  ],
  examples: [
    ["soma sim --seed 7", "one network, ten virtual minutes"],
    ["soma sim --seeds 1..20 --minutes 2 --json", "many, as data"],
  ],
  args: {},
  options: {
    seed: defaulted(SEED, "1", "The seed"),
    seeds: optional(SEED_RANGE, "Every seed of a range instead"),
    validators: defaulted(VALIDATORS, "4", "Validators of each network"),
    minutes: defaulted(MINUTES, "10", "Virtual minutes of load"),
    trace: optional(PATH, "Write every event to this file"),
  },
  run: async (context, { options }) => {
    const { simulateAction } = await import("../actions/sim.ts");
    await simulateAction(context, options);
  },
});

/** The commands of `soma sim`. */
export const SIM: CommandGroup = { title: "Simulation", commands: [sim] };

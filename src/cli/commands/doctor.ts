/**
 * `soma doctor`: what this machine can score with.
 *
 * @module
 */
import { command, type CommandGroup } from "../command.ts";

const doctor = command({
  name: "doctor",
  summary: "Show what models can run on here, and whether it computes rightly",
  details: [
    "Every backend is opened and must give a known answer; one that is wrong is never used. " +
      "Takes some seconds, because speeds are measured.",
  ],
  examples: [["soma doctor --json", "for a script"]],
  args: {},
  options: {},
  run: async (context) => {
    const { doctorAction } = await import("../actions/doctor.ts");
    await doctorAction(context);
  },
});

/** The command on this machine. */
export const DOCTOR: CommandGroup = { title: "Competition", commands: [doctor] };

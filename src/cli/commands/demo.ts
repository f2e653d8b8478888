/**
 * `soma demo`: one round of the competition, told.
 *
 * @module
 */
import { command, type CommandGroup } from "../command.ts";
import { flag, optional } from "../params.ts";
import { PATH } from "../values.ts";

const demo = command({
  name: "demo",
  summary: "Boot a network and play one whole round of the competition on a file",
  details: [
    "Four validators start on this machine; the file is scored, submitted to the best target " +
      "that it can win, waits out its audit window, and earns its reward. Every figure is real.",
    "The network has its own keys in a temporary directory and is forgotten at the end: after " +
      "Ctrl-C, or with --exit after the round. Yours are not touched.",
  ],
  examples: [
    ["soma demo", "with a text that comes with the program"],
    ["soma demo photo.raw --exit", "with your own file; end after the round"],
    ["soma demo --exit --json", "only the figures, for a script"],
  ],
  args: {
    file: optional(PATH, "The file; a text of the program's own if absent", {
      label: "FILE",
    }),
  },
  options: { exit: flag("End after the round") },
  run: async (context, { args, options }) => {
    const { demoAction } = await import("../actions/demo.ts");
    await demoAction(context, args.file, options.exit);
  },
});

/** The command that shows what the others do. */
export const DEMO: CommandGroup = { title: "Run", commands: [demo] };

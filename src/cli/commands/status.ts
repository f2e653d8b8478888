/**
 * `soma status`: the network and the active account at a glance.
 *
 * @module
 */
import { command, type CommandGroup } from "../command.ts";

const status = command({
  name: "status",
  summary: "Show the network, its epoch and the active account",
  details: ["A network that does not answer is a warning, not a failure."],
  examples: [["soma status --json", "for a script; server_reachable says if there was an answer"]],
  args: {},
  options: {},
  run: async (context) => {
    const { statusAction } = await import("../actions/status.ts");
    await statusAction(context);
  },
});

/** The command on the network as a whole. */
export const STATUS: CommandGroup = { title: "Network", commands: [status] };

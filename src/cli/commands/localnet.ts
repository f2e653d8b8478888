/**
 * `soma localnet` and `soma epoch`: what is done to a local network.
 *
 * @module
 */
import { command, type CommandGroup } from "../command.ts";
import { optional } from "../params.ts";
import { HTTP_URL, PATH } from "../values.ts";

const reset = command({
  name: "localnet reset",
  summary: "Forget the local network; the next start begins a new one",
  details: ["Keys, aliases and the client's configuration stay."],
  examples: [["soma localnet reset --yes", "without a question"]],
  args: {},
  options: {
    networkConfig: optional(PATH, "The directory that the network is kept in", {
      flag: "network.config",
      label: "DIR",
    }),
  },
  run: async (context, { options }) => {
    const { resetLocalnetAction } = await import("../actions/localnet.ts");
    await resetLocalnetAction(context, options.networkConfig);
  },
});

const advance = command({
  name: "epoch advance",
  summary: "End the epoch of a local network now",
  details: ["Returns when every node of the network serves the new epoch."],
  examples: [["soma epoch advance", "rewards, reveals and new targets come with the next epoch"]],
  args: {},
  options: { url: optional(HTTP_URL, "URL of the admin service") },
  run: async (context, { options }) => {
    const { advanceEpochAction } = await import("../actions/epoch.ts");
    await advanceEpochAction(context, options.url);
  },
});

/** Commands on a local network. */
export const LOCALNET: CommandGroup = {
  title: "Run",
  parents: { localnet: "Manage the local network", epoch: "End epochs of a local network" },
  commands: [reset, advance],
};

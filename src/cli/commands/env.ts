/**
 * `soma env`: the networks that this configuration knows.
 *
 * @module
 */
import { command, type CommandGroup } from "../command.ts";
import { optional, required } from "../params.ts";
import { ALIAS, HTTP_URL, TEXT } from "../values.ts";

const list = command({
  name: "env list",
  summary: "List environments",
  examples: [["soma env list", "names and URLs, the active one marked"]],
  args: {},
  options: {},
  run: async (context) => {
    const { listEnvsAction } = await import("../actions/env.ts");
    listEnvsAction(context);
  },
});

const active = command({
  name: "env active",
  summary: "Print the active environment",
  examples: [["soma env active", "its name"]],
  args: {},
  options: {},
  run: async (context) => {
    const { activeEnvAction } = await import("../actions/env.ts");
    activeEnvAction(context);
  },
});

const newEnv = command({
  name: "env new",
  summary: "Add an environment",
  details: ["Services without a URL are those of a local network, if RPC is on this machine."],
  examples: [["soma env new --alias lab --rpc http://10.0.0.5:9000", "a network elsewhere"]],
  args: {},
  options: {
    alias: required(ALIAS, "Name of the environment"),
    rpc: required(HTTP_URL, "URL of a node"),
    basicAuth: optional(TEXT, "User and password of the node", { label: "USER:PASSWORD" }),
    faucet: optional(HTTP_URL, "URL of the faucet"),
    scoring: optional(HTTP_URL, "URL of the scoring service"),
    admin: optional(HTTP_URL, "URL of the admin service"),
  },
  run: async (context, { options }) => {
    const { newEnvAction } = await import("../actions/env.ts");
    newEnvAction(context, options);
  },
});

const switchTo = command({
  name: "env switch",
  summary: "Make another environment the active one",
  examples: [["soma env switch localnet", "talk to the network on this machine"]],
  args: { alias: required(TEXT, "Name of the environment", { label: "ALIAS" }) },
  options: {},
  run: async (context, { args }) => {
    const { switchEnvAction } = await import("../actions/env.ts");
    switchEnvAction(context, args.alias);
  },
});

const remove = command({
  name: "env remove",
  summary: "Remove an environment",
  examples: [["soma env remove lab", "forget its URLs; keys stay"]],
  args: { alias: required(TEXT, "Name of the environment", { label: "ALIAS" }) },
  options: {},
  run: async (context, { args }) => {
    const { removeEnvAction } = await import("../actions/env.ts");
    removeEnvAction(context, args.alias);
  },
});

const chainId = command({
  name: "env chain-id",
  summary: "Print the chain that the environment's node is on",
  examples: [["soma env chain-id", "the digest of its genesis checkpoint"]],
  args: {},
  options: {},
  run: async (context) => {
    const { chainIdAction } = await import("../actions/env.ts");
    await chainIdAction(context);
  },
});

/** Commands on environments. */
export const ENV: CommandGroup = {
  title: "Wallet",
  parents: { env: "Choose the network to talk to" },
  commands: [list, active, newEnv, switchTo, remove, chainId],
};

/**
 * `soma faucet`: coins for a test network.
 *
 * @module
 */
import { command, type CommandGroup } from "../command.ts";
import { optional } from "../params.ts";
import { HTTP_URL, IDENTITY } from "../values.ts";

const faucet = command({
  name: "faucet",
  summary: "Get coins for an account from the faucet",
  examples: [
    ["soma faucet", "for the active account"],
    ["soma faucet --address bob", "for another one"],
  ],
  args: {},
  options: {
    address: optional(IDENTITY, "The account; the active one if absent"),
    url: optional(HTTP_URL, "URL of the faucet"),
  },
  run: async (context, { options }) => {
    const { faucetAction } = await import("../actions/faucet.ts");
    await faucetAction(context, options);
  },
});

/** The command on the faucet. */
export const FAUCET: CommandGroup = { title: "Coins", commands: [faucet] };

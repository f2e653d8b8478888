/**
 * `soma balance` and `soma send`: an account's money.
 *
 * @module
 */
import { command, type CommandGroup } from "../command.ts";
import { flag, optional, required } from "../params.ts";
import { TRANSACTION_OPTIONS } from "../transaction-options.ts";
import { IDENTITY, OBJECT_ID, POSITIVE_AMOUNT } from "../values.ts";

const balance = command({
  name: "balance",
  summary: "Show how much an account has",
  examples: [
    ["soma balance", "of the active account"],
    ["soma balance alice --with-coins", "with every single coin"],
  ],
  args: { owner: optional(IDENTITY, "The account; the active one if absent") },
  options: { withCoins: flag("List the coins too") },
  run: async (context, { args, options }) => {
    const { balanceAction } = await import("../actions/coins.ts");
    await balanceAction(context, args.owner, options.withCoins);
  },
});

const send = command({
  name: "send",
  summary: "Send SOMA to an account",
  details: ["The fees are paid from the same coins. Without --coin the richest ones are used."],
  examples: [
    ["soma send --to bob --amount 1.5", "one and a half SOMA to an alias of this wallet"],
    ["soma send --to 0x… --amount 1 --simulate", "what it would do and cost"],
  ],
  args: {},
  options: {
    to: required(IDENTITY, "Who gets it"),
    amount: required(POSITIVE_AMOUNT, "How much, in SOMA with at most 9 decimals"),
    coin: optional(OBJECT_ID, "The coin to take it from"),
    ...TRANSACTION_OPTIONS,
  },
  run: async (context, { options }) => {
    const { sendAction } = await import("../actions/coins.ts");
    await sendAction(context, options);
  },
});

/** Commands on coins. */
export const COINS: CommandGroup = { title: "Coins", commands: [balance, send] };

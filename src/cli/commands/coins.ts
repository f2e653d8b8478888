/**
 * `soma balance`, `send`, `pay`, `transfer` and `merge-coins`: an account's money.
 *
 * @module
 */
import { command, type CommandGroup } from "../command.ts";
import { flag, greedy, optional, required } from "../params.ts";
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

const pay = command({
  name: "pay",
  summary: "Send SOMA to several accounts at once",
  details: [
    "The first amount is for the first recipient, and so on. Without --coins the richest " +
      "ones pay, as many as it takes.",
  ],
  examples: [
    ["soma pay --recipients bob 0x… --amounts 1 0.5", "1 SOMA to bob, half a SOMA to the other"],
    ["soma pay --recipients bob --amounts 9 --coins 0x… 0x…", "out of these coins, merged"],
  ],
  args: {},
  options: {
    recipients: greedy(IDENTITY, "Who gets it", { required: true }),
    amounts: greedy(POSITIVE_AMOUNT, "How much each gets, in SOMA", { required: true }),
    coins: greedy(OBJECT_ID, "The coins to take it from; the first one pays the fees"),
    ...TRANSACTION_OPTIONS,
  },
  run: async (context, { options }) => {
    const { payAction } = await import("../actions/pay.ts");
    await payAction(context, options);
  },
});

const transfer = command({
  name: "transfer",
  summary: "Give a whole coin or stake to an account",
  details: ["The sender is the owner of the object, who must be one of this wallet."],
  examples: [["soma transfer --to bob --object-id 0x…", "the coin or stake with this id"]],
  args: {},
  options: {
    to: required(IDENTITY, "Who gets it"),
    objectId: required(OBJECT_ID, "The coin or stake"),
    gas: optional(OBJECT_ID, "The coin that pays the fees; the richest other if absent"),
    ...TRANSACTION_OPTIONS,
  },
  run: async (context, { options }) => {
    const { transferAction } = await import("../actions/pay.ts");
    await transferAction(context, options);
  },
});

const mergeCoins = command({
  name: "merge-coins",
  summary: "Bring the coins of the active account together in one",
  details: ["At most 256 coins at a time, the richest first."],
  examples: [["soma merge-coins", "one coin instead of many"]],
  args: {},
  options: {},
  run: async (context) => {
    const { mergeCoinsAction } = await import("../actions/pay.ts");
    await mergeCoinsAction(context);
  },
});

/** Commands on coins. */
export const COINS: CommandGroup = {
  title: "Coins",
  commands: [balance, send, pay, transfer, mergeCoins],
};

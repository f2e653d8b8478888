/**
 * `soma stake` and `soma unstake`: money that works for a validator or a model.
 *
 * @module
 */
import { command, type CommandGroup } from "../command.ts";
import { optional, required } from "../params.ts";
import { TRANSACTION_OPTIONS } from "../transaction-options.ts";
import { IDENTITY, OBJECT_ID, POSITIVE_AMOUNT } from "../values.ts";

const stake = command({
  name: "stake",
  summary: "Stake SOMA with a validator or on a model",
  details: [
    "The stake earns from the next epoch on; `soma objects list` shows it. Without --amount all " +
      "of one coin is staked.",
  ],
  examples: [
    ["soma stake --validator 0x… --amount 10", "ten SOMA with a validator"],
    ["soma stake --model 0x…", "all of the richest coin on a model"],
  ],
  args: {},
  options: {
    validator: optional(IDENTITY, "The validator or candidate"),
    model: optional(OBJECT_ID, "The model, instead of a validator"),
    amount: optional(POSITIVE_AMOUNT, "How much; all of the coin if absent"),
    coin: optional(OBJECT_ID, "The coin to take it from; the richest if absent"),
    ...TRANSACTION_OPTIONS,
  },
  run: async (context, { options }) => {
    const { stakeAction } = await import("../actions/stake.ts");
    await stakeAction(context, options);
  },
});

const unstake = command({
  name: "unstake",
  summary: "Take a stake back with what it earned",
  examples: [["soma unstake 0x…", "all of the stake; the coin is there at once"]],
  args: { stake: required(OBJECT_ID, "The stake", { label: "STAKED_SOMA_ID" }) },
  options: TRANSACTION_OPTIONS,
  run: async (context, { args, options }) => {
    const { unstakeAction } = await import("../actions/stake.ts");
    await unstakeAction(context, args.stake, options);
  },
});

/** Commands on stakes. */
export const STAKE: CommandGroup = { title: "Stakes", commands: [stake, unstake] };

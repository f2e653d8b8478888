/**
 * `soma target`: what the network wants data for, and what it pays.
 *
 * @module
 */
import { command, type CommandGroup } from "../command.ts";
import { defaulted, flag, optional, required } from "../params.ts";
import { TRANSACTION_OPTIONS } from "../transaction-options.ts";
import { choice, IDENTITY, OBJECT_ID, wholeNumber } from "../values.ts";

const STATUSES = choice("STATUS", ["open", "filled", "expired"]);

const list = command({
  name: "target list",
  summary: "List targets",
  examples: [
    ["soma target list", "targets that take submissions now"],
    ["soma target list --claimable --submitter alice", "rewards that alice can collect"],
  ],
  args: {},
  options: {
    status: optional(STATUSES, "Only these; open if absent", { short: "s" }),
    claimable: flag("Only targets whose reward can be claimed now"),
    epoch: optional(wholeNumber("N", 0, Number.MAX_SAFE_INTEGER), "Only those made in this epoch", {
      short: "e",
    }),
    submitter: optional(IDENTITY, "Only those that this account filled"),
    limit: defaulted(wholeNumber("N", 1, 1_000), "100", "At most so many"),
  },
  run: async (context, { options }) => {
    const { listTargetsAction } = await import("../actions/target.ts");
    await listTargetsAction(context, options);
  },
});

const info = command({
  name: "target info",
  summary: "Show everything about a target",
  examples: [["soma target info 0x…", "its models, its threshold, and who filled it"]],
  args: { id: required(OBJECT_ID, "The target") },
  options: {},
  run: async (context, { args }) => {
    const { targetInfoAction } = await import("../actions/target.ts");
    await targetInfoAction(context, args.id);
  },
});

const claim = command({
  name: "target claim",
  summary: "Have the reward of a target paid out",
  details: [
    "A filled target is audited for one whole epoch; after it anybody may have it paid out: to " +
      "its submitter, its winning model, and a small part to whoever claims.",
  ],
  examples: [["soma target claim 0x…", "two epochs after it was filled"]],
  args: { id: required(OBJECT_ID, "The target") },
  options: { ...TRANSACTION_OPTIONS },
  run: async (context, { args, options }) => {
    const { claimTargetAction } = await import("../actions/target.ts");
    await claimTargetAction(context, args.id, options);
  },
});

/** Commands on targets. */
export const TARGET: CommandGroup = {
  title: "Competition",
  parents: { target: "Find and claim targets" },
  commands: [list, info, claim],
};

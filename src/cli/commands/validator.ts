/**
 * `soma validator`: becoming a validator, being one, and leaving again.
 *
 * @module
 */
import { type Command, command, type CommandGroup } from "../command.ts";
import { defaulted, flag, optional, type Param, required } from "../params.ts";
import { TRANSACTION_OPTIONS } from "../transaction-options.ts";
import { BASIS_POINTS, IDENTITY, MULTIADDR, OBJECT_ID, PATH, PORT, TEXT } from "../values.ts";

const UNDO = flag("Take the report back");
const INFO = { label: "FILE" };

const makeInfo = command({
  name: "validator make-validator-info",
  summary: "Make the keys of a validator and the file it joins with",
  details: [
    "Writes protocol.key, network.key, worker.key, account.key (a copy of the active account), " +
      "validator.info for `validator join-committee` and validator.yaml for `start validator` " +
      "into the working directory. Keys that are there already are used again.",
  ],
  examples: [["soma validator make-validator-info node.example.org", "a name or an IP address"]],
  args: {
    host: required(TEXT, "Where other validators reach it", { label: "HOST" }),
    commission: defaulted(BASIS_POINTS, "200", "The validator's part of rewards", {
      label: "COMMISSION_BPS",
    }),
  },
  options: {
    port: defaulted(PORT, "8080", "Port on which other validators reach it"),
    genesis: defaulted(PATH, "genesis.blob", "The genesis of the network", INFO),
  },
  run: async (context, { args, options }) => {
    const { makeValidatorInfoAction } = await import("../actions/validator-info.ts");
    await makeValidatorInfoAction(context, { ...args, ...options });
  },
});

const join = command({
  name: "validator join-committee",
  summary: "Become a candidate with the keys and addresses of a file",
  details: [
    "A candidate with enough stake is a validator from the next epoch on: `soma stake`. Its " +
      "commission is set with `validator set-commission-rate` then.",
  ],
  examples: [["soma validator join-committee validator.info", "signed by its account"]],
  args: { info: required(PATH, "The file, from make-validator-info", INFO) },
  options: TRANSACTION_OPTIONS,
  run: async (context, { args, options }) => {
    const { joinCommitteeAction } = await import("../actions/validator-info.ts");
    await joinCommitteeAction(context, args.info, options);
  },
});

const leave = command({
  name: "validator leave-committee",
  summary: "Leave at the end of the epoch; a candidate leaves at once",
  examples: [["soma validator leave-committee", "the active account's validator"]],
  args: {},
  options: TRANSACTION_OPTIONS,
  run: async (context, { options }) => {
    const { leaveCommitteeAction } = await import("../actions/validator.ts");
    await leaveCommitteeAction(context, options);
  },
});

const list = command({
  name: "validator list",
  summary: "List the validators and candidates",
  examples: [["soma validator list --json", "with all their keys and addresses"]],
  args: {},
  options: {},
  run: async (context) => {
    const { listValidatorsAction } = await import("../actions/validator-list.ts");
    await listValidatorsAction(context);
  },
});

const display = command({
  name: "validator display-metadata",
  summary: "Show the keys and addresses of a validator",
  examples: [["soma validator display-metadata", "of the active account's validator"]],
  args: { address: optional(IDENTITY, "The validator; the active account if absent") },
  options: {},
  run: async (context, { args }) => {
    const { displayMetadataAction } = await import("../actions/validator-list.ts");
    await displayMetadataAction(context, args.address);
  },
});

const setCommissionRate = command({
  name: "validator set-commission-rate",
  summary: "Change the validator's part of its rewards, from the next epoch on",
  examples: [["soma validator set-commission-rate 500", "5 %"]],
  args: { rate: required(BASIS_POINTS, "500 means 5 %") },
  options: TRANSACTION_OPTIONS,
  run: async (context, { args, options }) => {
    const { setCommissionRateAction } = await import("../actions/validator.ts");
    await setCommissionRateAction(context, args.rate, options);
  },
});

const reportValidator = command({
  name: "validator report-validator",
  summary: "Say that a validator does not do its work",
  details: ["Whom a quorum reports at the end of an epoch loses part of its pay."],
  examples: [["soma validator report-validator 0x… --undo-report", "take it back"]],
  args: { address: required(IDENTITY, "The validator") },
  options: { undoReport: UNDO, ...TRANSACTION_OPTIONS },
  run: async (context, { args, options }) => {
    const { reportValidatorAction } = await import("../actions/validator.ts");
    await reportValidatorAction(context, args.address, options);
  },
});

const reportModel = command({
  name: "validator report-model",
  summary: "Say that a model's weights are not what they should be",
  details: ["A model that a quorum reports at the end of an epoch loses nearly all its stake."],
  examples: [["soma validator report-model 0x…", "as the active account's validator"]],
  args: { modelId: required(OBJECT_ID, "The model", { label: "MODEL_ID" }) },
  options: { undoReport: UNDO, ...TRANSACTION_OPTIONS },
  run: async (context, { args, options }) => {
    const { reportModelAction } = await import("../actions/validator.ts");
    await reportModelAction(context, args.modelId, options);
  },
});

const address = (word: "network" | "primary" | "p2p" | "proxy", what: string): Command =>
  command({
    name: `validator update-metadata ${word}-address`,
    summary: `Change ${what}, from the next epoch on`,
    examples: [
      [`soma validator update-metadata ${word}-address /dns/HOST/tcp/8080`, "the new one"],
    ],
    args: { address: required(MULTIADDR, "The new address") },
    options: TRANSACTION_OPTIONS,
    run: async (context, { args, options }) => {
      const { updateAddressAction } = await import("../actions/validator-metadata.ts");
      await updateAddressAction(context, word, args.address, options);
    },
  });

const key = (word: "network" | "worker" | "protocol", what: string): Command =>
  command({
    name: `validator update-metadata ${word}-pub-key`,
    summary: `Change ${what}, from the next epoch on`,
    details: [
      "The file holds the secret key; only the public key is sent. A node takes its new keys as " +
        "the epoch begins, without a new start, from files that its configuration names: " +
        `\`next_${word}_key_pair: {path: next-${word}.key}\`. Put the key there first, and ` +
        `before the next change replace ${word}.key by it.`,
    ],
    examples: [[`soma validator update-metadata ${word}-pub-key next-${word}.key`, "the new one"]],
    args: { file: KEY_FILE },
    options: TRANSACTION_OPTIONS,
    run: async (context, { args, options }) => {
      const { updateKeyAction } = await import("../actions/validator-metadata.ts");
      await updateKeyAction(context, word, args.file, options);
    },
  });

const KEY_FILE: Param<string> = required(PATH, "The file of the new secret key", INFO);

/** Commands of validators. */
export const VALIDATOR: CommandGroup = {
  title: "Validators",
  parents: {
    validator: "Join the committee, and take part in it",
    "validator update-metadata": "Change the keys and addresses of the validator",
  },
  commands: [
    list,
    display,
    makeInfo,
    join,
    leave,
    setCommissionRate,
    address("network", "where the node is reached"),
    address("primary", "where consensus reaches the node"),
    address("p2p", "where followers reach the node"),
    address("proxy", "where weights and data are served"),
    key("network", "the key of its connections"),
    key("worker", "the key that signs blocks"),
    key("protocol", "the key that signs checkpoints"),
    reportValidator,
    reportModel,
  ],
};

/**
 * `soma model`: publishing models that compete.
 *
 * @module
 */
import { command, type CommandGroup } from "../command.ts";
import { DECRYPTION_KEY, EMBEDDING } from "../model-values.ts";
import { defaulted, optional, required } from "../params.ts";
import { TRANSACTION_OPTIONS } from "../transaction-options.ts";
import {
  BASIS_POINTS,
  choice,
  HTTP_URL,
  OBJECT_ID,
  PATH,
  POSITIVE_AMOUNT,
  U64,
  wholeNumber,
} from "../values.ts";

const MODEL_ID = required(OBJECT_ID, "The model", { label: "MODEL_ID" });

const CONFIG = choice("SIZE", ["small", "v1"]);
// A stream of numbers is chosen by the seed and 16 bits more.
const SEED = wholeNumber("N", 0, 2 ** 48 - 1);

const init = command({
  name: "model init",
  summary: "Write random weights to train from",
  details: ["The same seed gives the same file. A file that exists is never replaced."],
  examples: [
    ["soma model init --seed 42 weights.safetensors", "the small model, about 50 KB"],
    ["soma model init --config v1 weights.safetensors", "the full model, 4.8 GB"],
  ],
  args: { file: required(PATH, "The file to write", { label: "FILE" }) },
  options: {
    seed: optional(SEED, "Seed of the numbers; random if absent"),
    config: defaulted(CONFIG, "small", "Size of the model; local networks use the small one"),
  },
  run: async (context, { args, options }) => {
    const { initModelAction } = await import("../actions/model-init.ts");
    await initModelAction(context, args.file, options);
  },
});

const create = command({
  name: "model create",
  summary: "Register a model with its stake",
  details: ["The stake is the owner's pledge. Weights follow with `model commit`."],
  examples: [
    ["soma model create", "with the least stake that the network asks for"],
    ["soma model create --stake-amount 10 --commission-rate 500", "10 SOMA, 5 % commission"],
  ],
  args: {},
  options: {
    stakeAmount: optional(POSITIVE_AMOUNT, "The stake; the network's minimum if absent"),
    commissionRate: defaulted(BASIS_POINTS, "0", "The owner's part of rewards; 500 means 5 %"),
    architectureVersion: optional(U64, "Version of the architecture; the network's if absent"),
    ...TRANSACTION_OPTIONS,
  },
  run: async (context, { options }) => {
    const { createModelAction } = await import("../actions/model.ts");
    await createModelAction(context, options);
  },
});

const commit = command({
  name: "model commit",
  summary: "Publish encrypted weights; the key follows one epoch later",
  details: [
    "Plain weights are encrypted with a new key and hosted on the node. Key and embedding " +
      "are kept in the journal of this configuration, which only its owner can read, until " +
      "`soma model reveal`.",
    "With --decryption-key the file is taken as encrypted already; with --weights-url too it is " +
      "already hosted there.",
  ],
  examples: [
    ["soma model commit 0x… --weights-file m.safetensors", "all else is done for you"],
    [
      "soma model commit 0x… --weights-file m.enc --decryption-key KEY",
      "a file that you encrypted yourself",
    ],
  ],
  args: { modelId: MODEL_ID },
  options: {
    weightsFile: required(PATH, "The weights, plain safetensors unless a key is given"),
    weightsUrl: optional(HTTP_URL, "Where the encrypted weights are hosted already"),
    decryptionKey: optional(DECRYPTION_KEY, "The key with which the file is encrypted already"),
    embedding: optional(EMBEDDING, "What the model is good at; its mean over the sample if absent"),
    sample: optional(PATH, "Data to take the embedding from; a built-in text if absent", {
      label: "FILE",
    }),
    ...TRANSACTION_OPTIONS,
  },
  run: async (context, { args, options }) => {
    const { commitModelAction } = await import("../actions/model-commit.ts");
    await commitModelAction(context, args.modelId, options);
  },
});

const reveal = command({
  name: "model reveal",
  summary: "Show the key and the embedding of committed weights",
  details: [
    "Due in the epoch after the commitment, not earlier and not later. Both come from the " +
      "journal of `soma model commit` unless they are given.",
  ],
  examples: [["soma model reveal 0x…", "in the epoch after the commitment"]],
  args: { modelId: MODEL_ID },
  options: {
    decryptionKey: optional(DECRYPTION_KEY, "The key, if the journal does not have it"),
    embedding: optional(EMBEDDING, "The embedding, if the journal does not have it"),
    ...TRANSACTION_OPTIONS,
  },
  run: async (context, { args, options }) => {
    const { revealModelAction } = await import("../actions/model-reveal.ts");
    await revealModelAction(context, args.modelId, options);
  },
});

const list = command({
  name: "model list",
  summary: "List all models",
  examples: [["soma model list --json", "for a script"]],
  args: {},
  options: {},
  run: async (context) => {
    const { listModelsAction } = await import("../actions/model.ts");
    await listModelsAction(context);
  },
});

const info = command({
  name: "model info",
  summary: "Show everything about a model",
  examples: [["soma model info 0x…", "its state, its stake and its weights"]],
  args: { modelId: MODEL_ID },
  options: {},
  run: async (context, { args }) => {
    const { modelInfoAction } = await import("../actions/model.ts");
    await modelInfoAction(context, args.modelId);
  },
});

const deactivate = command({
  name: "model deactivate",
  summary: "Take a model out of the competition",
  details: [
    "No new target draws it, and its stake can be taken back. Targets that list it already " +
      "still accept it as their winner.",
  ],
  examples: [["soma model deactivate 0x…", "for good, by its owner"]],
  args: { modelId: MODEL_ID },
  options: TRANSACTION_OPTIONS,
  run: async (context, { args, options }) => {
    const { deactivateModelAction } = await import("../actions/model-owner.ts");
    await deactivateModelAction(context, args.modelId, options);
  },
});

const setCommissionRate = command({
  name: "model set-commission-rate",
  summary: "Change the owner's part of the rewards, from the next epoch on",
  examples: [["soma model set-commission-rate 0x… --commission-rate 500", "5 %"]],
  args: { modelId: MODEL_ID },
  options: {
    commissionRate: required(BASIS_POINTS, "The owner's part of rewards; 500 means 5 %"),
    ...TRANSACTION_OPTIONS,
  },
  run: async (context, { args, options }) => {
    const { setModelCommissionAction } = await import("../actions/model-owner.ts");
    await setModelCommissionAction(context, args.modelId, options);
  },
});

/** Commands on models. */
export const MODEL: CommandGroup = {
  title: "Competition",
  parents: { model: "Publish models and look at them" },
  commands: [init, create, commit, reveal, deactivate, setCommissionRate, list, info],
};

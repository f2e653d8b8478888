/**
 * `soma model inspect`, `encrypt` and `decrypt`: weights files without a network.
 *
 * @module
 */
import { command, type CommandGroup } from "../command.ts";
import { MODEL_SIZE } from "../model-size.ts";
import { DECRYPTION_KEY } from "../model-values.ts";
import { optional, required } from "../params.ts";
import { PATH } from "../values.ts";

const FILE = required(PATH, "The file", { label: "FILE" });
const OUT = required(PATH, "The file to write; never one that exists", { label: "OUT" });

const inspect = command({
  name: "model inspect",
  summary: "Show what is in a weights file and whether it is sound",
  examples: [["soma model inspect weights.safetensors", "its size, tensors and checksum"]],
  args: { file: FILE },
  options: { config: optional(MODEL_SIZE, "Check it against this size of model") },
  run: async (context, { args, options }) => {
    const { inspectModelAction } = await import("../actions/model-file.ts");
    await inspectModelAction(context, args.file, options.config);
  },
});

const encrypt = command({
  name: "model encrypt",
  summary: "Encrypt a weights file as `model commit` does",
  details: ["Prints the key: who has it can read the weights, and without it nobody can."],
  examples: [["soma model encrypt weights.safetensors weights.enc", "with a new key"]],
  args: { file: FILE, out: OUT },
  options: { key: optional(DECRYPTION_KEY, "The key; a new one if absent") },
  run: async (context, { args, options }) => {
    const { encryptModelAction } = await import("../actions/model-file.ts");
    await encryptModelAction(context, args, options.key);
  },
});

const decrypt = command({
  name: "model decrypt",
  summary: "Decrypt a weights file",
  examples: [["soma model decrypt weights.enc weights.safetensors --key KEY", "back to plain"]],
  args: { file: FILE, out: OUT },
  options: { key: required(DECRYPTION_KEY, "The key with which it was encrypted") },
  run: async (context, { args, options }) => {
    const { decryptModelAction } = await import("../actions/model-file.ts");
    await decryptModelAction(context, args, options.key);
  },
});

/** Commands on weights files. */
export const MODEL_FILE: CommandGroup = {
  title: "Competition",
  commands: [inspect, encrypt, decrypt],
};

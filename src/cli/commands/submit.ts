/**
 * `soma score` and `soma submit`: how a file does in the competition, and sending it there.
 *
 * @module
 */
import { DEVICE_CHOICES } from "../../runtime/backend.ts";
import { command, type CommandGroup } from "../command.ts";
import { MODEL_SIZE } from "../model-size.ts";
import { TARGET } from "../model-values.ts";
import { defaulted, flag, greedy, optional, required } from "../params.ts";
import { choice, MEBIBYTES, OBJECT_ID, PATH, U64, wholeNumber } from "../values.ts";

const DEVICE = choice("DEVICE", DEVICE_CHOICES);

const score = command({
  name: "score",
  summary: "Score a file with the models of a target, or with weights of your own",
  details: ["Models run on this machine; nothing is sent."],
  examples: [
    ["soma score photo.raw --target 0x…", "losses, winner and distance to that target"],
    ["soma score photo.raw --weights a.safetensors b.safetensors", "two models of your own"],
    ["soma score photo.raw --weights a.safetensors --device cpu", "on the processor"],
  ],
  args: { file: required(PATH, "The file", { label: "FILE" }) },
  options: {
    target: optional(TARGET, "Score with the models of this target; a file with --weights"),
    weights: greedy(PATH, "Score with these plain weights files", { label: "FILE" }),
    config: optional(MODEL_SIZE, "Size of these models; what their files say if absent"),
    device: defaulted(DEVICE, "auto", "Where the models run"),
    memoryMib: optional(MEBIBYTES, "Memory of it that a model may take (what it has)"),
    seed: defaulted(U64, "0", "Seed of the noise in the loss; auditors use 0"),
  },
  run: async (context, { args, options }) => {
    const { scoreAction } = await import("../actions/score.ts");
    await scoreAction(context, args.file, options);
  },
});

const submit = command({
  name: "submit",
  summary: "Submit a file to the best target that it can win",
  details: [
    "Scores the file with the models of the open targets, picks the target with the highest " +
      "reward that the file is near enough to, submits it with a bond, and hosts its bytes once " +
      "the submission is final.",
    "A submission that is cut off is finished by the next one, or by --resume.",
  ],
  examples: [
    ["soma submit README.md", "to the best open target"],
    ["soma submit README.md --dry-run", "only say what would happen"],
    ["soma submit --resume", "host what was submitted before a crash"],
  ],
  args: { file: optional(PATH, "The file", { label: "FILE" }) },
  options: {
    target: optional(OBJECT_ID, "Submit to this target and no other"),
    device: defaulted(DEVICE, "auto", "Where the models run"),
    memoryMib: optional(MEBIBYTES, "Memory of it that models may take (what it has)"),
    resume: flag("Only finish submissions that were cut off"),
    dryRun: flag("Say what would be submitted, and send nothing"),
    limit: defaulted(wholeNumber("N", 1, 10_000), "1000", "Look at so many open targets at most"),
  },
  run: async (context, { args, options }) => {
    const { submitAction } = await import("../actions/submit.ts");
    await submitAction(context, args.file, options);
  },
});

/** Commands on files. */
export const SUBMIT: CommandGroup = { title: "Competition", commands: [score, submit] };

/**
 * `soma run`, `soma repl` and `soma example`: programs of one's own, by the SDK that is inside.
 *
 * @module
 */
import { command, type CommandGroup } from "../command.ts";
import { required, rest } from "../params.ts";
import { PATH, TEXT } from "../values.ts";

const run = command({
  name: "run",
  summary: "Run a script with the SDK and a connection to the network",
  details: [
    'The script is TypeScript or JavaScript; nothing else is needed. It can import from "soma", ' +
      "and finds `soma`, a connection to the active network as the active account.",
  ],
  examples: [
    ["soma run strategy.ts", "a script"],
    ["soma run strategy.ts --limit 5", "the script's own arguments come after it"],
  ],
  args: {
    script: required(PATH, "The script", { label: "FILE" }),
    rest: rest("ARGS", "What the script finds in process.argv"),
  },
  options: {},
  run: async (context, { args }) => {
    const { runScriptAction } = await import("../actions/script.ts");
    await runScriptAction(context, args.script, args.rest);
  },
});

const repl = command({
  name: "repl",
  summary: "Type TypeScript with the SDK and a connection to the network",
  examples: [["soma repl", "then for one: await soma.balance()"]],
  args: {},
  options: {},
  run: async (context) => {
    const { replAction } = await import("../actions/repl.ts");
    await replAction(context);
  },
});

const list = command({
  name: "example list",
  summary: "List the example scripts",
  examples: [["soma example list", "names and what they show"]],
  args: {},
  options: {},
  run: async (context) => {
    const { listExamplesAction } = await import("../actions/example.ts");
    listExamplesAction(context);
  },
});

const show = command({
  name: "example show",
  summary: "Print an example script",
  examples: [["soma example show strategy > mine.ts", "to begin from"]],
  args: { name: required(TEXT, "The example", { label: "NAME" }) },
  options: {},
  run: async (context, { args }) => {
    const { showExampleAction } = await import("../actions/example.ts");
    showExampleAction(context, args.name);
  },
});

const runExample = command({
  name: "example run",
  summary: "Run an example script on the active network",
  examples: [["soma example run transfers", "needs a wallet and, here, a faucet"]],
  args: { name: required(TEXT, "The example", { label: "NAME" }), rest: rest("ARGS", "For it") },
  options: {},
  run: async (context, { args }) => {
    const { runExampleAction } = await import("../actions/example.ts");
    await runExampleAction(context, args.name, args.rest);
  },
});

/** Commands on scripts. */
export const SCRIPT: CommandGroup = {
  title: "Scripts",
  parents: { example: "Example scripts" },
  commands: [run, repl, list, show, runExample],
};

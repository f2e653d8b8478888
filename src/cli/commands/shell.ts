/**
 * What belongs to the command line itself: help and completions.
 *
 * @module
 */
import { command, type CommandGroup } from "../command.ts";
import { repeated, required } from "../params.ts";
import { choice, TEXT } from "../values.ts";

const help = command({
  name: "help",
  summary: "Print help about a command",
  examples: [["soma help wallet new", "the same as `soma wallet new --help`"]],
  args: { words: repeated(TEXT, "Words of the command's name", { label: "COMMAND" }) },
  options: {},
  run: async (context, { args }) => {
    const { helpAction } = await import("../actions/shell.ts");
    helpAction(context, args.words);
  },
});

const completions = command({
  name: "completions",
  summary: "Print the completions script of a shell",
  examples: [
    ["soma completions bash > ~/.local/share/bash-completion/completions/soma", "for bash"],
    ["soma completions zsh > ~/.zfunc/_soma", "for zsh, where ~/.zfunc is in $fpath"],
    ["soma completions fish > ~/.config/fish/completions/soma.fish", "for fish"],
  ],
  args: { shell: required(choice("SHELL", ["bash", "zsh", "fish"]), "The shell") },
  options: {},
  hidden: true,
  run: async (context, { args }) => {
    const { completionsAction } = await import("../actions/shell.ts");
    completionsAction(context, args.shell);
  },
});

/** Commands about commands. */
export const SHELL: CommandGroup = { title: "Help", commands: [help, completions] };

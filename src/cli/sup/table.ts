/**
 * The program `sup`: the same executable under another name, which installs versions of itself.
 *
 * @module
 */
import { fullVersion } from "../../version.ts";
import { buildProgram, GLOBALS, type Program } from "../command.ts";
import { shellCommands } from "../commands/shell.ts";
import { INSTALLING, LOOKING, SELF } from "./commands.ts";

/** The program `sup`. */
export const SUP: Program = buildProgram({
  name: "sup",
  about: "sup: installs, updates and switches versions of Soma.",
  version: fullVersion(),
  examples: [
    ["sup install soma", "the newest version for this machine"],
    ["sup install soma --backend cuda", "the build for NVIDIA GPUs"],
    ["sup update", "to the newest version of the channel in use"],
  ],
  groups: [INSTALLING, LOOKING, SELF, shellCommands("sup", "install")],
  globals: { json: GLOBALS.json, yes: GLOBALS.yes },
});

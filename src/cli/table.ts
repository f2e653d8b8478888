/**
 * The one table of commands. Parsing, help, completions and documentation are made from it; a new
 * group of commands is a file in `commands/` and a line here.
 *
 * @module
 */
import { fullVersion } from "../version.ts";
import { buildProgram, type Program } from "./command.ts";
import { COINS } from "./commands/coins.ts";
import { DEMO } from "./commands/demo.ts";
import { DOCTOR } from "./commands/doctor.ts";
import { ECON } from "./commands/econ.ts";
import { ENV } from "./commands/env.ts";
import { FAUCET } from "./commands/faucet.ts";
import { LOCALNET } from "./commands/localnet.ts";
import { MODEL_FILE } from "./commands/model-file.ts";
import { MODEL } from "./commands/model.ts";
import { OBJECTS } from "./commands/objects.ts";
import { SCRIPT } from "./commands/script.ts";
import { shellCommands } from "./commands/shell.ts";
import { SIM } from "./commands/sim.ts";
import { STAKE } from "./commands/stake.ts";
import { START } from "./commands/start.ts";
import { STATUS } from "./commands/status.ts";
import { SUBMIT } from "./commands/submit.ts";
import { TARGET } from "./commands/target.ts";
import { TX } from "./commands/tx.ts";
import { VALIDATOR } from "./commands/validator.ts";
import { WALLET } from "./commands/wallet.ts";

/** The program `soma`. */
export const SOMA: Program = buildProgram({
  name: "soma",
  about: "Soma: a network that trains AI by open competition.",
  version: fullVersion(),
  examples: [
    ["soma wallet new", "make your first key"],
    ["soma help wallet", "what there is to do with keys"],
    ["soma sup update", "a newer version of this program; see `soma sup --help`"],
  ],
  groups: [
    DEMO,
    START,
    LOCALNET,
    STATUS,
    COINS,
    FAUCET,
    STAKE,
    OBJECTS,
    TX,
    MODEL,
    MODEL_FILE,
    TARGET,
    SUBMIT,
    VALIDATOR,
    DOCTOR,
    WALLET,
    ENV,
    SIM,
    ECON,
    SCRIPT,
    shellCommands("soma", "wallet new"),
  ],
});

/**
 * `soma start`: the services of a network, each until Ctrl-C or SIGTERM.
 *
 * @module
 */
import { DEVICE_CHOICES } from "../../runtime/backend.ts";
import { type Command, command, type CommandGroup } from "../command.ts";
import { defaulted, flag, optional, repeated, required } from "../params.ts";
import { choice, MEBIBYTES, PATH, PORT, SEED_PEER, TEXT, U64, wholeNumber } from "../values.ts";

const LOG_LEVEL = choice("LEVEL", ["debug", "info", "warn", "error", "silent"]);
const COMMITTEE_SIZE = wholeNumber("N", 1, 20);
const DEVICE = choice("DEVICE", DEVICE_CHOICES);
const MODELS = choice("SIZE", ["small", "v1"]);
const COINS = wholeNumber("N", 1, 200);
const SHANNONS = { ...U64, label: "SHANNONS" };
const PORT_BASE = wholeNumber("N", 1, 65_500);
// From a second, below which an epoch is over before it began, to a leap year.
const DURATION_MS = wholeNumber("MS", 1_000, 31_622_400_000);

const SEEDS =
  "A node to follow, besides the validators it knows and the seed_peers of its configuration";

const localnet = command({
  name: "start localnet",
  summary: "Run a whole network on this machine",
  details: [
    "Four validators, a node for clients, a faucet, scoring and admin, with three models that " +
      "compete and targets that can be won. Everything listens on 127.0.0.1 only.",
    "The network is kept in the configuration directory and goes on where it stopped; keys are " +
      "in files of their own. With --force-regenesis it is a new one that is forgotten at the end.",
    "A network says of its models only how wide their embeddings are, and everybody knows the " +
      "rest from that: there are small models and v1. Other sizes are for `soma score --weights`.",
    "Ctrl-C stops it; a second Ctrl-C ends the process at once.",
  ],
  examples: [
    ["soma start localnet", "the network of this configuration directory"],
    ["soma start localnet --force-regenesis --epoch-duration-ms 60000", "new, short epochs"],
    ["soma start localnet --port-base 9500", "on ports 9500 to 9503"],
  ],
  args: {},
  options: {
    forceRegenesis: flag("Begin a new network that is not kept"),
    networkConfig: optional(PATH, "Keep the network in this directory", {
      flag: "network.config",
      label: "DIR",
    }),
    committeeSize: optional(COMMITTEE_SIZE, "Validators of a new network (4)"),
    epochDurationMs: optional(DURATION_MS, "Length of an epoch of a new network (24 hours)"),
    portBase: optional(PORT_BASE, "Ports from this on: node, faucet, scoring, admin"),
    fullnodeRpcPort: optional(PORT, "Port of the node (9000)"),
    faucetPort: optional(PORT, "Port of the faucet (9123)"),
    scoringPort: optional(PORT, "Port of scoring (9124)"),
    adminPort: optional(PORT, "Port of admin (9125)"),
    device: defaulted(DEVICE, "cpu", "Where scoring runs its models"),
    memoryMib: optional(MEBIBYTES, "Memory of that device that models may take (what it has)"),
    processes: flag("Run each node in a process of its own, started again when it dies"),
    noFaucet: flag("Run no faucet"),
    noScoring: flag("Run no scoring service"),
    noDemo: flag("Begin a new network without models"),
    modelConfig: optional(MODELS, "Models of a new network (small); v1 begins without any"),
    logLevel: defaulted(LOG_LEVEL, "warn", "What the log on standard error tells"),
  },
  run: async (context, { options }) => {
    const { startLocalnetAction } = await import("../actions/start-localnet.ts");
    await startLocalnetAction(context, options);
  },
});

const validator = nodeCommand(
  "validator",
  "Run the validator of a configuration file",
  "validator_0.yaml",
);

const fullnode = nodeCommand(
  "fullnode",
  "Run the fullnode of a configuration file, with RPC if it has an address for that",
  "fullnode.yaml",
);

function nodeCommand(kind: "validator" | "fullnode", summary: string, file: string): Command {
  return command({
    name: `start ${kind}`,
    summary,
    examples: [[`soma start ${kind} --config ${file}`, "until Ctrl-C or SIGTERM"]],
    args: {},
    options: {
      config: required(PATH, "The node's configuration", { short: "c", label: "FILE" }),
      seedPeer: repeated(SEED_PEER, SEEDS),
      logLevel: defaulted(LOG_LEVEL, "info", "What the log on standard error tells"),
    },
    run: async (context, { options }) => {
      const { startNodeAction } = await import("../actions/start-node.ts");
      await startNodeAction(context, { ...options, kind });
    },
  });
}

const faucet = command({
  name: "start faucet",
  summary: "Give away the active account's coins to whoever asks",
  details: [
    "`soma start localnet` runs one already. This one is for other test networks.",
    "Programs and web pages of any origin may ask; one account gets coins six times a minute. " +
      "Accounts cost nothing to make, so let a faucet for others hold only what it may lose.",
  ],
  examples: [
    ["soma start faucet --port 9223", "for programs of this machine"],
    ["soma start faucet --host 0.0.0.0 --amount 5000000000", "for others too, 5 SOMA a request"],
  ],
  args: {},
  options: {
    host: defaulted(TEXT, "127.0.0.1", "Address to listen on", { label: "HOST" }),
    port: defaulted(PORT, "9123", "Port to listen on"),
    amount: defaulted(SHANNONS, "2000000000", "Shannons in a coin"),
    numCoins: defaulted(COINS, "1", "Coins for a request"),
    logLevel: defaulted(LOG_LEVEL, "info", "What the log on standard error tells"),
  },
  run: async (context, { options }) => {
    const { startFaucetAction } = await import("../actions/start-faucet.ts");
    await startFaucetAction(context, options);
  },
});

const scoring = command({
  name: "start scoring",
  summary: "Score data with models for whoever asks",
  details: [
    "Fetches data and weights from the URLs of a request, checks them, and lets the models " +
      "compete; what it fetched and loaded stays as long as there is room. It speaks JSON and " +
      "gRPC on one port. `soma start localnet` runs one already, for the models of its network.",
    "Addresses of this machine and of private networks are not fetched from unless allowed. " +
      "Programs and web pages of any origin may ask, for such addresses too where they are.",
  ],
  examples: [
    ["soma start scoring", "full models, on the best device of this machine"],
    ["soma start scoring --device cpu --memory-mib 4096", "on the processor, in 4 GiB"],
    ["soma start scoring --small-model --allow-private", "for a local network"],
  ],
  args: {},
  options: {
    host: defaulted(TEXT, "127.0.0.1", "Address to listen on", { label: "HOST" }),
    port: defaulted(PORT, "9124", "Port to listen on"),
    dataDir: optional(PATH, "Keep fetched files here (scoring-data beside the configuration)", {
      label: "DIR",
    }),
    smallModel: flag("Score with small models, as local networks have them"),
    device: defaulted(DEVICE, "auto", "Where models run"),
    memoryMib: optional(MEBIBYTES, "Memory of the device that models may take (what it has)"),
    cacheMib: defaulted(MEBIBYTES, "32768", "Room on disk for fetched files"),
    requests: defaulted(wholeNumber("N", 1, 10_000), "64", "Requests at a time; others wait"),
    allowPrivate: flag("Fetch from this machine and private networks too"),
    logLevel: defaulted(LOG_LEVEL, "info", "What the log on standard error tells"),
  },
  run: async (context, { options }) => {
    const { startScoringAction } = await import("../actions/start-scoring.ts");
    await startScoringAction(context, options);
  },
});

/** The services. */
export const START: CommandGroup = {
  title: "Run",
  parents: { start: "Run a local network or one of its services" },
  commands: [localnet, validator, fullnode, faucet, scoring],
};

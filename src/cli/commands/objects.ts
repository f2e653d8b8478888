/**
 * `soma objects`: what the ledger holds.
 *
 * @module
 */
import { command, type CommandGroup } from "../command.ts";
import { defaulted, flag, optional, required } from "../params.ts";
import { IDENTITY, OBJECT_ID, PATH } from "../values.ts";

const OWNER = optional(IDENTITY, "The account; the active one if absent", { label: "OWNER" });

const get = command({
  name: "objects get",
  summary: "Show an object",
  examples: [["soma objects get 0x… --bcs", "a coin, stake or target, with its bytes"]],
  args: { id: required(OBJECT_ID, "The object") },
  options: { bcs: flag("Add its content in BCS, as base64") },
  run: async (context, { args, options }) => {
    const { getObjectAction } = await import("../actions/objects.ts");
    await getObjectAction(context, args.id, options.bcs);
  },
});

const prove = command({
  name: "objects prove",
  summary: "Save the proof that an object is as it is, to be checked without a node",
  details: ["What is gone is proved by the transaction that deleted it: see `soma tx prove`."],
  examples: [["soma objects prove 0x… --output coin.proof", "a coin, stake or target"]],
  args: { id: required(OBJECT_ID, "The object") },
  options: { output: optional(PATH, "Where it is saved; ./<id>.proof if absent", { short: "o" }) },
  run: async (context, { args, options }) => {
    const { proveObjectAction } = await import("../actions/object-proof.ts");
    await proveObjectAction(context, args.id, options.output);
  },
});

const verify = command({
  name: "objects verify",
  summary: "Check a saved proof, with the genesis of the network alone",
  examples: [
    ["soma objects verify coin.proof --genesis genesis.blob", "asks no node"],
    [
      "soma objects verify coin.proof --genesis ~/.soma/soma_config/genesis.blob",
      "with the genesis of the local network",
    ],
  ],
  args: { file: required(PATH, "The proof", { label: "FILE" }) },
  options: {
    genesis: defaulted(PATH, "genesis.blob", "The genesis of the network", { label: "FILE" }),
  },
  run: async (context, { args, options }) => {
    const { verifyObjectAction } = await import("../actions/object-proof.ts");
    verifyObjectAction(context, args.file, options.genesis);
  },
});

const list = command({
  name: "objects list",
  summary: "List the coins and stakes of an account",
  examples: [["soma objects list alice", "all that she owns"]],
  args: { owner: OWNER },
  options: {},
  run: async (context, { args }) => {
    const { listObjectsAction } = await import("../actions/objects.ts");
    await listObjectsAction(context, args.owner);
  },
});

const gas = command({
  name: "objects gas",
  summary: "List the coins with which an account can pay",
  examples: [["soma objects gas", "the richest first"]],
  args: { owner: OWNER },
  options: {},
  run: async (context, { args }) => {
    const { listGasAction } = await import("../actions/objects.ts");
    await listGasAction(context, args.owner);
  },
});

/** Commands on objects. */
export const OBJECTS: CommandGroup = {
  title: "Objects",
  parents: { objects: "Look at coins, stakes and targets" },
  commands: [get, list, gas, prove, verify],
};

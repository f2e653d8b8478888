/**
 * Who may import whom. The rooms stand in the table from the ground up and name only rooms that
 * stand before them, so an arrow never comes back; `base` is open to all. Pure rooms touch no
 * clock, log or native code, and no package beyond the ones named.
 * `bun test/house/layers.ts` prints the arrows that exist.
 *
 * @module
 */
import { posix } from "node:path";

import { compareText } from "../../src/base/bytes.ts";
import { findSources, lineAt, type Source, type Violation } from "./source.ts";

/** Bytes, keys, nouns and numbers: open to every room above them. */
const GROUND = "bcs crypto types protocol";
/** The step functions of which the node is made. */
const MACHINES = "ledger consensus checkpoint";
/** The devices as interfaces, without the real thing behind them. */
const INTERFACES = "storage/store network/transport blobs/store";
/** What a client checks without asking anybody, and a node shows it. */
const PROOFS = "checkpoint/inclusion";
/** The types in which the node answers. */
const OUTCOMES = "ledger/outcome node/io";

/** Room or entry file → the rooms and single files it may import; `*` is every room before it. */
export const MAY_IMPORT: Readonly<Record<string, string>> = {
  "package.json": "",
  "README.md": "",
  base: "",
  version: "package.json",
  spawn: "",
  bcs: "",
  crypto: "bcs",
  types: "bcs crypto",
  protocol: "bcs crypto types",
  checkpoint: GROUND,
  // The genesis is a checkpoint too, and commits to what it made.
  ledger: `${GROUND} checkpoint/written-set`,
  consensus: GROUND,
  node: `${GROUND} ${MACHINES}`,
  model: "bcs crypto types",
  storage: `${GROUND} spawn`,
  network: `${GROUND} spawn`,
  blobs: `${GROUND} spawn`,
  runtime: `${GROUND} spawn model`,
  wire: GROUND,
  client: `${GROUND} ${PROOFS} wire`,
  sdk: `${GROUND} client wire`,
  scoring: `${GROUND} spawn model runtime blobs wire`,
  audit: `${GROUND} scoring blobs client`,
  wallet: "bcs crypto types",
  rpc: `${GROUND} ${OUTCOMES} ${PROOFS} version wire blobs ledger`,
  host: `${GROUND} ${MACHINES} spawn node storage network blobs rpc/reader`,
  faucet: `${GROUND} wire client`,
  admin: `${GROUND} wire client`,
  localnet: "*",
  simulator: `${GROUND} ${MACHINES} node ${INTERFACES}`,
  econ: `${GROUND} ${MACHINES} node simulator/settled`,
  sup: "version bcs crypto",
  cli: "*",
  worker: "*",
  main: "*",
};

/** Rooms that are synchronous and touch no world. */
export const PURE_ROOMS: readonly string[] = `${GROUND} ${MACHINES} node model`.split(" ");

/** Room or file → the packages and runtime modules it may use, by prefix; any when not listed. */
const MAY_USE: Readonly<Record<string, string>> = {
  ...Object.fromEntries(["base", "simulator", "econ", ...PURE_ROOMS].map((room) => [room, ""])),
  crypto: "@noble/ @scure/",
  "crypto/native": "@noble/ node:crypto",
  types: "@scure/base",
  wire: "@bufbuild/ zod",
  client: "@bufbuild/ @connectrpc/",
};

/** File → the rooms that may import it, where that is fewer than may import its room. */
const SEALED: Readonly<Record<string, (room: string) => boolean>> = {
  "crypto/native": (room) => room === "main" || room === "worker",
  "base/clock": (room) => !PURE_ROOMS.includes(room),
  "base/log": (room) => !PURE_ROOMS.includes(room),
};

/** One import. Files are named without `src/` and `.ts`, such as `ledger/fees`. */
export type Arrow = {
  readonly path: string;
  readonly line: number;
  readonly from: string;
  readonly to: string;
  readonly isPackage: boolean;
};

const IMPORT = /\b(?:from|import)\s*\(?\s*(["'])( *)\1/g;

/** Every import of a file, those of types and dynamic ones too. */
export function arrowsOf(source: Source): Arrow[] {
  return [...source.code.matchAll(IMPORT)].map((found) => {
    const end = found.index + found[0].length - 1;
    const specifier = source.text.slice(end - found[2]!.length, end);
    const isPackage = !specifier.startsWith(".");
    const to = isPackage ? specifier : fileName(posix.join(posix.dirname(source.path), specifier));
    const line = lineAt(source.text, end);
    return { path: source.path, line, from: fileName(source.path), to, isPackage };
  });
}

/** Why an arrow is against the table, if it is. */
export function checkArrow(arrow: Arrow): Violation | undefined {
  const { path, line } = arrow;
  const violation = (fix: string): Violation => ({ path, line, rule: "layers", fix });
  const from = roomOf(arrow.from);
  if (MAY_IMPORT[from] === undefined) return violation(`${from} is no room of the table`);
  if (arrow.isPackage ? mayUse(arrow) : mayImport(arrow)) return undefined;
  const sealed = arrow.isPackage || SEALED[arrow.to] !== undefined;
  return violation(`${from} may not import ${sealed ? arrow.to : roomOf(arrow.to)}`);
}

function mayUse(arrow: Arrow): boolean {
  const allowed = MAY_USE[arrow.from] ?? MAY_USE[roomOf(arrow.from)];
  return allowed === undefined || words(allowed).some((prefix) => arrow.to.startsWith(prefix));
}

function mayImport(arrow: Arrow): boolean {
  const [from, to] = [roomOf(arrow.from), roomOf(arrow.to)];
  if (from === to) return true;
  if (SEALED[arrow.to]?.(from) === false) return false;
  return to === "base" || roomsOpenTo(from).some((name) => name === to || name === arrow.to);
}

/** What the table opens to `room`, with `*` spelled out. */
export function roomsOpenTo(room: string): readonly string[] {
  const rooms = Object.keys(MAY_IMPORT);
  const listed = words(MAY_IMPORT[room] ?? "");
  return listed.includes("*") ? rooms.slice(0, rooms.indexOf(room)) : listed;
}

/** The room of `ledger/kinds/transfer-coin` is `ledger`; an entry file is its own room. */
export function roomOf(name: string): string {
  return name.split("/", 1)[0]!;
}

/** `ledger/fees` for `src/ledger/fees.ts`. */
export function fileName(path: string): string {
  return path.replace(/^src\//, "").replace(/\.ts$/, "");
}

function words(text: string): string[] {
  return text.split(" ").filter((word) => word !== "");
}

/** `from -> to, to, …` for every room that exists. */
function printArrows(arrows: readonly Arrow[]): void {
  const found = new Map<string, Set<string>>();
  for (const { from, to, isPackage } of arrows) {
    const targets = found.get(roomOf(from)) ?? new Set();
    found.set(roomOf(from), targets.add(isPackage ? to : roomOf(to)));
  }
  for (const room of Object.keys(MAY_IMPORT)) {
    const targets = [...(found.get(room) ?? [])].filter((target) => target !== room);
    if (found.has(room)) console.log(`${room} -> ${targets.sort(compareText).join(", ")}`);
  }
}

if (import.meta.main) printArrows(findSources("src/**/*.ts").flatMap(arrowsOf));

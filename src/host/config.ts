/**
 * The configuration file of a node, in YAML: who it is, where its data is, where it listens. The
 * fields are those that Soma nodes share, as far as this one uses them; a key pair stands in the
 * file or in one of its own. Paths count from the directory of the file.
 *
 * @module
 */
import { dirname, resolve } from "node:path";

import { type Document, parseDocument, stringify } from "yaml";
import { z } from "zod";

import { fromUtf8, utf8 } from "../base/bytes.ts";
import { SomaError } from "../base/errors.ts";
import { readSmallFile, replaceFile } from "./files.ts";
import { BLS_KEY, ED25519_KEY, type KeyForm, readSecret } from "./key-pairs.ts";
import { formatMultiaddr, type HostPort, parseMultiaddr } from "./multiaddr.ts";
import { KEY_KINDS, type KeyKind, type NextKeyFiles } from "./next-keys.ts";
import { PEER_KEY_FORM, SEED_PEERS_MAX, type SeedPeer } from "./seed-peers.ts";

/** The secret keys that make a node a validator. */
export type ValidatorKeys = {
  /** BLS12-381: signs checkpoints. */
  readonly protocol: Uint8Array;
  /** Ed25519: signs consensus blocks. */
  readonly worker: Uint8Array;
};

/** What a node is started with. */
export type NodeSettings = {
  /** The Ed25519 seed that is its identity to other nodes. */
  readonly networkKey: Uint8Array;
  /** Present in a validator's configuration, whether or not the committee has it now. */
  readonly validator: ValidatorKeys | undefined;
  /** Where the keys are that are to follow a validator's. */
  readonly nextKeys?: NextKeyFiles;
  /** The Ed25519 seed of the validator's account, which the node itself does not use. */
  readonly accountKey: Uint8Array | undefined;
  /** Directory of the ledger. */
  readonly dbPath: string;
  /** Directory of consensus. */
  readonly consensusDbPath: string;
  /** Where it listens for other nodes. */
  readonly listen: HostPort;
  /** Network public keys, 64 hex digits each, of nodes outside of the committee that may follow. */
  readonly observers: readonly string[];
  /** Nodes that it may follow when it knows none of today's validators. */
  readonly seeds?: readonly SeedPeer[];
  readonly genesisPath: string;
  /** Where it serves clients, if it does. */
  readonly rpcAddress: HostPort | undefined;
};

const CONFIG_BYTES_MAX = 1_048_576;
const OBSERVERS_MAX = 1_024;
const PORT_MAX = 65_535;
const RPC_FORM = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s/]+)):([0-9]{1,5})$/;
const NULLS: ReadonlySet<unknown> = new Set(["", "~", "null"]);

const keyPair = z.union(
  [z.strictObject({ value: z.string().min(1) }), z.strictObject({ path: z.string().min(1) })],
  "must be {value: …} or {path: …}",
);

const keyFile = z.strictObject({ path: z.string().min(1) }, "must be {path: …}");

const listenAddress = z.string().transform((text, context): HostPort => {
  const parsed = parseMultiaddr(text);
  if (parsed.ok) return parsed.value;
  context.addIssue({ code: "custom", message: parsed.error });
  return z.NEVER;
});

const peerKey = z.string().regex(PEER_KEY_FORM, "a network key has 64 hex digits");

const rpcAddress = z.string().transform((text, context): HostPort => {
  const [, ipv6, host = ipv6, port] = RPC_FORM.exec(text) ?? [];
  if (host !== undefined && Number(port) <= PORT_MAX) return { host, port: Number(port) };
  context.addIssue({ code: "custom", message: "an address looks like 127.0.0.1:9000" });
  return z.NEVER;
});

// Every scalar is read as text, and "nothing" is a text as well.
const maybe = <T extends z.ZodType>(of: T) =>
  z.preprocess((value) => (NULLS.has(value) ? undefined : value), of.optional());

const FILE = z.strictObject({
  protocol_key_pair: maybe(keyPair),
  worker_key_pair: maybe(keyPair),
  account_key_pair: maybe(keyPair),
  network_key_pair: keyPair,
  next_protocol_key_pair: maybe(keyFile),
  next_worker_key_pair: maybe(keyFile),
  next_network_key_pair: maybe(keyFile),
  db_path: z.string().min(1),
  consensus_db_path: z.string().min(1),
  network_address: listenAddress,
  consensus_config: maybe(z.strictObject({})),
  genesis: z.strictObject({ "genesis-file-location": z.string().min(1) }),
  rpc_address: maybe(rpcAddress),
  p2p_config: maybe(
    z.strictObject({
      observers: maybe(z.array(peerKey).max(OBSERVERS_MAX)),
      seed_peers: maybe(
        z.array(z.strictObject({ "peer-id": peerKey, address: listenAddress })).max(SEED_PEERS_MAX),
      ),
    }),
  ),
});

type ConfigFile = z.infer<typeof FILE>;

/** Reads the configuration at `path`. */
export function readConfig(path: string): NodeSettings {
  const file = parseConfig(path);
  const home = dirname(resolve(path));
  const at = (relative: string): string => resolve(home, relative);
  const secret = (field: KeyField, form: KeyForm): Uint8Array | undefined => {
    const pair = file[field];
    if (pair === undefined) return undefined;
    const read = "path" in pair ? readSecret(at(pair.path), form) : form.parse(pair.value);
    if (!read.ok) throw invalid(path, `${field}: ${read.error}`);
    return read.value;
  };
  const present = (field: KeyField, form: KeyForm): Uint8Array => {
    const read = secret(field, form);
    if (read === undefined) throw invalid(path, `${field}: a validator has one`);
    return read;
  };
  const isValidator = file.consensus_config !== undefined;
  return {
    networkKey: present("network_key_pair", ED25519_KEY),
    validator: isValidator
      ? {
          protocol: present("protocol_key_pair", BLS_KEY),
          worker: present("worker_key_pair", ED25519_KEY),
        }
      : undefined,
    ...nextKeysOf(file, at),
    accountKey: secret("account_key_pair", ED25519_KEY),
    dbPath: at(file.db_path),
    consensusDbPath: at(file.consensus_db_path),
    listen: file.network_address,
    observers: file.p2p_config?.observers ?? [],
    ...seedsOf(file),
    genesisPath: at(file.genesis["genesis-file-location"]),
    rpcAddress: file.rpc_address,
  };
}

function seedsOf({ p2p_config: p2p }: ConfigFile): Pick<NodeSettings, "seeds"> {
  const seeds = p2p?.seed_peers?.map(({ "peer-id": key, address }) => ({ key, address }));
  return seeds === undefined ? {} : { seeds };
}

function seedFields(seeds: readonly SeedPeer[]): Record<string, string>[] {
  return seeds.map(({ key, address }) => ({ "peer-id": key, address: formatMultiaddr(address) }));
}

const nextField = (kind: KeyKind) => `next_${kind}_key_pair` as const;

function nextKeysOf(
  file: ConfigFile,
  at: (relative: string) => string,
): Pick<NodeSettings, "nextKeys"> {
  const named = KEY_KINDS.flatMap((kind) => {
    const path = file[nextField(kind)]?.path;
    return path === undefined ? [] : [[kind, at(path)] as const];
  });
  return named.length === 0 ? {} : { nextKeys: Object.fromEntries(named) };
}

function nextFields(files: NextKeyFiles): Record<string, { readonly path: string }> {
  const named = Object.entries(files) as [KeyKind, string][];
  return Object.fromEntries(named.map(([kind, path]) => [nextField(kind), { path }]));
}

/** Writes a configuration with its keys inline, readable to its owner only. */
export function writeConfig(path: string, settings: NodeSettings): void {
  const { validator, accountKey, networkKey, rpcAddress: rpc } = settings;
  const inline = (form: KeyForm, key: Uint8Array): { value: string } => ({
    value: form.format(key),
  });
  const file = {
    ...(validator && { protocol_key_pair: inline(BLS_KEY, validator.protocol) }),
    ...(validator && { worker_key_pair: inline(ED25519_KEY, validator.worker) }),
    ...(accountKey && { account_key_pair: inline(ED25519_KEY, accountKey) }),
    network_key_pair: inline(ED25519_KEY, networkKey),
    ...nextFields(settings.nextKeys ?? {}),
    db_path: settings.dbPath,
    consensus_db_path: settings.consensusDbPath,
    network_address: formatMultiaddr(settings.listen),
    ...(validator && { consensus_config: {} }),
    genesis: { "genesis-file-location": settings.genesisPath },
    ...(rpc && { rpc_address: formatRpcAddress(rpc) }),
    p2p_config: {
      observers: settings.observers,
      ...(settings.seeds && { seed_peers: seedFields(settings.seeds) }),
    },
  };
  replaceFile(path, utf8(stringify(file)));
}

/** The files in which the keys of a validator are, from the directory of its configuration. */
export type KeyFiles = Readonly<Record<"protocol" | "worker" | "account" | "network", string>>;

/** Writes the configuration of a validator whose keys are, and will be, in files of their own. */
export function writeValidatorConfig(
  path: string,
  keys: KeyFiles,
  nextKeys: NextKeyFiles,
  settings: Pick<NodeSettings, "dbPath" | "consensusDbPath" | "listen" | "genesisPath">,
): void {
  const file = {
    protocol_key_pair: { path: keys.protocol },
    worker_key_pair: { path: keys.worker },
    account_key_pair: { path: keys.account },
    network_key_pair: { path: keys.network },
    ...nextFields(nextKeys),
    db_path: settings.dbPath,
    consensus_db_path: settings.consensusDbPath,
    network_address: formatMultiaddr(settings.listen),
    consensus_config: {},
    genesis: { "genesis-file-location": settings.genesisPath },
  };
  replaceFile(path, utf8(stringify(file)));
}

/** Changes where the node of a configuration serves clients; all else stays as it is written. */
export function changeRpcAddress(path: string, address: HostPort): void {
  const document = parseDocument(readText(path), { schema: "failsafe" });
  document.set("rpc_address", formatRpcAddress(address));
  replaceFile(path, utf8(document.toString()));
}

type KeyField = "protocol_key_pair" | "worker_key_pair" | "account_key_pair" | "network_key_pair";

function parseConfig(path: string): ConfigFile {
  const document = parseDocument(readText(path), { schema: "failsafe" });
  const [problem] = document.errors;
  if (problem !== undefined) throw invalid(path, problem.message.split("\n", 1)[0] ?? "");
  const parsed = FILE.safeParse(valueOf(path, document));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join(".") ?? "";
  throw invalid(path, `${field === "" ? "" : `${field}: `}${issue?.message ?? ""}`);
}

function readText(path: string): string {
  const bytes = readSmallFile(path, { what: "node configuration", bytesMax: CONFIG_BYTES_MAX });
  const text = fromUtf8(bytes);
  if (text === undefined) throw invalid(path, "it is not text in UTF-8");
  return text;
}

function valueOf(path: string, document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // An alias of nothing, or so many that the value would be huge.
    if (error instanceof ReferenceError) throw invalid(path, error.message);
    throw error;
  }
}

function formatRpcAddress({ host, port }: HostPort): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function invalid(path: string, reason: string): SomaError {
  return new SomaError("config_invalid", `node configuration ${path}: ${reason}`, {
    hint: "correct the file and start again",
  });
}

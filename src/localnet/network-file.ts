/**
 * `network.yaml`: what this program keeps of a local network besides its genesis and the
 * configurations of its nodes: how many validators there are, where services listen, and the keys
 * of the accounts that the network brings along. Only its owner can read it.
 *
 * @module
 */
import { existsSync } from "node:fs";

import { parseDocument, stringify } from "yaml";
import { z } from "zod";

import { fromUtf8, utf8 } from "../base/bytes.ts";
import { SomaError } from "../base/errors.ts";
import { formatKeyBase64, parseKeyBase64 } from "../crypto/key-text.ts";
import { readSmallFile, replaceFile } from "../host/files.ts";
import { VALIDATORS_MAX } from "./layout.ts";
import type { ServiceName } from "./ports.ts";

/** What is kept of a network. */
export type NetworkRecord = {
  readonly committee_size: number;
  readonly ports: Readonly<Record<ServiceName, number>>;
  /** Ed25519 seeds. */
  readonly account_keys: { readonly faucet: Uint8Array; readonly demo: Uint8Array };
};

const BYTES_MAX = 65_536;
const PORT_MAX = 65_535;

const port = z.coerce.number().int().min(0).max(PORT_MAX);

const key = z.string().transform((text, context): Uint8Array => {
  const parsed = parseKeyBase64(text);
  if (parsed.ok) return parsed.value;
  context.addIssue({ code: "custom", message: parsed.error });
  return z.NEVER;
});

const FILE = z.strictObject({
  committee_size: z.coerce.number().int().min(1).max(VALIDATORS_MAX),
  ports: z.strictObject({ rpc: port, faucet: port, scoring: port, admin: port }),
  account_keys: z.strictObject({ faucet: key, demo: key }),
});

/** The record at `path`, or `undefined` when there is none. */
export function readNetworkRecord(path: string): NetworkRecord | undefined {
  if (!existsSync(path)) return undefined;
  const bytes = readSmallFile(path, { what: "network file", bytesMax: BYTES_MAX });
  const document = parseDocument(fromUtf8(bytes) ?? "\0", { schema: "failsafe" });
  const [problem] = document.errors;
  if (problem !== undefined) throw invalid(path, problem.message.split("\n", 1)[0] ?? "");
  const parsed = FILE.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(path, `${issue?.path.join(".")}: ${issue?.message}`);
}

/** Writes the record. */
export function writeNetworkRecord(path: string, record: NetworkRecord): void {
  const { faucet, demo } = record.account_keys;
  const account_keys = { faucet: formatKeyBase64(faucet), demo: formatKeyBase64(demo) };
  replaceFile(path, utf8(stringify({ ...record, account_keys })));
}

function invalid(path: string, reason: string): SomaError {
  return new SomaError("network_invalid", `${path} cannot be read: ${reason}`, {
    hint: "restore it, or begin a new network with `soma localnet reset`; keys are kept",
  });
}

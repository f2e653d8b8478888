/**
 * `client.yaml`, the file of a client's configuration. Its layout is the one that Soma wallets
 * share. Every scalar is read as text, because an address without quotes would otherwise become a
 * number; fields and comments that are not ours are kept.
 *
 * @module
 */
import { dirname, resolve } from "node:path";

import { Document, isMap, parseDocument } from "yaml";
import { z } from "zod";

import { SomaError } from "../base/errors.ts";
import type { Address } from "../types/address.ts";
import { parseAddress } from "../types/text.ts";
import { type ClientConfig, ENVS_MAX, NO_EXTRAS } from "./client-config.ts";
import { applyConfig } from "./client-yaml-edit.ts";
import { readSmallFile, replaceSmallFile } from "./small-file.ts";

const NULLS: ReadonlySet<string> = new Set(["", "~", "null", "Null", "NULL"]);

const optionalText = z
  .string()
  .transform((text) => (NULLS.has(text) ? undefined : text))
  .optional();

const FILE = z.object({
  keystore: z.object({ File: z.string().min(1) }, "only a keystore in a File is supported"),
  envs: z
    .array(
      z.object({
        alias: z.string().min(1),
        rpc: z.string().min(1),
        basic_auth: optionalText,
        chain_id: optionalText,
        faucet: optionalText,
        scoring: optionalText,
        admin: optionalText,
      }),
    )
    .max(ENVS_MAX),
  active_env: optionalText,
  active_address: optionalText,
});

/** The configuration in the file at `path`, or `undefined` when there is none. */
export function readClientYaml(path: string): ClientConfig | undefined {
  const document = readDocument(path);
  return document === undefined ? undefined : configOf(path, document);
}

/** Writes a first configuration to `path`. */
export function createClientYaml(path: string, config: ClientConfig): void {
  const document = new Document({}, { schema: "failsafe" });
  applyConfig(document, undefined, config);
  replaceSmallFile(path, document.toString());
}

/** Replaces the configuration at `path` by what `change` makes of it; returns the new one. */
export function changeClientYaml(
  path: string,
  change: (config: ClientConfig) => ClientConfig,
): ClientConfig {
  const document = readDocument(path);
  if (document === undefined) throw corrupt(path, "it is gone");
  const before = configOf(path, document);
  const after = change(before);
  if (after === before) return before;
  applyConfig(document, before, after);
  replaceSmallFile(path, document.toString());
  return after;
}

function readDocument(path: string): Document | undefined {
  const text = readSmallFile(path);
  if (text === undefined) return undefined;
  const document = parseDocument(text, { schema: "failsafe" });
  const first = document.errors[0];
  if (first !== undefined) throw corrupt(path, first.message.split("\n")[0] ?? "", first);
  if (!isMap(document.contents)) throw corrupt(path, "it has no fields");
  return document;
}

function configOf(path: string, document: Document): ClientConfig {
  const parsed = FILE.safeParse(plain(path, document));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw corrupt(path, `${issue?.path.join(".")}: ${issue?.message}`, parsed.error);
  }
  const { keystore, envs, active_env, active_address } = parsed.data;
  return {
    keystore: resolve(dirname(path), keystore.File),
    envs: envs.map((env) => ({ ...NO_EXTRAS, ...env })),
    active_env,
    active_address: active_address === undefined ? undefined : activeAddress(path, active_address),
  };
}

/** The document as plain values. Anchors would expand without limit, and nobody needs them here. */
function plain(path: string, document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw corrupt(path, "it uses anchors", error);
  }
}

function activeAddress(path: string, text: string): Address {
  const parsed = parseAddress(text);
  if (parsed.ok) return parsed.value;
  throw corrupt(path, `active_address: ${parsed.error}`);
}

function corrupt(path: string, reason: string, cause?: unknown): SomaError {
  return new SomaError("config_corrupt", `${path} cannot be read: ${reason}`, {
    hint: "correct it, or move it away and a new one is made; your keys are in another file",
    cause,
  });
}

/**
 * What a network begins with, as a YAML file that founders write and read. Amounts are shannons,
 * ids and keys hexadecimal, digests base58. Every scalar is read as text, so that no number loses a
 * digit; what is wrong is named by its field.
 *
 * @module
 */
import { type Document, parseDocument, stringify } from "yaml";
import { z } from "zod";

import { err, ok, type Result } from "../base/result.ts";
import { U64_MAX } from "../base/u64.ts";
import {
  checkConfig,
  checkProofs,
  type GenesisConfig,
  type GenesisValidator,
} from "../ledger/genesis/config.ts";
import { TENSOR_VALUES_MAX } from "../types/bounds.ts";
import { scalarTensor, type Tensor, vectorTensor } from "../types/tensor.ts";
import { formatAddress, formatDigest, parseAddress, parseDigest } from "../types/text.ts";
import { parseMultiaddr } from "./multiaddr.ts";

const ROWS_MAX = 131_072;
const DIGITS = /^[0-9]{1,20}$/;
const HEX = /^(?:0x)?((?:[0-9a-f]{2})*)$/;

/** Text that a parser of ours takes. */
const parsed = <T>(parse: (text: string) => Result<T, string>) =>
  z.string().transform((text, context): T => {
    const result = parse(text);
    if (result.ok) return result.value;
    context.addIssue({ code: "custom", message: result.error });
    return z.NEVER;
  });

const whole = parsed(parseWhole);
const bytes = parsed(parseBytes);
const account = parsed(parseAddress);
const digest = parsed(parseDigest);
const float = parsed(parseFloat32);

const validator = z.strictObject({
  account,
  protocol_pubkey: bytes,
  proof_of_possession: bytes,
  network_pubkey: bytes,
  worker_pubkey: bytes,
  net_address: z.string(),
  p2p_address: z.string(),
  primary_address: z.string(),
  proxy_address: z.string(),
  commission_rate: whole.default(200n),
});

const model = z.strictObject({
  owner: account,
  manifest: z.strictObject({
    url: z.string(),
    metadata: z.strictObject({ checksum: digest, size: whole }),
  }),
  decryption_key: bytes,
  weights_commitment: digest,
  embedding: z.array(float).min(1).max(TENSOR_VALUES_MAX).transform(vectorTensor),
  architecture_version: whole.default(1n),
  commission_rate: whole.default(0n),
  initial_stake: whole.default(1_000_000_000n),
});

const allocation = z.strictObject({
  recipient: account,
  amount: whole,
  staked_with_validator: account.optional(),
  staked_with_model: whole.transform(Number).optional(),
});

const overrides = z.strictObject({
  epoch_duration_ms: whole.optional(),
  target_embedding_dim: whole.optional(),
  target_initial_distance_threshold: float.transform(scalarTensor).optional(),
  target_initial_targets_per_epoch: whole.optional(),
  min_submission_data_size: whole.optional(),
});

const FILE = z.strictObject({
  chain_start_ms: whole,
  protocol_version: whole.default(1n),
  overrides: overrides.default({}),
  validators: z.array(validator).max(ROWS_MAX),
  models: z.array(model).max(ROWS_MAX).default([]),
  allocations: z.array(allocation).max(ROWS_MAX),
});

/** The configuration in a file's text, or the field that does not do and why. */
export function parseGenesisConfig(text: string): Result<GenesisConfig, string> {
  const read = readYaml(text, FILE);
  if (!read.ok) return read;
  // Absent fields are absent here, and undefined there.
  const config = read.value as GenesisConfig;
  const fault = checkConfig(config);
  return fault === undefined ? ok(config) : err(fault);
}

/** A validator as it presents itself, in a file of its own: what it founds or joins with. */
export function parseValidatorInfo(text: string): Result<GenesisValidator, string> {
  const read = readYaml(text, validator);
  if (!read.ok) return read;
  const fault = checkAddresses(read.value) ?? checkProofs({ validators: [read.value] });
  return fault === undefined ? read : err(fault.replace("validators[0].", ""));
}

/** The text of the file of a validator. */
export function formatValidatorInfo(info: GenesisValidator): string {
  return stringify({ ...info, account: formatAddress(info.account) }, formatScalar);
}

/** The text of the file of a configuration; reading it gives the same configuration. */
export function formatGenesisConfig(config: GenesisConfig): string {
  const { validators, models, allocations, overrides: set } = config;
  return stringify(
    {
      chain_start_ms: config.chain_start_ms,
      protocol_version: config.protocol_version,
      overrides: { ...set },
      validators: validators.map((one) => ({ ...one, account: formatAddress(one.account) })),
      models: models.map(({ owner, manifest, weights_commitment, embedding, ...rest }) => ({
        owner: formatAddress(owner),
        manifest: { url: manifest.url, metadata: formatMetadata(manifest.metadata) },
        weights_commitment: formatDigest(weights_commitment),
        embedding: [...embedding.values],
        ...rest,
      })),
      allocations: allocations.map(({ recipient, staked_with_validator: seat, ...rest }) => ({
        recipient: formatAddress(recipient),
        ...rest,
        ...(seat === undefined ? {} : { staked_with_validator: formatAddress(seat) }),
      })),
    },
    formatScalar,
  );
}

function checkAddresses(info: GenesisValidator): string | undefined {
  const { net_address, p2p_address, primary_address, proxy_address } = info;
  const addresses = { net_address, p2p_address, primary_address, proxy_address };
  for (const [field, text] of Object.entries(addresses)) {
    const address = parseMultiaddr(text);
    if (!address.ok) return `${field}: ${address.error}`;
  }
  return undefined;
}

function readYaml<T>(text: string, schema: z.ZodType<T>): Result<T, string> {
  const document = parseDocument(text, { schema: "failsafe" });
  const [problem] = document.errors;
  if (problem !== undefined) return err(problem.message.split("\n", 1)[0] ?? "it is no YAML");
  const value = valueOf(document);
  if (!value.ok) return value;
  const read = schema.safeParse(value.value);
  if (read.success) return ok(read.data);
  const [issue] = read.error.issues;
  return err(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

function valueOf(document: Document): Result<unknown, string> {
  try {
    return ok(document.toJS({ maxAliasCount: 0 }));
  } catch (error) {
    // Aliases are not taken: a few of them make a file of any size.
    if (error instanceof ReferenceError) return err(error.message);
    throw error;
  }
}

function formatMetadata(metadata: GenesisConfig["models"][number]["manifest"]["metadata"]): object {
  return { checksum: formatDigest(metadata.checksum), size: metadata.size };
}

function formatScalar(_: unknown, value: unknown): unknown {
  if (value instanceof Uint8Array) return value.toHex();
  return isTensor(value) ? value.values[0] : value;
}

function isTensor(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && "shape" in value && "values" in value;
}

function parseWhole(text: string): Result<bigint, string> {
  if (!DIGITS.test(text) || BigInt(text) > U64_MAX) return err("a whole number below 2^64");
  return ok(BigInt(text));
}

function parseBytes(text: string): Result<Uint8Array, string> {
  const [, digits] = HEX.exec(text) ?? [];
  return digits === undefined ? err("bytes are lower-case hex") : ok(Uint8Array.fromHex(digits));
}

function parseFloat32(text: string): Result<number, string> {
  const value = Math.fround(text.trim() === "" ? Number.NaN : Number(text));
  return Number.isFinite(value) ? ok(value) : err("a finite number");
}

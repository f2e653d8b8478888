/**
 * What `soma validator make-validator-info` and `join-committee` do: the keys of a validator on
 * disk, the file that presents it, and its candidacy.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { isIPv6 } from "node:net";
import { join, resolve } from "node:path";

import { fromUtf8, utf8 } from "../../base/bytes.ts";
import { SomaError, usageError } from "../../base/errors.ts";
import { boundedText, encode } from "../../bcs/schema.ts";
import { blsKeygen, blsPublicKey } from "../../crypto/bls.ts";
import { ed25519PublicKey } from "../../crypto/ed25519.ts";
import { proveBlsPossession } from "../../crypto/pop.ts";
import { type KeyFiles, writeValidatorConfig } from "../../host/config.ts";
import { replaceFile } from "../../host/files.ts";
import { formatValidatorInfo, parseValidatorInfo } from "../../host/genesis-config.ts";
import { BLS_KEY, ED25519_KEY, type KeyForm, readSecret } from "../../host/key-pairs.ts";
import { formatMultiaddr, parseMultiaddr } from "../../host/multiaddr.ts";
import type { NextKeyFiles } from "../../host/next-keys.ts";
import type { GenesisValidator } from "../../ledger/genesis/config.ts";
import type { Address } from "../../types/address.ts";
import { NAME_BYTES_MAX } from "../../types/bounds.ts";
import { formatAddress } from "../../types/text.ts";
import type { KindOf } from "../../types/transaction-kind.ts";
import { activeAddress, findAccount } from "../../wallet/wallet.ts";
import type { Context } from "../command.ts";
import { readInputFile } from "../input-file.ts";
import { openAccount, warnOfOtherVersion } from "../network.ts";
import { openContextWallet } from "../open-wallet.ts";
import type { TransactionOptions } from "../transaction-options.ts";
import { findValidator } from "../validator-status.ts";
import { send } from "./validator.ts";

type InfoOptions = {
  readonly host: string;
  readonly commission: number;
  readonly port: number;
  readonly genesis: string;
};

const FILES: KeyFiles = {
  protocol: "protocol.key",
  worker: "worker.key",
  account: "account.key",
  network: "network.key",
};
const NEXT_FILES: NextKeyFiles = {
  protocol: "next-protocol.key",
  worker: "next-worker.key",
  network: "next-network.key",
};
const INFO = "validator.info";
const CONFIG = "validator.yaml";
// What only this machine can call, nobody else may.
const LOOPBACK = /^(?:localhost|127\..*|::1)$/;
const SEED_BYTES = 32;
const INFO_LIMITS = { bytesMax: 65_536, tooLarge: "give the file of make-validator-info" };
const addressText = boundedText(NAME_BYTES_MAX);

/** `validator make-validator-info` */
export async function makeValidatorInfoAction(
  context: Context,
  options: InfoOptions,
): Promise<void> {
  const { deps, output } = context;
  const { host, port, genesis } = options;
  const address = checkedAddress(host, port);
  const wallet = openContextWallet(context);
  const { seed, address: account } = findAccount(wallet, activeAddress(wallet));
  const random = (): Uint8Array => deps.randomBytes(SEED_BYTES);
  keepAccountKey(context, seed);
  const protocol = keyAt(context, FILES.protocol, BLS_KEY, () => blsKeygen(random()));
  const network = keyAt(context, FILES.network, ED25519_KEY, random);
  const worker = keyAt(context, FILES.worker, ED25519_KEY, random);
  const keys = { account, protocol, network, worker };
  const info = describeValidator(keys, address, BigInt(options.commission));
  replaceFile(join(deps.cwd, INFO), utf8(formatValidatorInfo(info)));
  writeValidatorConfig(join(deps.cwd, CONFIG), FILES, NEXT_FILES, {
    dbPath: "authorities_db",
    consensusDbPath: "consensus_db",
    listen: { host: LOOPBACK.test(host) ? host : anyHost(host), port },
    genesisPath: genesis,
  });
  const document = { account: formatAddress(account), address, info: INFO, config: CONFIG };
  output.result(document, () => {
    output.line(`Wrote ${INFO} and ${CONFIG} for the account ${document.account}.`);
    output.line(`Next: soma validator join-committee ${INFO}`);
  });
  if (existsSync(resolve(deps.cwd, genesis))) return;
  output.note(`Put the network's genesis at ${genesis} before you start the validator.`);
}

type OwnKeys = {
  readonly account: Address;
  readonly protocol: Uint8Array;
  readonly network: Uint8Array;
  readonly worker: Uint8Array;
};

/** What others learn of a validator: its public keys, and one address for everything. */
function describeValidator(
  { account, protocol, network, worker }: OwnKeys,
  address: string,
  commission_rate: bigint,
): GenesisValidator {
  return {
    account,
    protocol_pubkey: blsPublicKey(protocol),
    proof_of_possession: proveBlsPossession(protocol, account),
    network_pubkey: ed25519PublicKey(network),
    worker_pubkey: ed25519PublicKey(worker),
    net_address: address,
    p2p_address: address,
    primary_address: address,
    proxy_address: address,
    commission_rate,
  };
}

/** `validator join-committee` */
export async function joinCommitteeAction(
  context: Context,
  file: string,
  options: TransactionOptions,
): Promise<void> {
  const info = readInfo(context, file);
  const account = openAccount(context, info.account);
  await warnOfOtherVersion(context, account.client);
  const known = await findValidator(account.client, info.account);
  if (known !== undefined) {
    const message = `validator ${formatAddress(info.account)} is ${known.status} already`;
    throw new SomaError("validator_status", message, { hint: "see `soma validator list`" });
  }
  await send(context, account, candidacyOf(info), options);
}

function candidacyOf(info: GenesisValidator): KindOf<"AddValidator"> {
  return {
    kind: "AddValidator",
    pubkey_bytes: info.protocol_pubkey,
    network_pubkey_bytes: info.network_pubkey,
    worker_pubkey_bytes: info.worker_pubkey,
    proof_of_possession: info.proof_of_possession,
    net_address: encode(addressText, info.net_address),
    p2p_address: encode(addressText, info.p2p_address),
    primary_address: encode(addressText, info.primary_address),
    proxy_address: encode(addressText, info.proxy_address),
  };
}

function readInfo({ deps }: Context, file: string): GenesisValidator {
  const text = fromUtf8(readInputFile(deps, file, INFO_LIMITS));
  const reason = (why: string): SomaError =>
    new SomaError("validator_info_invalid", `${file}: ${why}`, {
      hint: "make the file with `soma validator make-validator-info HOST`",
    });
  if (text === undefined) throw reason("it is not text in UTF-8");
  const info = parseValidatorInfo(text);
  if (info.ok) return info.value;
  throw reason(info.error);
}

function checkedAddress(host: string, port: number): string {
  const address = formatMultiaddr({ host, port });
  const parsed = parseMultiaddr(address);
  if (!parsed.ok) throw usageError(`<HOST>: ${parsed.error}`, "give a name or an IP address");
  if (port === 0) throw usageError("--port: other validators cannot call port 0", "choose one");
  return address;
}

function anyHost(host: string): string {
  return isIPv6(host) ? "::" : "0.0.0.0";
}

/** The key in a file of the working directory, which is made if there is none. */
function keyAt(
  { deps, output }: Context,
  name: string,
  form: KeyForm,
  make: () => Uint8Array,
): Uint8Array {
  const path = resolve(deps.cwd, name);
  if (existsSync(path)) {
    const secret = readSecret(path, form);
    if (!secret.ok) throw badKey(name, secret.error);
    output.note(`Using existing key file ${name}.`);
    return secret.value;
  }
  const key = make();
  replaceFile(path, utf8(`${form.format(key)}\n`));
  return key;
}

function keepAccountKey(context: Context, seed: Uint8Array): void {
  const kept = keyAt(context, FILES.account, ED25519_KEY, () => seed);
  if (kept.toHex() === seed.toHex()) return;
  throw badKey(FILES.account, "it is the key of another account than the active one");
}

function badKey(name: string, reason: string): SomaError {
  return new SomaError("key_invalid", `${name}: ${reason}`, {
    hint: "move the file away, or run this in another directory",
  });
}

/**
 * What `soma validator list` and `display-metadata` do.
 *
 * @module
 */
import { toHex } from "../../base/bytes.ts";
import { SomaClient } from "../../client/client.ts";
import { formatAddress, formatObjectId } from "../../types/text.ts";
import type { Identity } from "../../wallet/identity.ts";
import {
  type ValidatorStatus,
  validatorsView,
  type ValidatorView,
} from "../../wire/json/validator.ts";
import { encodeView } from "../../wire/json/view.ts";
import { rateText, somaText } from "../amounts.ts";
import type { Colors } from "../colors.ts";
import type { Context } from "../command.ts";
import { addressOf, openClient, warnOfOtherVersion } from "../network.ts";
import { contextEnv, openContextWallet } from "../open-wallet.ts";

const HEAD = ["Address", "Status", "Power", "Stake", "Next Stake", "Commission"];
const POWER_PER_PERCENT = 100;

/** `validator list` */
export async function listValidatorsAction(context: Context): Promise<void> {
  const { output } = context;
  const client = openClient(context);
  await warnOfOtherVersion(context, client);
  const answer = await client.validators();
  const { validators, total_stake: total } = answer;
  output.result(encodeView(validatorsView, answer), () => {
    const rows = validators.map((validator) => [
      formatAddress(validator.address),
      statusText(output.colors, validator.status),
      powerText(validator),
      somaText(validator.stake_balance),
      somaText(validator.next_epoch_stake),
      rateText(validator.commission_rate),
    ]);
    output.table({ title: `Validators (${validators.length} found)`, head: HEAD, rows });
    output.line(`Total stake: ${somaText(total)}`);
    output.line(`A seat takes ${somaText(answer.join_stake)} of stake at the end of the epoch.`);
    output.line(`Below ${somaText(answer.low_stake)} a validator is at risk of losing it.`);
  });
}

/** `validator display-metadata` */
export async function displayMetadataAction(
  context: Context,
  whom: Identity | undefined,
): Promise<void> {
  const { output } = context;
  const wallet = openContextWallet(context);
  const address = addressOf(wallet, whom);
  const client = new SomaClient(contextEnv(context, wallet).rpc);
  await warnOfOtherVersion(context, client);
  const answer = await client.validators();
  const own = answer.validators.filter((validator) => validator.address === address);
  const [document = null] = (
    encodeView(validatorsView, { ...answer, validators: own }) as { validators: object[] }
  ).validators;
  const [found] = own;
  output.result(document, () => {
    if (found === undefined) output.line(`${formatAddress(address)} is not a validator.`);
    else printMetadata(context, found);
  });
}

function printMetadata({ output }: Context, validator: ValidatorView): void {
  const { next_epoch_commission_rate: nextRate } = validator;
  output.table({
    title: "Validator",
    rows: [
      ["Address", formatAddress(validator.address)],
      ["Status", statusText(output.colors, validator.status)],
      ["Voting Power", powerText(validator)],
      ["Stake", somaText(validator.stake_balance)],
      ["Next Stake", somaText(validator.next_epoch_stake)],
      ["Commission", `${rateText(validator.commission_rate)}, next ${rateText(nextRate)}`],
      ["Pool", formatObjectId(validator.pool_id)],
    ],
  });
  output.table({
    title: "Network Addresses",
    rows: [
      ["Network", validator.net_address],
      ["Primary", validator.primary_address],
      ["P2P", validator.p2p_address],
      ["Proxy", validator.proxy_address],
    ],
  });
  output.table({
    title: "Public Keys",
    rows: [
      ["Protocol", shortKey(validator.protocol_pubkey)],
      ["Network", shortKey(validator.network_pubkey)],
      ["Worker", shortKey(validator.worker_pubkey)],
    ],
  });
}

function shortKey(key: Uint8Array): string {
  const text = toHex(key);
  return `${text.slice(0, 8)}…${text.slice(-8)}`;
}

function powerText({ voting_power: power }: ValidatorView): string {
  return `${(Number(power) / POWER_PER_PERCENT).toFixed(2)} %`;
}

function statusText({ green, red, yellow }: Colors, status: ValidatorStatus): string {
  switch (status) {
    case "active":
      return green(status);
    case "leaving":
      return red(status);
    case "pending":
      return yellow(status);
  }
}

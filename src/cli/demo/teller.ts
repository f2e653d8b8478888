/**
 * The demo in words: what each step of the round did, in 80 columns, with the figures that the
 * network gave.
 *
 * @module
 */
import { formatAddress, formatObjectId } from "../../types/text.ts";
import { bytesText, changeText, somaText } from "../amounts.ts";
import type { Output } from "../output.ts";
import { padText, wrapText } from "../text-layout.ts";
import type { Opening, Round, Submission, Teller } from "./round.ts";

const COLUMNS = 76;
const INDENT = "   ";
const BAR_COLUMNS = 28;
const TITLE_COLUMNS = 16;
const LABEL_COLUMNS = 22;
const AMOUNT_COLUMNS = 19;
const DECIMALS = 4;
const MS_PER_SECOND = 1_000;

/** Tells a round on `output`. */
export class DemoTeller implements Teller {
  private readonly output: Output;
  private steps = 0;

  constructor(output: Output) {
    this.output = output;
  }

  /** Says what will happen. */
  begin(name: string, size: number): void {
    const { bold } = this.output.colors;
    this.output.line(bold(`Soma: one round of the competition, with ${name}`));
    this.say(
      `${bytesText(size)}. Models compete to predict them, and whoever brings data that is near ` +
        "an open target shares the reward with the model that predicts it best.",
    );
  }

  opened({ stage, rivals, address, balance }: Opening): void {
    const { committeeSize, urls } = stage.network;
    this.step("A network");
    this.say(
      `${committeeSize} validators, a node, a faucet and scoring: up after ` +
        `${seconds(stage.bootMs)} at ${urls.rpc}. ${rivals.length} models compete on it.`,
    );
    this.step("An account");
    this.output.line(`${INDENT}${formatAddress(address)}`);
    this.say(`The faucet gave it ${somaText(balance)}.`);
  }

  passed({ targetCount }: { readonly targetCount: number }): void {
    this.say(`None of ${targetCount} open targets is near enough. The next epoch brings others.`);
  }

  submitted(opening: Opening, submission: Submission): void {
    const { target, contest, scoringMs, finalityMs } = submission;
    this.step("The models predict");
    this.losses(opening, submission);
    this.say(`Loss in nats a byte, lower is better. Scored in ${seconds(scoringMs)}.`);
    this.step("The submission");
    const { winning_distance: distance = 0, distance_threshold: threshold } = target;
    const { bond_amount: bond = 0n, reward_pool: reward } = target;
    this.say(
      `${contest.winning.length} of ${contest.targetCount} open targets are near enough; ` +
        "this one pays best:",
    );
    this.output.line(`${INDENT}${formatObjectId(target.target_id)}`);
    this.row("Distance", `${distance.toFixed(DECIMALS)}, at most ${threshold.toFixed(DECIMALS)}`);
    this.row("Reward", somaText(reward));
    this.row("Bond", `${somaText(bond)}, which answers for these figures`);
    this.row("Fee", somaText(submission.fee));
    this.row("Final and hosted", `after ${seconds(finalityMs)}`);
    this.step("The audit");
    this.say("For one whole epoch after this one anybody can score the data again.");
  }

  epoch(epoch: bigint, tookMs: number): void {
    this.row(`Epoch ${epoch}`, `began after ${seconds(tookMs)}`);
  }

  settled({ opening, submission, settlement }: Round): void {
    const { bold, green } = this.output.colors;
    const { shares, claim, epoch } = settlement;
    const { bond_amount: bond = 0n, reward_pool: reward } = submission.target;
    this.step("The reward");
    this.say(`${somaText(reward)}, claimed in epoch ${epoch}:`);
    this.row("for the data", green(changeText(shares.submitter)));
    this.row("for the model", green(changeText(shares.model)));
    this.row("for claiming", green(changeText(shares.claimer)));
    this.row("the bond is back", green(changeText(bond)));
    this.row("fee of claiming", changeText(-claim.fee.total_fee));
    this.step("Before and after");
    this.change("Your balance", opening.balance, settlement.balance);
    this.change("The model's stake", submission.stake, settlement.stake);
    const commission = shares.model - (settlement.stake - submission.stake);
    this.say(`The rest of its share, ${somaText(commission)}, is its owner's commission.`);
    const gain = settlement.balance - opening.balance;
    this.output.line();
    this.output.line(bold(green(`✓ The file earned ${somaText(gain)} after all fees.`)));
  }

  /** Says what to do with a network that stays up. */
  staysUp(home: string): void {
    this.output.line();
    this.output.line("The network stays up. In another terminal, with the account of the demo:");
    this.output.line();
    for (const line of [
      `export SOMA_CONFIG_DIR=${home}`,
      "soma status",
      "soma target list",
      "soma submit FILE",
      "soma epoch advance",
    ]) {
      this.output.line(`${INDENT}${line}`);
    }
    this.output.line();
    this.output.line(
      "Press Ctrl+C to end it; nothing of it is kept. Your own: soma start localnet",
    );
  }

  private losses({ rivals }: Opening, { target }: Submission): void {
    const { green } = this.output.colors;
    const losses = target.winning_losses ?? new Float32Array(0);
    const highest = Math.max(...losses);
    for (const [place, id] of target.model_ids.entries()) {
      const loss = losses[place];
      if (loss === undefined) continue;
      const title = rivals.find((rival) => rival.id === id)?.title ?? formatObjectId(id);
      const length = Math.max(1, Math.round((loss / highest) * BAR_COLUMNS));
      const bar = padText("━".repeat(length), BAR_COLUMNS);
      const line = `${padText(title, TITLE_COLUMNS)}${bar}  ${loss.toFixed(DECIMALS)}`;
      const isWinner = id === target.winning_model_id;
      this.output.line(INDENT + (isWinner ? green(`${line}  wins`) : line));
    }
  }

  private change(label: string, before: bigint, after: bigint): void {
    const change = this.output.colors.green(changeText(after - before));
    const amounts = [before, after].map((amount) => padText(somaText(amount), AMOUNT_COLUMNS));
    this.output.line(`${INDENT}${padText(label, AMOUNT_COLUMNS)}${amounts.join("")}${change}`);
  }

  private step(title: string): void {
    this.output.line();
    this.output.line(this.output.colors.bold(`${++this.steps}. ${title}`));
  }

  private say(text: string): void {
    for (const line of wrapText(text, COLUMNS)) this.output.line(INDENT + line);
  }

  private row(label: string, text: string): void {
    this.output.line(INDENT + padText(label, LABEL_COLUMNS) + text);
  }
}

function seconds(ms: number): string {
  return `${(ms / MS_PER_SECOND).toFixed(1)} s`;
}

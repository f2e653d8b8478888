/**
 * Clients that send one transfer after another through the fullnode, whatever happens to it, and
 * keep what they were told is final.
 *
 * @module
 */
import { SomaError } from "../../../src/base/errors.ts";
import { Keypair } from "../../../src/client/keypair.ts";
import { Soma } from "../../../src/client/soma.ts";
import { type Address, type Digest, toAddress, toDigest } from "../../../src/types/address.ts";
import { bytesOf } from "../../ledger/fixtures.ts";

/** What clients saw. */
export type Seen = {
  /** Transfers that a client was told are final. */
  readonly final: Digest[];
  /** Calls that ended with an error, by its code; what became of them is not known. */
  readonly failed: Map<string, number>;
  attempts: number;
};

/** Who is sent to: nobody spends it. */
const NOBODY: Address = toAddress("ab".repeat(32));
/** What each transfer moves, in shannons. */
export const AMOUNT: bigint = 1_000n;

const RETRY_MS = 250;

/** Clients of a network. */
export class Load {
  readonly seen: Seen = { final: [], failed: new Map(), attempts: 0 };
  private readonly clients: readonly Soma[];
  private stopped = false;
  private running: Promise<unknown> = Promise.resolve();

  constructor(port: number, clients: number) {
    const url = (offset: number): string => `http://127.0.0.1:${port + offset}`;
    const urls = { rpc: url(0), faucet: url(1), scoring: url(2), admin: url(3) };
    this.clients = Array.from({ length: clients }, (_, place) => {
      return new Soma(urls, new Keypair(bytesOf(`chaos client ${place}`, 32)));
    });
  }

  /** Gives every client money. */
  async fund(): Promise<void> {
    for (const client of this.clients) await client.fund();
  }

  /** Lets all send until they are stopped. */
  start(): void {
    this.running = Promise.all(this.clients.map((client) => this.send(client)));
  }

  /** Ends after the calls that are under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  /** One transfer that must become final. */
  async once(): Promise<void> {
    await this.transfer(this.clients[0]!);
  }

  /** What `NOBODY` holds. */
  received(): Promise<bigint> {
    return this.clients[0]!.balance(NOBODY);
  }

  private async send(client: Soma): Promise<void> {
    while (!this.stopped) {
      try {
        await this.transfer(client);
      } catch (error) {
        if (!(error instanceof SomaError)) throw error;
        this.seen.failed.set(error.code, (this.seen.failed.get(error.code) ?? 0) + 1);
        await Bun.sleep(RETRY_MS);
      }
    }
  }

  private async transfer(client: Soma): Promise<void> {
    this.seen.attempts++;
    const { digest } = await client.me.transferCoin(NOBODY, AMOUNT);
    this.seen.final.push(toDigest(digest));
  }
}

/**
 * Signatures: made and verified for all nodes of a process. What was found valid is remembered, so
 * that a transaction which reaches one process by several ways is verified once; that a signature
 * is valid never changes, so the memory needs no more than a bound. Invalid ones are not kept: an
 * attacker could fill the memory with them.
 *
 * @module
 */
import { concatBytes, fromHex } from "../base/bytes.ts";
import { Lru } from "../base/lru.ts";
import { blake2b256Hex } from "../crypto/digest.ts";
import type { SignatureCheck } from "../node/io.ts";
import type { AggregateAnswer, AggregateClaim, SignatureList } from "./crypto-jobs.ts";
import { CryptoWorker } from "./crypto-worker.ts";
import { checkSingle, checkSingleLater, type SingleCheck } from "./signatures.ts";

/** Why a check does not hold; `undefined` when all do. */
export type Fault = string | undefined;

/** A BLS key pair. */
export type BlsKeyPair = { readonly secretKey: Uint8Array; readonly publicKey: Uint8Array };

/** Signatures of blocks that are verified at once: they are few, and everybody waits for them. */
const AT_ONCE_MAX = 4;
/** Signatures that are given to the thread pool at a time, before others get a turn. */
const SLICE = 128;
const VALID_MAX = 16_384;
const SIGNATURES_MAX = 1_024;
const TAGS: Readonly<Record<SignatureCheck["kind"], number>> = {
  Ed25519: 0,
  User: 1,
  Aggregate: 2,
};

type Named<C> = { readonly name: string; readonly check: C };

/** Verifies and signs; one for all nodes of a process. */
export class Verifier {
  private readonly worker = new CryptoWorker();
  /** Names of checks that hold. */
  private readonly valid = new Lru<true>({ weightMax: VALID_MAX });
  /** Own BLS signatures, which are asked for again until they have arrived everywhere. */
  private readonly signatures = new Lru<Uint8Array>({ weightMax: SIGNATURES_MAX });
  private verifiedCount = 0;

  /** How many signatures were verified, those remembered left out. */
  get verified(): number {
    return this.verifiedCount;
  }

  /** How often the worker thread has died. */
  get crashes(): number {
    return this.worker.crashes;
  }

  /** Whether all checks hold: at once when that is quick, else as a promise. */
  verify(checks: readonly SignatureCheck[]): Fault | Promise<Fault> {
    const unknown = checks
      .map((check) => ({ name: nameOf(check), check }))
      .filter(({ name }) => this.valid.find(name) === undefined);
    const blocks = unknown.filter((one): one is Named<SingleCheck> => one.check.kind === "Ed25519");
    if (unknown.length > AT_ONCE_MAX || blocks.length < unknown.length) {
      return this.verifyLong(unknown);
    }
    return this.verifyNow(blocks);
  }

  /** The BLS signature of a message. */
  async sign({ secretKey, publicKey }: BlsKeyPair, message: Uint8Array): Promise<Uint8Array> {
    const name = blake2b256Hex(publicKey, message);
    const known = this.signatures.find(name);
    if (known !== undefined) return known;
    const signature = await this.worker.run({ kind: "Sign", secretKey, message });
    this.signatures.set(name, signature);
    this.remember({ publicKeys: [publicKey], message, signature });
    return signature;
  }

  /** The sum of signatures, or which of them are invalid. */
  async aggregate(list: SignatureList): Promise<AggregateAnswer> {
    const { publicKeys, message, signatures } = list;
    // Signatures that were made in this process are known to be valid, and so is their sum.
    const areValid = signatures.every((signature, place) =>
      this.isKnown({ publicKeys: [publicKeys[place]!], message, signature }),
    );
    const answer = await this.worker.run({ kind: "Aggregate", areValid, ...list });
    const { signature } = answer;
    if (signature !== undefined) this.remember({ publicKeys, message, signature });
    return answer;
  }

  /** Ends the worker. */
  stop(): Promise<void> {
    return this.worker.stop();
  }

  private isKnown(claim: AggregateClaim): boolean {
    return this.valid.find(nameOf({ kind: "Aggregate", ...claim })) !== undefined;
  }

  private remember(claim: AggregateClaim): void {
    this.valid.set(nameOf({ kind: "Aggregate", ...claim }), true);
  }

  private verifyNow(checks: readonly Named<SingleCheck>[]): Fault {
    for (const { name, check } of checks) {
      const fault = this.conclude(name, checkSingle(check));
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  private async verifyLong(unknown: readonly Named<SignatureCheck>[]): Promise<Fault> {
    const singles: Named<SingleCheck>[] = [];
    for (const { name, check } of unknown) {
      if (check.kind !== "Aggregate") singles.push({ name, check });
      else if (!(await this.verifyAggregate(check))) return "a certificate is not valid";
    }
    for (let start = 0; start < singles.length; start += SLICE) {
      const slice = singles.slice(start, start + SLICE);
      const faults = await Promise.all(
        slice.map(async ({ name, check }) => this.conclude(name, await checkSingleLater(check))),
      );
      const fault = faults.find((found) => found !== undefined);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  private conclude(name: string, fault: Fault): Fault {
    this.verifiedCount++;
    if (fault === undefined) this.valid.set(name, true);
    return fault;
  }

  private async verifyAggregate({
    publicKeys,
    message,
    signature,
  }: AggregateClaim): Promise<boolean> {
    const claim = { publicKeys, message, signature };
    this.verifiedCount++;
    const holds = await this.worker.run({ kind: "Verify", ...claim });
    if (holds) this.remember(claim);
    return holds;
  }
}

// Names say the lengths of their parts, so that no two checks share one.
function nameOf(check: SignatureCheck): string {
  const parts = partsOf(check);
  const header = new Uint32Array([TAGS[check.kind], ...parts.map((part) => part.length)]);
  return blake2b256Hex(concatBytes(new Uint8Array(header.buffer), ...parts));
}

function partsOf(check: SignatureCheck): readonly Uint8Array[] {
  switch (check.kind) {
    case "Ed25519":
      return [check.publicKey, check.message, check.signature];
    case "User":
      return [fromHex(check.address), check.digest, check.signature];
    case "Aggregate":
      return [...check.publicKeys, check.message, check.signature];
  }
}

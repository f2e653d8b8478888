/**
 * Which transaction may use an owned input: the first one seen holds it until it is settled or the
 * hold expires. A second digest on a held input is refused at the door, so that a wallet's mistake
 * is told at once instead of being dropped after ordering. Admission only: what commits is decided
 * by commit order alone.
 *
 * @module
 */
import type { Digest } from "../types/address.ts";
import type { ObjectRef } from "../types/object.ts";

type Hold = { readonly digest: Digest; readonly keys: readonly string[]; expiresMs: number };

/** Holds on owned inputs, by input and by transaction. */
export class Reservations {
  private readonly holderByInput = new Map<string, Digest>();
  /** In order of first reservation; expiry walks from the front. */
  private readonly holds = new Map<Digest, Hold>();
  private readonly durationMs: number;

  constructor(durationMs: number) {
    this.durationMs = durationMs;
  }

  /** How many transactions hold inputs. */
  get size(): number {
    return this.holds.size;
  }

  /** The other transaction that holds one of `inputs`, if any. */
  conflict(digest: Digest, inputs: readonly ObjectRef[]): Conflict | undefined {
    for (const input of inputs) {
      const holder = this.holderByInput.get(inputKey(input));
      if (holder !== undefined && holder !== digest) return { input, holder };
    }
    return undefined;
  }

  /** The transaction that holds an input, if any. */
  holderOf(input: ObjectRef): Digest | undefined {
    return this.holderByInput.get(inputKey(input));
  }

  /** Holds every free one of `inputs` for `digest`; inputs others hold stay theirs. */
  reserve(digest: Digest, inputs: readonly ObjectRef[], nowMs: number): void {
    this.expire(nowMs);
    const expiresMs = nowMs + this.durationMs;
    const held = this.holds.get(digest);
    if (held !== undefined) {
      held.expiresMs = expiresMs;
      return;
    }
    const keys = inputs.map(inputKey).filter((key) => !this.holderByInput.has(key));
    for (const key of keys) this.holderByInput.set(key, digest);
    this.holds.set(digest, { digest, keys, expiresMs });
  }

  /** Frees what `digest` holds. */
  release(digest: Digest): void {
    const hold = this.holds.get(digest);
    if (hold === undefined) return;
    for (const key of hold.keys) this.holderByInput.delete(key);
    this.holds.delete(digest);
  }

  private expire(nowMs: number): void {
    for (const hold of this.holds.values()) {
      if (hold.expiresMs > nowMs) return;
      this.release(hold.digest);
    }
  }
}

/** An input that another transaction holds. */
export type Conflict = { readonly input: ObjectRef; readonly holder: Digest };

function inputKey(input: ObjectRef): string {
  return `${input.object_id}:${input.version}`;
}

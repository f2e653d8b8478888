/**
 * Transactions that a node has accepted and that are not final yet: what it finishes when it starts
 * again. A name is added before the transaction is passed on, and removed when its end is known.
 *
 * @module
 */
import { fromHex } from "../base/bytes.ts";
import type { Digest } from "../types/address.ts";
import { OpenDatabase, SMALL_PAGE_BYTES } from "./database.ts";
import type { DatabaseKind } from "./migrate.ts";
import { PENDING_MIGRATIONS } from "./tables.ts";

/** A transaction in bytes, by its digest. */
export type PendingRow = { readonly digest: Digest; readonly bytes: Uint8Array };

const KIND: DatabaseKind = {
  name: "pending transactions",
  applicationId: 0x736f_7077,
  migrations: PENDING_MIGRATIONS,
};
const CACHE_BYTES = 1_048_576;

const ADD = "insert into pending (digest, bytes) values (?, ?) on conflict (digest) do nothing";
const REMOVE = "delete from pending where digest = ?";
const ALL = "select bytes from pending order by row";

/** Accepted transactions in a file. */
export class SqlitePending {
  private readonly database: OpenDatabase;

  constructor(path: string) {
    this.database = new OpenDatabase(path, KIND, {
      cacheBytes: CACHE_BYTES,
      pageBytes: SMALL_PAGE_BYTES,
    });
  }

  /** What is pending, the oldest first. */
  all(): readonly Uint8Array[] {
    return this.database.all<{ bytes: Uint8Array }>(ALL).map(({ bytes }) => bytes);
  }

  /** Adds and removes; on disk when this returns. */
  write(added: readonly PendingRow[], removed: readonly Digest[]): void {
    this.database.write(() => {
      for (const { digest, bytes } of added) this.database.run(ADD, fromHex(digest), bytes);
      for (const digest of removed) this.database.run(REMOVE, fromHex(digest));
    });
  }

  close(): void {
    this.database.close();
  }
}

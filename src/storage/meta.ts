/**
 * Named values beside the rows: small facts that must change in the same transaction as the rows
 * they describe. Both databases have such a table.
 *
 * @module
 */
import type { OpenDatabase } from "./database.ts";
import type { MetaWrite } from "./store.ts";

const PUT = `
  insert into meta (key, value) values (?, ?)
  on conflict (key) do update set value = excluded.value`;
const DROP = "delete from meta where key = ?";
const FIND = "select value from meta where key = ?";

/** Sets and removes values. */
export function writeMeta(database: OpenDatabase, writes: readonly MetaWrite[]): void {
  for (const { key, value } of writes) {
    if (value === undefined) database.run(DROP, key);
    else database.run(PUT, key, value);
  }
}

/** The value under `key`. */
export function readMeta(database: OpenDatabase, key: string): Uint8Array | undefined {
  return database.get<{ value: Uint8Array }>(FIND, key)?.value;
}

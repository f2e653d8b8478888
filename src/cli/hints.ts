/**
 * What to do next about an error, by its code, where whoever raised it did not say. Hints that need
 * a figure or a name of the moment are given with the error instead.
 *
 * @module
 */
const HINTS: Readonly<Record<string, string>> = {
  blob_mismatch: "try again, or ask another node: its copy may be damaged",
  bug: "this should not happen; set SOMA_TRACE=1 to see where it did, and report it",
  disk_full: "free some space and try again; nothing was half written",
  envs_full: "remove one with `soma env remove ALIAS`",
  key_exists: "see `soma wallet list`; `soma wallet switch ALIAS` makes it the active one",
  model_not_found: "see `soma model list`, and `soma status` for the network",
  not_a_coin: "see `soma objects gas` for the coins of an account",
  object_not_found: "check the id and the network; an account's coins: `soma balance --with-coins`",
  port_in_use: "stop the other program, or choose ports with `--port-base N`",
  rate_limited: "wait a minute and try again",
  target_not_found: "see `soma target list`; a target that was paid out or expired is gone",
  transaction_not_found: "check the digest, and `soma status` for the network",
  unavailable: "is the network running? start one with `soma start localnet`",
};

/** The next step after an error of `code` in a command, if there is a general one. */
export function hintFor(code: string, command: string): string | undefined {
  return code === "usage" ? `see \`${command} --help\`` : HINTS[code];
}

/**
 * What to do next about an error, by its code, where whoever raised it did not say. Hints that need
 * a figure or a name of the moment are given with the error instead.
 *
 * @module
 */
const HINTS: Readonly<Record<string, string>> = {
  bug: "this should not happen; set SOMA_TRACE=1 to see where it did, and report it",
  connection_refused: "is the network running? start one with `soma start localnet`",
  disk_full: "free some space and try again; nothing was half written",
  insufficient_balance: "get coins with `soma faucet`",
  insufficient_gas: "get coins with `soma faucet`",
  model_not_found: "see `soma model list`, and `soma status` for the network",
  object_not_found: "check the id and the network; an account's coins: `soma balance --with-coins`",
  port_in_use: "stop the other program, or choose ports with `--port-base N`",
  rate_limited: "wait a minute and try again",
  target_not_found: "see `soma target list`; a target that was paid out or expired is gone",
  transaction_not_found: "check the digest, and `soma status` for the network",
  unavailable: "is the network running? start one with `soma start localnet`",
  usage: "see `soma help`",
};

/** The next step after an error of `code`, if there is a general one. */
export function hintFor(code: string): string | undefined {
  return HINTS[code];
}

/**
 * What the gRPC surface calls itself. The published package compares the version after the slash
 * with its own, so this is the level of the protocol and not ours, which is `x-soma-version`.
 *
 * @module
 */

/** Name and level. */
export const SERVER_NAME = "soma-node/0.1.19";

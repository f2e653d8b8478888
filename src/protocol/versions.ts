/**
 * The protocol versions this program can run, each with its parameters. A network moves to the next
 * one at an epoch change, when enough voting power says that it supports exactly these numbers.
 *
 * @module
 */
import type { ProtocolParameters } from "../types/protocol-parameters.ts";
import { type ParameterOverrides, PARAMETERS_V1 } from "./parameters.ts";

const PARAMETERS: ReadonlyMap<bigint, ProtocolParameters> = new Map([[1n, PARAMETERS_V1]]);

/** The newest version that this program can run. */
export const PROTOCOL_VERSION_MAX: bigint = 1n;

/** The parameters of a version with what a genesis overrides; `undefined` for an unknown one. */
export function parametersOf(
  version: bigint,
  overrides: ParameterOverrides = {},
): ProtocolParameters | undefined {
  const parameters = PARAMETERS.get(version);
  return parameters === undefined ? undefined : { ...parameters, ...overrides };
}

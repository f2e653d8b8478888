/**
 * Amounts and shares as reports show them.
 *
 * @module
 */
import { formatSoma } from "../types/text.ts";

const BPS_PER_PERCENT = 100;

/** A whole number with commas between thousands. */
export function grouped(value: bigint): string {
  return value.toString().replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** An exact amount: `1.5 SOMA`. */
export function somaText(shannons: bigint): string {
  return `${formatSoma(shannons)} SOMA`;
}

/** A fee in both units: `0.0000016 SOMA (1,600 shannons)`. */
export function feeText(shannons: bigint): string {
  return `${somaText(shannons)} (${grouped(shannons)} shannons)`;
}

/** A difference with its sign: `+1.5 SOMA`. */
export function changeText(shannons: bigint): string {
  return shannons > 0n ? `+${somaText(shannons)}` : somaText(shannons);
}

/** A rate in percent: `5.00 %`. */
export function rateText(bps: bigint | number): string {
  return `${(Number(bps) / BPS_PER_PERCENT).toFixed(2)} %`;
}

/** The bytes of so many mebibytes. */
export function mebibytes(count: number | undefined): number | undefined {
  return count === undefined ? undefined : count * 1024 * 1024;
}

/** A size in bytes: `1,024 bytes`. */
export function bytesText(size: bigint | number): string {
  return `${grouped(BigInt(size))} ${BigInt(size) === 1n ? "byte" : "bytes"}`;
}

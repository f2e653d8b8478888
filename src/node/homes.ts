/**
 * The home validators of a gas coin: two per epoch, drawn by voting power. Clients and validators
 * send a transaction to the home of its first gas coin, so that two transactions on one coin meet
 * at one door and the second is refused there.
 *
 * @module
 */
import { concatBytes, fromHex, readU64le, u64le, utf8 } from "../base/bytes.ts";
import { blake2b256 } from "../crypto/digest.ts";
import { ADMISSION_LIMITS } from "../protocol/limits.ts";
import type { ObjectId } from "../types/address.ts";
import type { Committee } from "../types/committee.ts";

const DOMAIN = utf8("soma.home.v1");

/** Authorities that propose transactions paid by `coin`, the first one first. */
export function homesOf(committee: Committee, coin: ObjectId): readonly number[] {
  const seed = blake2b256(concatBytes(DOMAIN, u64le(committee.epoch), fromHex(coin)));
  const left = committee.members.map((_, authority) => authority);
  const homes: number[] = [];
  const wanted = Math.min(ADMISSION_LIMITS.homeValidators, left.length);
  for (let draw = 0; draw < wanted; draw++) {
    const index = drawByPower(committee, left, readU64le(seed.subarray(8 * draw)));
    homes.push(...left.splice(index, 1));
  }
  return homes;
}

function drawByPower(committee: Committee, left: readonly number[], random: bigint): number {
  const powers = left.map((authority) => BigInt(committee.members[authority]!.voting_power));
  const total = powers.reduce((sum, power) => sum + power, 0n);
  let point = random % (total === 0n ? 1n : total);
  for (const [index, power] of powers.entries()) {
    if (point < power) return index;
    point -= power;
  }
  return powers.length - 1;
}

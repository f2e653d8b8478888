/**
 * Bytes that are no message: cut, altered, lengthened, made up, with lengths that promise more than
 * there can be.
 *
 * @module
 */
import { concatBytes } from "../../base/bytes.ts";
import type { Prng } from "../../base/prng.ts";
import { encode } from "../../bcs/schema.ts";
import { peerMessage } from "../../types/message.ts";
import type { Fault } from "../stage.ts";

/** 2^32 − 1, the longest length there is. */
const LONGEST = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f);

/** Messages are damaged. */
export const MALFORMED: Fault = {
  corrupt: ({ prng }) => {
    const chance = prng.pick([0.01, 0.05, 0.3]);
    return (message) => {
      if (!prng.chance(chance)) return [message];
      const junk = damage(encode(peerMessage, message), prng);
      return prng.chance(1 / 2) ? [junk] : [message, junk];
    };
  },
};

function damage(bytes: Uint8Array, prng: Prng): Uint8Array {
  const place = prng.below(bytes.length);
  switch (prng.below(6)) {
    case 0:
      return bytes.subarray(0, place);
    case 1: {
      const altered = bytes.slice();
      altered[place] = altered[place]! ^ (1 << prng.below(8));
      return altered;
    }
    case 2:
      return concatBytes(bytes, prng.bytes(1 + prng.below(40)));
    case 3:
      return prng.bytes(prng.below(300));
    case 4:
      return concatBytes(bytes.subarray(0, 1), LONGEST, bytes.subarray(1));
    default:
      return concatBytes(bytes.subarray(0, place), prng.bytes(4), bytes.subarray(place));
  }
}

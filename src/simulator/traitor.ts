/**
 * Traitors: validators that run the real node and change what it says on the way out. Each lie is a
 * `Tamper` of its own; they are put one after another.
 *
 * @module
 */
import type { PeerMessage } from "../types/message.ts";
import { Frame } from "./frame.ts";

/** What a traitor sends to a node instead of a message. */
export type Tamper = (message: PeerMessage, to: number) => readonly Frame[];

/** One lie: messages, or bytes that are none, in place of a message. */
export type Lie = (message: PeerMessage, to: number) => readonly (PeerMessage | Uint8Array)[];

/** All of `lies`, one after another. */
export function tamperWith(lies: readonly Lie[]): Tamper {
  return (message, to) => {
    let sent: readonly (PeerMessage | Uint8Array)[] = [message];
    for (const lie of lies) {
      sent = sent.flatMap((one) => (one instanceof Uint8Array ? [one] : lie(one, to)));
    }
    return sent.map((one) => (one instanceof Uint8Array ? new Frame(one) : Frame.of(one)));
  };
}

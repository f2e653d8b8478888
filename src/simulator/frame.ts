/**
 * A message on its way. All receivers share what does not depend on them: the decoded message, and
 * for a block, what a node of its epoch has to do with it and whether its signatures hold. That is
 * the cache, by the bytes, which makes a simulated signature as good as free.
 *
 * @module
 */
import type { Result } from "../base/result.ts";
import { decode, type DecodeFault, encode } from "../bcs/schema.ts";
import type { NodeInput, PeerId, SignatureCheck } from "../node/io.ts";
import { prepare, type Prepared } from "../node/prepare.ts";
import type { Node } from "../node/state.ts";
import { decodeSignedBlock, type SignedBlock } from "../types/block.ts";
import { type PeerMessage, peerMessage } from "../types/message.ts";
import { simVerify } from "./crypto.ts";

/** What a driver does with a message after its signatures are verified. */
export type Verdict =
  | { readonly kind: "Take"; readonly input: NodeInput; readonly isSigned: boolean }
  | { readonly kind: "Ignore" }
  | { readonly kind: "Reject"; readonly reason: string };

/** Bytes that one node sends to others. */
export class Frame {
  readonly bytes: Uint8Array;
  private decoded: Result<PeerMessage, DecodeFault> | undefined;
  private signed: SignedBlock | undefined;
  private verdict: { readonly epoch: bigint; readonly verdict: Verdict } | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The frame of a message. */
  static of(message: PeerMessage): Frame {
    return new Frame(encode(peerMessage, message));
  }

  /** The message, or why the bytes are none. */
  get message(): Result<PeerMessage, DecodeFault> {
    this.decoded ??= decode(peerMessage, this.bytes);
    return this.decoded;
  }

  /** The block, if the message is one. */
  get block(): SignedBlock | undefined {
    const { message } = this;
    if (this.signed !== undefined || !message.ok || message.value.kind !== "Block") {
      return this.signed;
    }
    const block = decodeSignedBlock(message.value.block);
    this.signed = block.ok ? block.value : undefined;
    return this.signed;
  }

  /** What `node` does with this message of `peer`. */
  judge(node: Node, peer: PeerId): Verdict {
    const { message } = this;
    if (!message.ok) {
      const { path, reason } = message.error;
      return { kind: "Reject", reason: `message: ${path}: ${reason}` };
    }
    const epoch = node.epoch.setting.number;
    if (this.verdict?.epoch === epoch) return this.verdict.verdict;
    const verdict = verify(prepare(node, peer, message.value));
    if (message.value.kind === "Block" && dependsOnEpochAlone(verdict)) {
      this.verdict = { epoch, verdict };
    }
    return verdict;
  }
}

function dependsOnEpochAlone(verdict: Verdict): boolean {
  return verdict.kind === "Take" && verdict.input.kind === "Block";
}

function verify(prepared: Prepared): Verdict {
  if (prepared.kind !== "Take") return prepared;
  const { input, checks } = prepared;
  if (checks.every(holds)) return { kind: "Take", input, isSigned: checks.length > 0 };
  return { kind: "Reject", reason: "a signature is invalid" };
}

function holds(check: SignatureCheck): boolean {
  return simVerify(check);
}

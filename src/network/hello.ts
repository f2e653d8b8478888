/**
 * The first frame each side sends: which protocol, which chain, which epoch, and whose key. TLS has
 * proved the key already; naming it again guards against a certificate of another node.
 *
 * @module
 */
import { toHex, utf8 } from "../base/bytes.ts";
import { err, ok, type Result } from "../base/result.ts";
import { type Codec, decode, encode, fixedBytes, hex32, struct, u64 } from "../bcs/schema.ts";

/** What a node says of itself when a connection opens. */
export type Hello = {
  readonly chain_id: string;
  readonly epoch: bigint;
  readonly network_key: string;
};

/** The largest frame accepted from a peer that has not yet said hello, or a goodbye. */
export const HELLO_BYTES_MAX = 512;

const MAGIC = utf8("soma/p2p/1");

type Message = Hello & { readonly magic: Uint8Array };

const message: Codec<Message> = struct<Message>("Hello", {
  magic: fixedBytes(MAGIC.length),
  chain_id: hex32("ChainId"),
  epoch: u64,
  network_key: hex32("NetworkKey"),
});

/** The bytes of a hello. */
export function encodeHello(hello: Hello): Uint8Array {
  return encode(message, { magic: MAGIC, ...hello });
}

/** The hello of a peer on our chain with the key TLS proved, or why it is not one. */
export function checkHello(
  bytes: Uint8Array,
  expected: { chainId: string; networkKey: string },
): Result<Hello, string> {
  const decoded = decode(message, bytes);
  if (!decoded.ok) return err(`hello is malformed: ${decoded.error.path} ${decoded.error.reason}`);
  const { magic, ...hello } = decoded.value;
  if (toHex(magic) !== toHex(MAGIC)) return err("hello of another protocol or version");
  if (hello.chain_id !== expected.chainId) {
    return err(`chain id ${hello.chain_id.slice(0, 8)} is not ours`);
  }
  if (hello.network_key !== expected.networkKey) return err("hello names another network key");
  return ok(hello);
}

/**
 * Connections to a node that are made by hand, to say what a transport never would.
 *
 * @module
 */
import { issueCertificate } from "../../src/network/certificate.ts";
import { encodeFrame, FRAME_KIND } from "../../src/network/frame.ts";
import { encodeHello } from "../../src/network/hello.ts";
import { tlsOptions } from "../../src/network/tls.ts";
import { CHAIN_ID, DAY_MS, type TlsNode, type TlsWorld } from "./tls-world.ts";

/** The hello of a node with this key. */
export function hello(key: string): Uint8Array {
  return encodeHello({ chain_id: CHAIN_ID, epoch: 0n, network_key: key });
}

/** The same, in its frame. */
export function helloFrame(key: string): Uint8Array {
  return encodeFrame(FRAME_KIND.hello, hello(key));
}

/** TLS options of a caller. */
export type RawTls = {
  rejectUnauthorized: false;
  secureOptions?: number;
  cert?: string;
  key?: string;
};
/** A socket that does what it is told. */
export type RawSocket = {
  readonly closed: boolean;
  readonly write: (bytes: Uint8Array) => void;
  readonly pause: () => void;
};

/** A socket of our own making to a node, with TLS options or without TLS. */
export async function callRaw(node: TlsNode, tls: RawTls | undefined): Promise<RawSocket> {
  let closed = false;
  const ready = Promise.withResolvers<void>();
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port: node.port,
    ...(tls === undefined ? {} : { tls }),
    socket: {
      open: () => (tls === undefined ? ready.resolve() : undefined),
      handshake: () => ready.resolve(),
      data: () => undefined,
      error: () => undefined,
      close: () => {
        closed = true;
        ready.resolve();
      },
    },
  });
  await ready.promise;
  return {
    get closed() {
      return closed;
    },
    write: (bytes) => void socket.write(bytes),
    pause: () => socket.pause(),
  };
}

/** A raw TLS socket whose key `node` has listed as an observer, beside `others`. */
export async function callAsObserver(
  world: TlsWorld,
  node: TlsNode,
  others: readonly TlsNode[] = [],
): Promise<RawSocket & { key: string; tls: RawTls }> {
  const nowMs = Date.now();
  const { seed, key } = await world.node();
  const { cert, key: secret } = tlsOptions(
    issueCertificate(seed, { fromMs: nowMs - DAY_MS, toMs: nowMs + DAY_MS }),
  );
  const tls: RawTls = { rejectUnauthorized: false, cert, key: secret };
  const validators = others.map((other) => other.listed("validator"));
  const observer = { key, class: "observer" as const, address: undefined };
  node.transport.setPeers("validator", [...validators, observer]);
  const socket = await callRaw(node, tls);
  return {
    get closed() {
      return socket.closed;
    },
    write: socket.write,
    pause: socket.pause,
    key,
    tls,
  };
}

/**
 * Nodes that talk over loopback TLS on ports the system chooses, for tests of this room.
 *
 * @module
 */
import { present } from "../../src/base/assert.ts";
import { toHex } from "../../src/base/bytes.ts";
import { Prng } from "../../src/base/prng.ts";
import { ed25519PublicKey } from "../../src/crypto/ed25519.ts";
import { issueCertificate } from "../../src/network/certificate.ts";
import type { TransportLimits } from "../../src/network/limits.ts";
import { TlsTransport } from "../../src/network/tls-transport.ts";
import type { PeerClass } from "../../src/network/transport.ts";
import { type Node, recorder, type World } from "../conformance/transport.ts";

/** What a test may change of a node. */
export type NodeOptions = {
  readonly seed?: Uint8Array;
  readonly chainId?: string;
  readonly port?: number;
  readonly limits?: Partial<TransportLimits>;
  readonly validity?: { readonly fromMs: number; readonly toMs: number };
};

/** A node over TLS. */
export type TlsNode = Node & {
  readonly transport: TlsTransport;
  readonly seed: Uint8Array;
  readonly port: number;
};

/** A world of TLS nodes. */
export type TlsWorld = Omit<World, "node" | "restart"> & {
  readonly node: (options?: NodeOptions) => Promise<TlsNode>;
  readonly restart: (node: Node) => Promise<TlsNode>;
};

export const CHAIN_ID: string = "c0".repeat(32);
export const DAY_MS = 86_400_000;
/** Times short enough for a test that waits for them. */
const QUICK: Partial<TransportLimits> = {
  tickMs: 5,
  backoff: { firstMs: 5, maxMs: 40 },
  closeMs: 100,
  faultHoldMs: 20,
};

const HOST = "127.0.0.1";

/** Opens a world. */
export function openTlsWorld(): TlsWorld {
  const random = new Prng(1);
  const nodes = new Map<string, TlsNode>();
  const node = async (options: NodeOptions = {}): Promise<TlsNode> => {
    const opened = await openNode(options.seed ?? random.bytes(32), options, random);
    nodes.set(opened.key, opened);
    return opened;
  };
  return {
    node,
    restart: async (old) => {
      const { seed, port } = present(nodes.get(old.key), "a node of this world");
      await old.transport.stop();
      return node({ seed, port });
    },
    close: async () => {
      await Promise.all([...nodes.values()].map((one) => one.transport.stop()));
    },
  };
}

async function openNode(seed: Uint8Array, options: NodeOptions, random: Prng): Promise<TlsNode> {
  const nowMs = Date.now();
  const key = toHex(ed25519PublicKey(seed));
  const record = recorder();
  const validity = options.validity ?? { fromMs: nowMs - DAY_MS, toMs: nowMs + DAY_MS };
  const transport = new TlsTransport({
    listen: { host: HOST, port: options.port ?? 0 },
    key,
    certificate: issueCertificate(seed, validity),
    chainId: options.chainId ?? CHAIN_ID,
    epoch: () => 7n,
    events: record,
    random: () => random.unit(),
    limits: { ...QUICK, ...options.limits },
  });
  await transport.start();
  const port = transport.port;
  const listed = (peerClass: PeerClass) => ({
    key,
    class: peerClass,
    address: { host: HOST, port },
  });
  return { key, seed, port, transport, record, listed };
}

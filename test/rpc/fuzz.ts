/**
 * Requests that are nearly right: what a client sends, damaged a little, so that it gets past the
 * first check and fails in the middle. Whatever comes, the answer is one of the service's own, and
 * the operator hears of no trouble. Every random choice follows from a seed.
 *
 * @module
 */
import { SYSTEM_CLOCK } from "../../src/base/clock.ts";
import { Prng } from "../../src/base/prng.ts";
import { decode, encode } from "../../src/bcs/schema.ts";
import { explainError } from "../../src/rpc/grpc/errors.ts";
import { frameMessage } from "../../src/rpc/grpc/frame.ts";
import { nodeSurface } from "../../src/rpc/node-surface.ts";
import type { Surface as Served } from "../../src/rpc/port/port.ts";
import type { Method } from "../../src/wire/grpc/method.ts";
import { GRPC_CODE } from "../../src/wire/grpc/status.ts";
import {
  type AskSeed,
  askSeeds,
  type CallSeed,
  callSeeds,
  type DecodeSeed,
  decodeSeeds,
} from "./fuzz-seeds.ts";
import { BLOB_BYTES_MAX, Surface } from "./surface.ts";

/** What a damaged request ended in: a status of HTTP or of gRPC, or whether bytes were read. */
export type Outcome = { readonly door: string; readonly code: number };

const TEXTS = ["0x\0", "%00", "..", "1e999", "-1", "0".repeat(70), "null", "\u{10ffff}", "[]"];
const HEADERS = ["range", "if-none-match", "last-event-id", "content-type", "if-range", "host"];
const WEB_TYPES = ["application/json", "application/proto", "application/grpc-web+proto"];
/** What is added to statuses of gRPC-web, to tell them from those of HTTP. */
const GRPC_WEB = 1_000;
const JSON_BODIES = ['{"owner":"0x1"}', '{"readMask":"effects,,"}', '{"epoch":"9e9"}', "{}"];

/** A surface to damage requests for. */
export class Fuzz {
  readonly surface: Surface = new Surface();
  private readonly prng: Prng;
  private readonly served: Served;
  private readonly methods: ReadonlyMap<string, Method>;
  private readonly calls: readonly CallSeed[];
  private readonly asks: readonly AskSeed[];
  private readonly decodes: readonly DecodeSeed[];

  private constructor(seed: number, asks: (surface: Surface) => readonly AskSeed[]) {
    this.prng = new Prng(seed);
    this.served = nodeSurface({
      chain: "localnet",
      node: this.surface.chain,
      blobs: { store: this.surface.blobs, bytesMax: BLOB_BYTES_MAX },
      clock: SYSTEM_CLOCK,
      metrics: () => [],
      report: (error) => void this.surface.reported.push(error),
    });
    this.methods = new Map(this.served.methods.map((method) => [method.path, method]));
    this.calls = callSeeds(this.surface);
    this.asks = asks(this.surface);
    this.decodes = decodeSeeds(this.surface);
  }

  /** A fuzz whose choices follow from `seed`. */
  static async open(seed: number): Promise<Fuzz> {
    const surface = new Surface();
    const { document } = await surface.described();
    surface.close();
    return new Fuzz(seed, (own) => askSeeds(own, document));
  }

  /** Methods of one answer that no seed is for. */
  get unseeded(): readonly string[] {
    const seeded = new Set(this.calls.map(({ path }) => path));
    return [...this.methods.values()]
      .filter(({ kind, path }) => kind === "Unary" && !seeded.has(path))
      .map(({ path }) => path);
  }

  /** One damaged request, through whichever door. */
  async next(): Promise<Outcome> {
    // A chain that goes on for ever would keep all that it was offered.
    this.surface.chain.offered.length = 0;
    switch (this.prng.below(4)) {
      case 0:
        return { door: "grpc", code: await this.call() };
      case 1:
        return { door: "http", code: await this.ask() };
      case 2:
        return { door: "web", code: await this.web() };
      default:
        return { door: "decode", code: this.decode() };
    }
  }

  private async call(): Promise<number> {
    const { path, bytes } = this.prng.pick(this.calls);
    const method = this.methods.get(path);
    if (method?.kind !== "Unary") throw new Error(`${path} is no method of one answer`);
    const report = (error: unknown): void => void this.surface.reported.push(error);
    try {
      await method.serve(this.damage(bytes), { signal: new AbortController().signal });
      return GRPC_CODE.ok;
    } catch (error) {
      return explainError(error, report).code;
    }
  }

  private async ask(): Promise<number> {
    const { prng } = this;
    const { method, path, body } = prng.pick(this.asks);
    const target = prng.chance(0.7) ? this.damageText(path) : path;
    const text = body && (prng.chance(0.7) ? this.damageText(body()) : body());
    const headers: Record<string, string> = text === undefined ? {} : { "content-type": JSON_TYPE };
    if (prng.chance(0.2)) headers[prng.pick(HEADERS)] = this.damageText("bytes=0-1, 7");
    const init = { method: this.verb(method), headers, ...(text && { body: text }) };
    return this.send(`http://a.example/${target}`, init);
  }

  private async web(): Promise<number> {
    const { prng } = this;
    const { path, bytes } = prng.pick(this.calls);
    const type = prng.pick(WEB_TYPES);
    const binary = type.includes("grpc") ? frameMessage(bytes) : bytes;
    const body = type === JSON_TYPE ? this.damageText(prng.pick(JSON_BODIES)) : this.damage(binary);
    const headers = { "content-type": prng.chance(0.1) ? this.damageText(type) : type };
    return this.send(`http://a.example${path}`, { method: "POST", headers, body });
  }

  /** What is read is canonical: written again it is the same bytes. */
  private decode(): number {
    const { codec, bytes } = this.prng.pick(this.decodes);
    const damaged = this.damage(bytes);
    const decoded = decode(codec, damaged);
    if (!decoded.ok) return 0;
    const again = encode(codec, decoded.value);
    if (Buffer.compare(again, damaged) !== 0) throw new Error(`${codec.name} reads two forms`);
    return 1;
  }

  private verb(method: string): string {
    const { prng } = this;
    if (prng.chance(0.9)) return method;
    return prng.pick(method === "GET" ? ["HEAD", "OPTIONS"] : ["PATCH", "OPTIONS", "DELETE"]);
  }

  private async send(url: string, init: RequestInit): Promise<number> {
    const request = requestOf(url, init);
    if (request === undefined) return 400;
    const connection = { ip: undefined, allowSilence: () => undefined };
    const response = await this.served.http(request, connection);
    if (!response.headers.get("content-type")?.startsWith("application/grpc-web")) {
      await response.body?.cancel();
      return response.status;
    }
    // The status of the call is in the trailers, at the end of the body.
    const [, status] = /grpc-status: ?(\d+)/.exec(await response.text()) ?? [];
    return Number(status ?? response.headers.get("grpc-status")) + GRPC_WEB;
  }

  private damage(bytes: Uint8Array): Uint8Array {
    const { prng } = this;
    const damaged = [...bytes];
    for (let times = prng.below(5); times > 0; times--) {
      const at = prng.below(damaged.length + 1);
      const kind = prng.below(4);
      if (kind === 0) damaged.splice(at, 1 + prng.below(8));
      else if (kind === 1) damaged.splice(at, 0, ...prng.bytes(1 + prng.below(8)));
      else if (at < damaged.length) damaged[at] = kind === 2 ? prng.below(256) : damaged[at]! ^ 1;
    }
    return new Uint8Array(damaged);
  }

  private damageText(text: string): string {
    const { prng } = this;
    const at = prng.below(text.length + 1);
    switch (prng.below(4)) {
      case 0:
        return text.slice(0, at) + text.slice(at + 1 + prng.below(4));
      case 1:
        return text.slice(0, at) + prng.pick(TEXTS) + text.slice(at);
      case 2:
        return text.slice(0, at) + String.fromCodePoint(prng.below(0xd7ff)) + text.slice(at + 1);
      default:
        return text + text.slice(at);
    }
  }
}

const JSON_TYPE = "application/json";

function requestOf(url: string, init: RequestInit): Request | undefined {
  try {
    return new Request(url, init);
  } catch (error) {
    // A client cannot even send it.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/**
 * One gRPC call on one HTTP/2 stream: its message is read up to a limit and within a time, served,
 * and answered with messages and trailers. A client that goes away is noticed quietly.
 *
 * @module
 */
import type { ServerHttp2Stream } from "node:http2";

import type { CallContext, Method } from "../../wire/grpc/method.ts";
import { GRPC_CODE, GrpcError } from "../../wire/grpc/status.ts";
import { type FrameFault, frameMessage, FrameReader } from "./frame.ts";
import { errorTrailers, GRPC_TYPE, type HeaderFields, OK_TRAILERS } from "./headers.ts";
import type { RequestBudget } from "./request-budget.ts";

/** What a call is served with. */
export type CallParts = {
  readonly method: Method;
  readonly ip: string | undefined;
  /** Headers of the answer. */
  readonly headers: Readonly<HeaderFields>;
  readonly budget: RequestBudget;
  /** What the client gives the call, at most what we give it. */
  readonly timeoutMs: number | undefined;
  /** How an error that was thrown is told. */
  readonly explain: (error: unknown) => GrpcError;
};

/** A message of a client is at most so large. */
export const MESSAGE_BYTES_MAX: number = 4 * 1024 * 1024;
/** A client sends its message within this time. */
const REQUEST_MS = 30_000;

const FAULTS: Readonly<Record<FrameFault, readonly [code: GrpcError["code"], message: string]>> = {
  Compressed: [GRPC_CODE.unimplemented, "compressed messages are not taken; send identity"],
  TooLarge: [GRPC_CODE.resourceExhausted, `a message has at most ${MESSAGE_BYTES_MAX} bytes`],
  Truncated: [GRPC_CODE.invalidArgument, "the body ends inside a message"],
  Many: [GRPC_CODE.unimplemented, "this method takes one message"],
  None: [GRPC_CODE.unimplemented, "this method takes one message; the body has none"],
};

/** Serves a call. */
export function serveCall(stream: ServerHttp2Stream, parts: CallParts): void {
  new Call(stream, parts).start();
}

/** Ends a stream that has no call with an error. */
export function refuse(
  stream: ServerHttp2Stream,
  headers: Readonly<HeaderFields>,
  error: GrpcError,
): void {
  if (stream.closed || stream.destroyed) return;
  // A client that still sends is told; what it sends is thrown away.
  stream.resume();
  stream.respond(
    { ":status": 200, "content-type": GRPC_TYPE, ...headers, ...errorTrailers(error) },
    { endStream: true },
  );
}

class Call {
  private readonly stream: ServerHttp2Stream;
  private readonly parts: CallParts;
  private readonly reader = new FrameReader(MESSAGE_BYTES_MAX);
  private readonly controller = new AbortController();
  private readonly messages: Uint8Array[] = [];
  private trailers: Readonly<HeaderFields> = OK_TRAILERS;
  private charged = 0;
  private isOver = false;
  private receiving: Timer | undefined;
  private deadline: Timer | undefined;
  /** Messages of a conversation are answered one after the other. */
  private talk: Promise<void> = Promise.resolve();

  constructor(stream: ServerHttp2Stream, parts: CallParts) {
    this.stream = stream;
    this.parts = parts;
  }

  start(): void {
    const { stream, parts } = this;
    stream.on("error", () => this.close());
    stream.on("close", () => this.close());
    stream.on("data", (piece: Uint8Array) => this.receive(piece));
    stream.on("end", () => this.received());
    this.receiving = setTimeout(() => {
      this.fail(new GrpcError(GRPC_CODE.deadlineExceeded, "the request did not arrive in time"));
    }, REQUEST_MS);
    if (parts.timeoutMs === undefined) return;
    this.deadline = setTimeout(() => {
      this.fail(new GrpcError(GRPC_CODE.deadlineExceeded, "the call's deadline has passed"));
    }, parts.timeoutMs);
  }

  private receive(piece: Uint8Array): void {
    if (this.isOver) return;
    if (!this.parts.budget.take(piece.length)) {
      const message = "too many requests are on their way; ask again";
      return this.fail(new GrpcError(GRPC_CODE.resourceExhausted, message));
    }
    this.charged += piece.length;
    const cut = this.reader.push(piece);
    if (!cut.ok) return this.fault(cut.error);
    for (const message of cut.value) this.accept(message);
  }

  private accept(message: Uint8Array): void {
    if (this.parts.method.kind !== "Conversation") {
      this.messages.push(message);
      if (this.messages.length > 1) this.fault("Many");
      return;
    }
    this.begin();
    clearTimeout(this.receiving);
    this.discharge();
    this.talk = this.talkOn(this.talk, message);
  }

  private async talkOn(before: Promise<void>, message: Uint8Array): Promise<void> {
    await before;
    await this.attempt(async (context) => {
      const { method } = this.parts;
      if (method.kind === "Conversation") await this.send(await method.serve(message, context));
    });
  }

  private received(): void {
    clearTimeout(this.receiving);
    if (this.isOver) return;
    if (this.reader.pendingBytes > 0) return this.fault("Truncated");
    const { method } = this.parts;
    if (method.kind === "Conversation") {
      this.begin();
      void this.talk.then(() => this.finish());
      return;
    }
    const [message] = this.messages;
    if (message === undefined) return this.fault("None");
    this.discharge();
    if (method.kind === "Unary") this.serveUnary(method, message);
    else void this.serveStream(method, message);
  }

  private serveUnary(method: Extract<Method, { kind: "Unary" }>, message: Uint8Array): void {
    try {
      const answer = method.serve(message, this.context);
      if (answer instanceof Promise) {
        answer.then(
          (late) => this.answer(late),
          (error: unknown) => this.fail(this.parts.explain(error)),
        );
      } else this.answer(answer);
    } catch (error) {
      this.fail(this.parts.explain(error));
    }
  }

  // Headers go out at once: a client of a subscription waits for them before it acts.
  private async serveStream(
    method: Extract<Method, { kind: "ServerStream" }>,
    message: Uint8Array,
  ): Promise<void> {
    await this.attempt(async (context) => {
      const stream = method.serve(message, context);
      this.begin();
      for await (const answer of stream) {
        if (this.isOver) return;
        await this.send(answer);
      }
      this.finish();
    });
  }

  private async attempt(work: (context: CallContext) => Promise<void>): Promise<void> {
    try {
      if (!this.isOver) await work(this.context);
    } catch (error) {
      if (!this.isOver) this.fail(this.parts.explain(error));
    }
  }

  private get context(): CallContext {
    const trail = (name: string, value: string): void => {
      this.trailers = { ...this.trailers, [name]: value };
    };
    return { signal: this.controller.signal, ip: this.parts.ip, trail };
  }

  private answer(message: Uint8Array): void {
    if (this.isOver) return;
    this.begin();
    this.finish(frameMessage(message));
  }

  private begin(): void {
    const { stream } = this;
    if (stream.headersSent || this.isOver) return;
    stream.once("wantTrailers", () => stream.sendTrailers({ ...this.trailers }));
    stream.respond(
      { ":status": 200, "content-type": GRPC_TYPE, ...this.parts.headers },
      { waitForTrailers: true },
    );
  }

  /** Resolves when the client has room for more. */
  private async send(message: Uint8Array): Promise<void> {
    if (this.isOver || this.stream.write(frameMessage(message))) return;
    await new Promise<void>((resolve) => {
      this.stream.once("drain", resolve);
      this.controller.signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  private finish(last?: Uint8Array): void {
    if (this.isOver) return;
    this.settle();
    if (last === undefined) this.stream.end();
    else this.stream.end(last);
  }

  private fault(fault: FrameFault): void {
    this.fail(new GrpcError(...FAULTS[fault]));
  }

  private fail(error: GrpcError): void {
    if (this.isOver) return;
    const isBegun = this.stream.headersSent;
    this.settle();
    this.controller.abort(error);
    if (!isBegun) return refuse(this.stream, this.parts.headers, error);
    this.trailers = errorTrailers(error);
    this.stream.end();
  }

  private close(): void {
    const isEarly = !this.isOver;
    this.settle();
    if (isEarly) this.controller.abort(new GrpcError(GRPC_CODE.cancelled, "the client is gone"));
  }

  private settle(): void {
    this.isOver = true;
    clearTimeout(this.receiving);
    clearTimeout(this.deadline);
    this.discharge();
  }

  private discharge(): void {
    this.parts.budget.give(this.charged);
    this.charged = 0;
  }
}

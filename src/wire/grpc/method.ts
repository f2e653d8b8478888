/**
 * Methods as bytes: what a gRPC server needs to know of a call is where it goes and what becomes of
 * its message. Protobuf and BCS services both end up here.
 *
 * @module
 */
import {
  create,
  type DescMessage,
  type DescMethod,
  type DescService,
  fromBinary,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";

import { type Codec, decode, encode } from "../../bcs/schema.ts";
import { GRPC_CODE, GrpcError, invalidField } from "./status.ts";

/** What is known of a call beside its message. */
export type CallContext = {
  /** Aborts when the client goes away or its deadline passes. */
  readonly signal: AbortSignal;
  /** The client's IP address. */
  readonly ip?: string | undefined;
  /** Adds a field in ASCII to what follows the answer, for clients that look for it. */
  readonly trail?: (name: string, value: string) => void;
};

/** A method of a service. */
export type Method =
  | {
      readonly kind: "Unary";
      readonly path: string;
      readonly serve: (request: Uint8Array, context: CallContext) => Answer<Uint8Array>;
    }
  | {
      /** The client sends one message and gets many. */
      readonly kind: "ServerStream";
      readonly path: string;
      readonly serve: (request: Uint8Array, context: CallContext) => AsyncIterable<Uint8Array>;
    }
  | {
      /** Each message of the client is answered by one. */
      readonly kind: "Conversation";
      readonly path: string;
      readonly serve: (request: Uint8Array, context: CallContext) => Answer<Uint8Array>;
    };

/** Now or later. */
export type Answer<T> = T | Promise<T>;

type MethodsOf<S extends DescService> = S["method"];

/** What a service does, method by method. */
export type Implementation<S extends DescService> = {
  readonly [K in keyof MethodsOf<S>]: Handler<MethodsOf<S>[K]>;
};

type Handler<M extends DescMethod> = (
  request: MessageShape<M["input"]>,
  context: CallContext,
) => M["methodKind"] extends "server_streaming"
  ? AsyncIterable<MessageShape<M["output"]>>
  : Answer<MessageShape<M["output"]>>;

type AnyHandler = (request: unknown, context: CallContext) => unknown;

/** The methods of a protobuf service. */
export function protobufMethods<S extends DescService>(
  service: S,
  implementation: Implementation<S>,
): readonly Method[] {
  // `Implementation` ties each handler to its method.
  const handlers = implementation as Readonly<Record<string, AnyHandler>>;
  return service.methods.map((method) => protobufMethod(method, handlers[method.localName]!));
}

function protobufMethod(method: DescMethod, handler: AnyHandler): Method {
  const { input, output, methodKind } = method;
  const path = `/${method.parent.typeName}/${method.name}`;
  const write = (message: unknown): Uint8Array =>
    toBinary(output, message as MessageShape<typeof output>);
  const call = (bytes: Uint8Array, context: CallContext): unknown =>
    handler(fromProtobuf(input, bytes), context);
  if (methodKind === "server_streaming") {
    const serve = (bytes: Uint8Array, context: CallContext): AsyncIterable<Uint8Array> =>
      mapStream(call(bytes, context) as AsyncIterable<unknown>, write);
    return { kind: "ServerStream", path, serve };
  }
  const serve = (bytes: Uint8Array, context: CallContext): Answer<Uint8Array> => {
    const answer = call(bytes, context);
    return answer instanceof Promise ? answer.then(write) : write(answer);
  };
  return { kind: methodKind === "unary" ? "Unary" : "Conversation", path, serve };
}

/** A method whose messages are BCS. */
export function bcsMethod<I, O>(
  path: string,
  codecs: { readonly request: Codec<I>; readonly response: Codec<O> },
  serve: (request: I, context: CallContext) => Promise<O>,
): Method {
  return {
    kind: "Unary",
    path,
    serve: async (bytes, context) => {
      const decoded = decode(codecs.request, bytes);
      if (!decoded.ok) {
        const { path: field, reason } = decoded.error;
        throw invalidField(field === "" ? "request" : field, reason);
      }
      return encode(codecs.response, await serve(decoded.value, context));
    },
  };
}

/** The message in `bytes`; an error of the call when there is none. */
export function fromProtobuf<D extends DescMessage>(schema: D, bytes: Uint8Array): MessageShape<D> {
  if (bytes.length === 0) return create(schema);
  try {
    return fromBinary(schema, bytes, { readUnknownFields: false });
  } catch (error) {
    // The library throws plain errors for bytes that are no message, and nothing else.
    const reason = error instanceof Error ? error.message : String(error);
    const message = `the request is no ${schema.typeName}: ${reason}`;
    throw new GrpcError(GRPC_CODE.invalidArgument, message);
  }
}

async function* mapStream(
  stream: AsyncIterable<unknown>,
  write: (message: unknown) => Uint8Array,
): AsyncIterable<Uint8Array> {
  for await (const message of stream) yield write(message);
}

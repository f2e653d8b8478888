/**
 * The same methods for browsers, over HTTP/1.1: gRPC-web and Connect, in binary and JSON, by the
 * library that knows them. Speed is for native clients, so messages are simply encoded again.
 *
 * @module
 */
import {
  type DescMessage,
  type DescMethod,
  type DescService,
  fromBinary,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import {
  Code,
  ConnectError,
  createConnectRouter,
  createContextKey,
  createContextValues,
  type HandlerContext,
  type MethodImpl,
} from "@connectrpc/connect";
import {
  type UniversalHandler,
  universalServerResponseToFetch,
} from "@connectrpc/connect/protocol";

import {
  BadRequestSchema,
  RetryInfoSchema,
} from "../../wire/generated/google/rpc/error_details_pb.js";
import type { CallContext, Method } from "../../wire/grpc/method.ts";
import { GRPC_CODE, GrpcError } from "../../wire/grpc/status.ts";
import { BODY_SLOW } from "../../wire/timed-body.ts";
import { type BareProblem, bareProblem } from "../port/bare-problem.ts";
import type { HttpHandler, RequestConnection } from "../port/port.ts";
import { MESSAGE_BYTES_MAX } from "./call.ts";
import { explainError } from "./errors.ts";
import type { HeaderFields } from "./headers.ts";
import { emptyBody, findMalformed, readWebBody } from "./web-body.ts";

/** What browsers are served. */
export type WebOptions = {
  readonly services: readonly DescService[];
  readonly methods: readonly Method[];
  /** Headers of every answer. */
  readonly headers: () => Readonly<HeaderFields>;
  readonly report: (error: unknown) => void;
};

type Output = MessageShape<DescMessage>;

const CLIENT_IP = createContextKey<string | undefined>(undefined, { description: "client's IP" });
const MALFORMED = createContextKey<string | undefined>(undefined, { description: "no message" });

/** Answers calls of browsers; everything else is for `next`. */
export function withWebCalls(options: WebOptions, next: HttpHandler): HttpHandler {
  const handlers = new Map(
    routerOf(options).map((handler) => [handler.requestPath, handler] as const),
  );
  return (request, connection) => {
    // A page of elsewhere asks first, and is told what every route tells.
    const path = request.method === "POST" ? URL.parse(request.url)?.pathname : undefined;
    const handler = path === undefined ? undefined : handlers.get(path);
    if (handler === undefined) return next(request, connection);
    return answer(handler, { request, connection, headers: options.headers });
  };
}

const NO_BODY: BareProblem = {
  status: 408,
  code: BODY_SLOW,
  detail: "the body did not arrive in time",
};

type WebCall = {
  readonly request: Request;
  readonly connection: RequestConnection;
  readonly headers: WebOptions["headers"];
};

async function answer(
  handler: UniversalHandler,
  { request, connection, headers }: WebCall,
): Promise<Response> {
  const bytes = await readWebBody(request);
  if (bytes === undefined) return bareProblem(NO_BODY);
  const malformed = findMalformed(request, bytes, handler.method.input);
  const body = malformed === undefined ? bytes : emptyBody(request);
  const response = universalServerResponseToFetch(
    await handler({
      httpVersion: "1.1",
      method: request.method,
      url: request.url,
      header: request.headers,
      body: once(body),
      signal: request.signal,
      contextValues: createContextValues().set(CLIENT_IP, connection.ip).set(MALFORMED, malformed),
    }),
  );
  connection.allowSilence(0);
  return open(response, headers());
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

function routerOf(options: WebOptions): readonly UniversalHandler[] {
  const router = createConnectRouter({ grpc: false, readMaxBytes: MESSAGE_BYTES_MAX });
  const table = new Map(options.methods.map((method) => [method.path, method]));
  for (const method of options.services.flatMap(({ methods }) => methods)) {
    const served = table.get(`/${method.parent.typeName}/${method.name}`);
    if (served === undefined || served.kind === "Conversation") continue;
    // The shape is that of the method: one answer, or many.
    router.rpc(method, implement(method, served, options.report) as MethodImpl<typeof method>);
  }
  return router.handlers;
}

function implement(method: DescMethod, served: Method, report: WebOptions["report"]) {
  const { input, output } = method;
  const contextOf = ({ signal, values }: HandlerContext): CallContext => {
    const malformed = values.get(MALFORMED);
    if (malformed !== undefined) throw new GrpcError(GRPC_CODE.invalidArgument, malformed);
    return { signal, ip: values.get(CLIENT_IP) };
  };
  const read = (bytes: Uint8Array): Output => fromBinary(output, bytes);
  if (served.kind === "ServerStream") {
    return async function* (request: Output, context: HandlerContext) {
      try {
        const stream = served.serve(toBinary(input, request), contextOf(context));
        for await (const bytes of stream) yield read(bytes);
      } catch (error) {
        throw connectError(explainError(error, report));
      }
    };
  }
  return async (request: Output, context: HandlerContext) => {
    try {
      return read(await served.serve(toBinary(input, request), contextOf(context)));
    } catch (error) {
      throw connectError(explainError(error, report));
    }
  };
}

function connectError({ code, message, details }: GrpcError): ConnectError {
  const known = details.flatMap((detail) =>
    [BadRequestSchema, RetryInfoSchema].flatMap((desc) => {
      const value = anyUnpack<DescMessage>(detail, desc);
      return value === undefined ? [] : [{ desc, value }];
    }),
  );
  const name = Code[code] as keyof typeof Code;
  return new ConnectError(message, Code[name], undefined, known);
}

// Pages of any origin may read the network's public state.
function open(response: Response, headers: Readonly<HeaderFields>): Response {
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, String(value));
  response.headers.set("access-control-allow-origin", "*");
  response.headers.set("access-control-expose-headers", "*");
  return response;
}

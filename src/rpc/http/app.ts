/**
 * The node's HTTP surface: readable resources in JSON, one file a resource. Every answer says which
 * chain it is of and how far that is; every error is a problem (RFC 9457).
 *
 * @module
 */
import { type Context, Hono } from "hono";

import { formatDigest } from "../../types/text.ts";
import { fullVersion } from "../../version.ts";
import { addressRoutes } from "./addresses.ts";
import { blobRoutes } from "./blobs.ts";
import { checkpointRoutes } from "./checkpoints.ts";
import { epochRoutes } from "./epochs.ts";
import { eventRoutes } from "./events.ts";
import { fileRoutes } from "./files.ts";
import { infoRoutes } from "./info.ts";
import { metricsRoutes } from "./metrics.ts";
import { modelRoutes } from "./models.ts";
import { networkRoutes } from "./network.ts";
import { objectRoutes } from "./objects.ts";
import { referenceRoutes } from "./openapi/routes.ts";
import type { CommonHeaders, HttpEnv, HttpPorts } from "./ports.ts";
import { problemResponse, RpcError, toRpcError } from "./problem.ts";
import { commonForms, send } from "./respond.ts";
import type { Operation, Route } from "./route.ts";
import { targetRoutes } from "./targets.ts";
import { transactionRoutes } from "./transactions.ts";

const METHODS = "GET, HEAD, POST, PUT, OPTIONS";
/** A parameter of a path; Hono begins it with a colon. */
const BRACES = /\{(\w+)\}/g;
const PREFLIGHT_SECONDS = "86400";

/** The HTTP surface over `ports`. */
export function createApp(ports: HttpPorts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  const common = commonHeaders(ports);
  const routes = allRoutes(ports);
  const methodsAt = methodFinder(routes);
  // No middleware: a route that is alone is answered without a promise.
  for (const { operation, handle } of routes) {
    const others = othersAt(operation, routes);
    app.on(operation.method, operation.path.replaceAll(BRACES, ":$1"), (context) => {
      context.set("common", common());
      if (others?.has(context.req.path)) throw nothingThere(context.req.path, methodsAt);
      return handle(context);
    });
  }
  app.options("*", (context) => {
    context.set("common", common());
    return preflight(context);
  });
  app.notFound((context) => {
    context.set("common", common());
    return problemResponse(context, nothingThere(context.req.path, methodsAt));
  });
  app.onError((error, context) => {
    context.set("common", common());
    return problemResponse(context, toRpcError(error, ports.report));
  });
  return app;
}

/** Every route of the surface. */
function allRoutes(ports: HttpPorts): readonly Route[] {
  const { reader, blobs } = ports;
  const routes: readonly Route[] = [
    ...infoRoutes(ports),
    ...metricsRoutes(ports),
    ...networkRoutes(reader),
    ...checkpointRoutes(reader),
    ...epochRoutes(reader),
    ...eventRoutes(ports),
    ...objectRoutes(ports),
    ...addressRoutes(reader),
    ...transactionRoutes(ports),
    ...targetRoutes(reader),
    ...modelRoutes(reader),
    ...blobRoutes(blobs),
    ...fileRoutes(ports),
    ...referenceRoutes(() => routes.map(({ operation }) => operation)),
  ];
  return routes;
}

/** Headers of every answer; pages of any origin may read the network's public state. */
function commonHeaders({ reader }: HttpPorts): () => CommonHeaders {
  const fixed = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "*",
    "x-soma-version": fullVersion(),
    "x-soma-chain-id": formatDigest(reader.chainId),
  };
  let sequence: bigint | undefined;
  let headers = commonForms(fixed);
  return () => {
    const { epoch, sequence_number } = reader.latest().summary;
    if (sequence_number === sequence) return headers;
    sequence = sequence_number;
    return (headers = commonForms({
      ...fixed,
      "x-soma-epoch": `${epoch}`,
      "x-soma-checkpoint-height": `${sequence_number}`,
    }));
  };
}

function preflight(context: Context<HttpEnv>): Response {
  const asked = context.req.header("access-control-request-headers") ?? "*";
  const headers = {
    "access-control-allow-methods": METHODS,
    "access-control-allow-headers": asked,
    "access-control-max-age": PREFLIGHT_SECONDS,
  };
  return send(context, null, { status: 204, headers });
}

type MethodFinder = (path: string) => readonly string[];

/**
 * The paths that fit the one of `operation`, but are written out and have other methods: none is a
 * value of its parameter.
 */
function othersAt({ path }: Operation, routes: readonly Route[]): Set<string> | undefined {
  const others = routes.map(({ operation }) => operation.path).filter((one) => one !== path);
  const fitting = others.filter((one) => !one.includes("{") && formOf(path).test(one));
  return fitting.length === 0 ? undefined : new Set(fitting);
}

function formOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(BRACES, "[^/]+")}$`);
}

/** Which methods a path has; asked only when it does not have the one that was used. */
function methodFinder(routes: readonly Route[]): MethodFinder {
  const known = routes.map(({ operation: { method, path } }) => {
    return { method, path, form: formOf(path) };
  });
  return (asked) => {
    const written = known.filter(({ path }) => path === asked);
    const fitting = written.length > 0 ? written : known.filter(({ form }) => form.test(asked));
    const found = fitting.map(({ method }) => method);
    return [...new Set(found.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])))];
  };
}

function nothingThere(path: string, methodsAt: MethodFinder): RpcError {
  const methods = methodsAt(path);
  if (methods.length === 0) {
    return new RpcError(404, "route_not_found", `there is nothing at ${path}`);
  }
  const allow = [...methods, "OPTIONS"].join(", ");
  const detail = { headers: { allow } };
  return new RpcError(405, "method_not_allowed", `${path} takes ${allow}`, detail);
}

/**
 * The node's HTTP surface: readable resources in JSON, one file a resource. Every answer says which
 * chain it is of and how far that is; every error is a problem (RFC 9457).
 *
 * @module
 */
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";

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
import type { HttpEnv, HttpPorts } from "./ports.ts";
import { problemResponse, RpcError, toRpcError } from "./problem.ts";
import type { Route } from "./route.ts";
import { targetRoutes } from "./targets.ts";
import { transactionRoutes } from "./transactions.ts";

const METHODS = "GET, HEAD, POST, PUT, OPTIONS";
/** A parameter of a path; Hono begins it with a colon. */
const BRACES = /\{(\w+)\}/g;
const PREFLIGHT_SECONDS = "86400";

/** The HTTP surface over `ports`. */
export function createApp(ports: HttpPorts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.use(commonHeaders(ports));
  app.use(methodNotAllowed({ app, onMethodNotAllowed: refuseMethod }));
  app.notFound((context) => {
    const message = `there is nothing at ${context.req.path}`;
    return problemResponse(context, new RpcError(404, "route_not_found", message));
  });
  app.onError((error, context) => problemResponse(context, toRpcError(error, ports.report)));
  for (const { operation, handle } of allRoutes(ports)) {
    app.on(operation.method, operation.path.replaceAll(BRACES, ":$1"), handle);
  }
  return app;
}

/** Every route of the surface. */
export function allRoutes(ports: HttpPorts): readonly Route[] {
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
function commonHeaders({ reader }: HttpPorts): MiddlewareHandler<HttpEnv> {
  const chainId = formatDigest(reader.chainId);
  const version = fullVersion();
  return async (context, next) => {
    const { epoch, sequence_number } = reader.latest().summary;
    context.header("access-control-allow-origin", "*");
    context.header("access-control-expose-headers", "*");
    context.header("x-soma-version", version);
    context.header("x-soma-chain-id", chainId);
    context.header("x-soma-epoch", `${epoch}`);
    context.header("x-soma-checkpoint-height", `${sequence_number}`);
    return context.req.method === "OPTIONS" ? preflight(context) : next();
  };
}

function preflight(context: Context<HttpEnv>): Response {
  context.header("access-control-allow-methods", METHODS);
  context.header(
    "access-control-allow-headers",
    context.req.header("access-control-request-headers") ?? "*",
  );
  context.header("access-control-max-age", PREFLIGHT_SECONDS);
  return context.body(null, 204);
}

function refuseMethod(context: Context<HttpEnv>, methods: readonly string[]): Response {
  const allow = [...methods, "OPTIONS"].join(", ");
  const message = `${context.req.path} takes ${allow}`;
  return problemResponse(
    context,
    new RpcError(405, "method_not_allowed", message, { headers: { allow } }),
  );
}

/**
 * A route and its description in one: the schemas by which a request is read and its answer is
 * written are those of the OpenAPI document, so the two cannot drift apart.
 *
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";

import type { Result } from "../../base/result.ts";
import { textView } from "../../wire/json/primitives.ts";
import { decodeView, type JsonFault, type View } from "../../wire/json/view.ts";
import type { HttpEnv } from "./ports.ts";
import { badRequest } from "./problem.ts";
import { type Extra, type Lifetime, LIVE, respond } from "./respond.ts";

/** Named parts of a request, each with its view. */
export type Fields<T> = { readonly [K in keyof T]: View<T[K]> };

/** What an answer is made of; bytes and text have no view. */
export type Answer<T> = {
  readonly type: string;
  readonly description: string;
  readonly view?: View<T>;
};

/** What a body is made of. */
export type Body<T> = {
  readonly type: string;
  readonly description: string;
  readonly bytesMax: number;
  readonly view?: View<T>;
};

/** What a route does, in words and schemas. */
export type Operation = {
  /** Its name in generated clients, such as `getObject`. */
  readonly id: string;
  /** The chapter of the reference that it is in. */
  readonly tag: string;
  readonly method: "GET" | "POST" | "PUT";
  /** Its parameters in braces, such as `/v1/objects/{id}`. */
  readonly path: string;
  /** One sentence without a full stop. */
  readonly summary: string;
  readonly params: Fields<Record<string, unknown>>;
  readonly query: Fields<Record<string, unknown>>;
  /** Whether it takes any query and looks at none: probers and caches add their own. */
  readonly ignoresQuery: boolean;
  readonly body: Body<unknown> | undefined;
  readonly answer: Answer<unknown>;
  /** The status of success: 200 unless said otherwise. */
  readonly status: number;
  /** Whether the answer has an ETag, and 304 says that the client has it already. */
  readonly isCached: boolean;
  /** The statuses of the problems that it ends in, besides those of every route. */
  readonly problems: readonly number[];
};

/** What is needed to describe a route; what is absent it does not have. */
export type Spec<P, Q, A> = Omit<
  Operation,
  "params" | "query" | "ignoresQuery" | "body" | "answer" | "status" | "isCached" | "problems"
> & {
  readonly params?: Fields<P>;
  readonly query?: Fields<Q>;
  readonly ignoresQuery?: boolean;
  readonly body?: Body<unknown>;
  readonly answer: Answer<A>;
  readonly status?: number;
  readonly isCached?: boolean;
  readonly problems?: readonly number[];
};

/** One request to a route, read. */
export type Call<P, Q, A> = {
  readonly context: Context<HttpEnv>;
  readonly params: P;
  readonly query: Q;
  /** The answer that shows a value, which the next checkpoint may change unless said otherwise. */
  readonly reply: (value: A, lifetime?: Lifetime, extra?: Extra) => Response;
};

/** A route of the surface. */
export type Route = {
  readonly operation: Operation;
  readonly handle: (context: Context<HttpEnv>) => Response | Promise<Response>;
};

type Handler<P, Q, A> = (call: Call<P, Q, A>) => Response | Promise<Response>;

/** Reads the named parts of a request. */
type Reader<T> = (context: Context<HttpEnv>) => T;

/** An answer in JSON. */
export function json<T>(view: View<T>, description: string): Answer<T> {
  return { type: "application/json", description, view };
}

/** A view of a parameter that is only read. */
export function parsed<T>(
  parse: (text: string) => Result<T, string>,
  description: string,
): View<T> {
  return textView(parse, String, { description });
}

/** A parameter that asks for more. */
export const flag: z.ZodEnum<{ true: "true"; false: "false" }> = z.enum(
  ["true", "false"],
  "true or false expected",
);

/** The route that `spec` describes and `handler` answers. */
export function route<P = object, Q = object, A = never>(
  spec: Spec<P, Q, A>,
  handler: Handler<P, Q, A>,
): Route {
  const { params = {} as Fields<P>, query = {} as Fields<Q>, body, answer } = spec;
  const readParams = paramReader(params);
  const { ignoresQuery = false } = spec;
  const readQuery = queryReader(query, ignoresQuery);
  const { view } = answer;
  const operation: Operation = {
    ...spec,
    params,
    query,
    ignoresQuery,
    body,
    answer,
    status: spec.status ?? 200,
    isCached: spec.isCached ?? false,
    problems: spec.problems ?? [],
  };
  const handle = (context: Context<HttpEnv>): Response | Promise<Response> =>
    handler({
      context,
      params: readParams(context),
      query: readQuery(context),
      reply: (value, lifetime = LIVE, extra = {}) =>
        respond(context, view as View<A>, value, { ...extra, lifetime }),
    });
  return { operation, handle };
}

function paramReader<P>(fields: Fields<P>): Reader<P> {
  const names = Object.keys(fields) as (keyof P & string)[];
  return (context) => {
    const params: Partial<P> = {};
    for (const field of names) {
      const decoded = decodeView(fields[field], context.req.param(field) ?? "");
      if (!decoded.ok) throw badRequest(named(field, decoded.error));
      params[field] = decoded.value;
    }
    return params as P;
  };
}

function named(field: string, faults: readonly JsonFault[]): readonly JsonFault[] {
  return faults.map(({ reason }) => ({ field, reason }));
}

// A parameter that is not known is refused: whoever mistypes one is told.
function queryReader<Q>(fields: Fields<Q>, isIgnored: boolean): Reader<Q> {
  const view = z.strictObject(fields) as View<unknown> as View<Q>;
  const nothing = decodeView(view, {});
  return (context) => {
    if (nothing.ok && (isIgnored || !context.req.url.includes("?"))) return nothing.value;
    const decoded = decodeView(view, readTexts(context));
    if (decoded.ok) return decoded.value;
    throw badRequest(decoded.error);
  };
}

function readTexts(context: Context<HttpEnv>): Readonly<Record<string, string>> {
  const texts = Object.entries(context.req.queries()).map(([field, [value = "", ...others]]) => {
    if (others.length > 0) throw badRequest([{ field, reason: "is given more than once" }]);
    return [field, value] as const;
  });
  return Object.fromEntries(texts);
}

/**
 * `grpc.health.v1.Health`: whether the node serves, for probes and load balancers. It serves from
 * the moment it listens until it stops, so watching it is a stream of one answer.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";

import {
  type Health,
  type HealthCheckRequest,
  type HealthCheckResponse,
  HealthCheckResponse_ServingStatus as ServingStatus,
  HealthCheckResponseSchema,
} from "../../wire/generated/grpc/health_pb.js";
import type { CallContext, Implementation } from "../../wire/grpc/method.ts";
import { notFound } from "../../wire/grpc/status.ts";

/** The service of a node with these services. */
export function healthService(names: ReadonlySet<string>): Implementation<typeof Health> {
  const answer = (status: ServingStatus): HealthCheckResponse =>
    create(HealthCheckResponseSchema, { status });
  // The empty name is the node as a whole.
  const isKnown = ({ service }: HealthCheckRequest): boolean =>
    service === "" || names.has(service);
  return {
    check: (request) => {
      if (!isKnown(request)) throw notFound(`there is no service ${request.service}`);
      return answer(ServingStatus.SERVING);
    },
    watch: async function* (request, { signal }) {
      yield answer(isKnown(request) ? ServingStatus.SERVING : ServingStatus.SERVICE_UNKNOWN);
      await ended(signal);
    },
  };
}

function ended(signal: CallContext["signal"]): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

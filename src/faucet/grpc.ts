/**
 * The faucet for the published package: `faucet.Faucet/RequestGas`, messages in BCS.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { formatDigest, formatObjectId, parseAddressPadded } from "../types/text.ts";
import { gasRequest, gasResponse } from "../wire/grpc/bcs-services.ts";
import { bcsMethod, type Method } from "../wire/grpc/method.ts";
import { GRPC_CODE, type GrpcCode, GrpcError } from "../wire/grpc/status.ts";
import { type Giver, TooSoon } from "./giver.ts";

const CODES: Readonly<Record<string, GrpcCode>> = {
  faucet_busy: GRPC_CODE.unavailable,
  faucet_empty: GRPC_CODE.unavailable,
  faucet_stopped: GRPC_CODE.unavailable,
  faucet_timeout: GRPC_CODE.deadlineExceeded,
};

/** The methods of the service. */
export function faucetMethods(giver: Giver): readonly Method[] {
  const codecs = { request: gasRequest, response: gasResponse };
  return [
    bcsMethod("/faucet.Faucet/RequestGas", codecs, async ({ recipient: text }) => {
      const recipient = parseAddressPadded(text);
      if (!recipient.ok) {
        throw new GrpcError(GRPC_CODE.invalidArgument, `Invalid address: ${recipient.error}`);
      }
      const coins = await giver.give(recipient.value).catch(explain);
      return {
        status: "Success",
        coins_sent: coins.map(({ amount, id, transfer_tx_digest: digest }) => ({
          amount,
          id: formatObjectId(id),
          transfer_tx_digest: formatDigest(digest),
        })),
      };
    }),
  ];
}

function explain(error: unknown): never {
  if (error instanceof TooSoon) {
    const message = `${error.message}; ask again in ${error.waitSeconds} s`;
    throw new GrpcError(GRPC_CODE.resourceExhausted, message);
  }
  if (!(error instanceof SomaError)) throw error;
  throw new GrpcError(CODES[error.code] ?? GRPC_CODE.internal, `Transfer error: ${error.message}`);
}

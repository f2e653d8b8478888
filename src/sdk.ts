/**
 * What scripts import as "soma": a network, keys and amounts. Nothing here needs more than `fetch`
 * and `crypto`, so it works in browsers as well.
 *
 * @module
 */
import type { Soma } from "./client/soma.ts";

export { SomaError } from "./base/errors.ts";
export { Actions, type Commitment, type Payment } from "./client/actions.ts";
export { SomaClient } from "./client/client.ts";
export { Keypair } from "./client/keypair.ts";
export { commitment, decryptWeights, encryptWeights, type Sealed } from "./client/seal.ts";
export { Services, type ServiceUrls } from "./client/services.ts";
export { address, type Attempt, type NetworkUrls, objectId, Soma } from "./client/soma.ts";
export { Account } from "./client/transact.ts";
export type { SystemState } from "./types/system-state.ts";
export type { Address, Digest, ObjectId } from "./types/address.ts";
export { formatAddress, formatObjectId, formatSoma, parseSoma } from "./types/text.ts";
export type { CheckpointView } from "./wire/json/checkpoint.ts";
export type { EpochView } from "./wire/json/epoch.ts";
export type { InfoView } from "./wire/json/info.ts";
export type { ModelView } from "./wire/json/model.ts";
export type { ObjectView } from "./wire/json/object.ts";
export type { ParametersView } from "./wire/json/parameters.ts";
export type { ScoreView } from "./wire/json/score.ts";
export type { TargetView } from "./wire/json/target.ts";
export type { SimulationView, TransactionView } from "./wire/json/transaction.ts";
export type { ValidatorsView } from "./wire/json/validator.ts";

/** @internal Scripts that `soma run` starts find it; whoever uses the package does not. */
declare global {
  /** The connection that a script finds: the active network as the active account. */
  var soma: Soma;
}

/**
 * How long the lists, texts and byte strings inside an encoding may be. A decoder refuses more, so
 * that bytes from outside cannot make a value larger than these; rules of the network that are not
 * about one encoding are in `protocol/limits.ts`.
 *
 * @module
 */

/** The largest signed transaction, in bytes of BCS. */
export const TRANSACTION_BYTES_MAX: number = 262_144;

/** Coins, objects, recipients or gas coins that one transaction names in one list. */
export const REFERENCES_MAX: number = 256;

/** The longest URL of a manifest, in bytes. */
export const URL_BYTES_MAX: number = 2_048;

/** The longest multiaddr, host name or other line of a validator's metadata, in bytes. */
export const NAME_BYTES_MAX: number = 256;

/** The longest reason inside a fault, in bytes. */
export const REASON_BYTES_MAX: number = 1_024;

/** Values of one tensor. */
export const TENSOR_VALUES_MAX: number = 65_536;

/** Dimensions of one tensor. */
export const TENSOR_RANK_MAX: number = 4;

/** Models that one target lists. */
export const TARGET_MODELS_MAX: number = 64;

/** Members of a committee, and so reporters in one record. */
export const COMMITTEE_MEMBERS_MAX: number = 1_024;

/** The longest user signature: a multisig of ten members stays well below. */
export const SIGNATURE_BYTES_MAX: number = 2_048;

/** The largest body of a stored object, in bytes. */
export const OBJECT_BYTES_MAX: number = 4_194_304;

/** Objects in the genesis transaction and objects that one transaction changes. */
export const CHANGED_OBJECTS_MAX: number = 262_144;

/** Transactions in one checkpoint. */
export const CHECKPOINT_TRANSACTIONS_MAX: number = 20_000;

/** Models, pools or validators in one map of the system state. */
export const REGISTRY_MAX: number = 65_536;

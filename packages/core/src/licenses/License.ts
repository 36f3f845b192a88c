/**
 * License keys: a pool of them for each variant, one of which goes to each piece that is paid.
 */
import * as Schema from "effect/Schema"
import { VariantId } from "../catalog/VariantId.ts"
import * as Id from "../kernel/Id.ts"
import * as Page from "../kernel/Page.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

/** A key of a pool. */
export const LicenseKeyId = Id.define("lkey", "LicenseKeyId")
export type LicenseKeyId = typeof LicenseKeyId.Type

/** What one piece of an order has, or waits for. */
export const LicenseId = Id.define("lic", "LicenseId")
export type LicenseId = typeof LicenseId.Type

/** How many keys are imported at once, at most. */
export const maximumKeys = 5_000
/** How many characters a key has at most. */
export const maximumLength = 200

const lowAt = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))

/** The keys of a variant in numbers. */
export const LicensePool = Schema.Struct({
  variantId: VariantId,
  /** Whether each piece that is paid from now on gets a key. */
  gives: Schema.Boolean,
  /** With so many keys left or fewer, the shop is told. */
  lowAt: Schema.Int,
  /** Keys that nobody has. */
  free: Schema.Int,
  /** Keys that pieces have. */
  given: Schema.Int,
  /** Keys whose pieces were cancelled or given back; nobody gets them again. */
  voided: Schema.Int,
  /** Keys that were taken out of the pool before anybody had them. */
  withdrawn: Schema.Int,
  /** Pieces that are paid and wait for a key. */
  waiting: Schema.Int,
  /** Whether the variant is deleted: nothing is sold of it any more, but pieces that wait get keys that are imported. */
  archived: Schema.Boolean
}).annotate({ identifier: "LicensePool" })
export interface LicensePool extends Schema.Schema.Type<typeof LicensePool> {}

/** What is left out stays. */
export const SetLicensePool = Schema.Struct({
  gives: Schema.optionalKey(Schema.Boolean),
  lowAt: Schema.optionalKey(lowAt)
}).annotate({ identifier: "SetLicensePool" })

/** Keys, one in each line; blank lines are left out. Up to 5,000 of up to 200 characters. */
export const ImportLicenseKeys = Schema.Struct({ keys: Schema.String }).annotate({ identifier: "ImportLicenseKeys" })

/** What became of an import. Keys are named by the number of their line, from 1, so that no answer holds one. */
export const LicenseImport = Schema.Struct({
  imported: Schema.Int,
  /** Lines whose key stands in an earlier line, or is in the pool already, whoever has it. */
  duplicates: Schema.Array(Schema.Struct({ line: Schema.Int, of: Schema.Literals(["import", "pool"]) })),
  pool: LicensePool
}).annotate({ identifier: "LicenseImport" })
export interface LicenseImport extends Schema.Schema.Type<typeof LicenseImport> {}

/** Keys that nobody shall get any more, one in each line. Up to 5,000. */
export const WithdrawLicenseKeys = Schema.Struct({ keys: Schema.String }).annotate({ identifier: "WithdrawLicenseKeys" })

/** What became of it. Keys are named by the number of their line, from 1, so that no answer holds one. */
export const LicenseWithdrawal = Schema.Struct({
  withdrawn: Schema.Int,
  /** Lines whose key was not free: a piece has it or has had it, it was withdrawn before, or the pool does not have it. */
  others: Schema.Array(Schema.Struct({ line: Schema.Int, is: Schema.Literals(["given", "void", "withdrawn", "unknown"]) })),
  pool: LicensePool
}).annotate({ identifier: "LicenseWithdrawal" })
export interface LicenseWithdrawal extends Schema.Schema.Type<typeof LicenseWithdrawal> {}

export const LicenseState = Schema.Literals(["waiting", "given", "void"])
export type LicenseState = typeof LicenseState.Type

/** What a piece of an order has. */
export const License = Schema.Struct({
  id: LicenseId,
  orderId: Schema.String,
  lineId: Schema.String,
  variantId: VariantId,
  /** What the line is called. */
  title: Schema.String,
  /**
   * `waiting`: the pool is empty, and it gets the next key. `void`: the piece was cancelled or given back, or a bank has given its money
   * back.
   */
  state: LicenseState,
  /** The key itself; `null` while there is none, where it is void, while the order rests, and for staff who may not see keys. */
  key: Schema.NullOr(Schema.String),
  givenAt: Schema.NullOr(Timestamp),
  voidedAt: Schema.NullOr(Timestamp)
}).annotate({ identifier: "License" })
export interface License extends Schema.Schema.Type<typeof License> {}

/** A key of a pool, as staff see it who may see keys. */
export const LicenseKey = Schema.Struct({
  id: LicenseKeyId,
  variantId: VariantId,
  key: Schema.String,
  state: Schema.Literals(["free", "given", "void", "withdrawn"]),
  /** Whose it is. */
  orderId: Schema.NullOr(Schema.String),
  createdAt: Timestamp
}).annotate({ identifier: "LicenseKey" })
export interface LicenseKey extends Schema.Schema.Type<typeof LicenseKey> {}

/** The order of their import. */
export const ListLicenseKeys = Schema.Struct(Page.PageRequest).annotate({ identifier: "ListLicenseKeys" })
export interface ListLicenseKeys extends Schema.Schema.Type<typeof ListLicenseKeys> {}

/** What a key is encrypted for. */
export const purposeOf = (id: LicenseKeyId): string => `license_keys:${id}`
/** What its mark is made for: the same key is in a pool once. */
export const markPurpose = "license_keys:mark"

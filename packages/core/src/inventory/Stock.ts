/**
 * Stock: how many pieces of a variant are where, how many of them are promised to orders, and why.
 *
 * `available = onHand - reserved`. A level never goes below what its variant may be sold beyond (`backorderLimit`).
 * Every change of a level has a row in the ledger, which only grows; the sum of the rows is the level.
 */
import * as Schema from "effect/Schema"
import { VariantId } from "../catalog/Product.ts"
import * as Id from "../kernel/Id.ts"
import * as Page from "../kernel/Page.ts"
import * as Text from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"

export const LocationId = Id.define("loc", "LocationId")
export type LocationId = typeof LocationId.Type

export const ReservationId = Id.define("res", "ReservationId")
export type ReservationId = typeof ReservationId.Type

const code = Schema.String.check(Schema.isPattern(/^[a-z0-9][a-z0-9-]{0,39}$/, {
  identifier: "LocationCode",
  expected: "lower-case letters, digits and hyphens"
}))
const name = Text.name(200)
const count = Schema.Int.check(Schema.isBetween({ minimum: -1_000_000_000, maximum: 1_000_000_000 }))

/** A warehouse or a shop floor. */
export const Location = Schema.Struct({
  id: LocationId,
  code,
  name,
  /** Orders take from the location with the lowest number first. */
  priority: Schema.Int,
  active: Schema.Boolean,
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "Location" })
export interface Location extends Schema.Schema.Type<typeof Location> {}

export const CreateLocation = Schema.Struct({ code, name, priority: Schema.optionalKey(Schema.Int) })
  .annotate({ identifier: "CreateLocation" })
export interface CreateLocation extends Schema.Schema.Type<typeof CreateLocation> {}
export const UpdateLocation = Schema.Struct({
  name: Schema.optionalKey(name),
  priority: Schema.optionalKey(Schema.Int),
  active: Schema.optionalKey(Schema.Boolean),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateLocation" })
export interface UpdateLocation extends Schema.Schema.Type<typeof UpdateLocation> {}

/** A variant at a location. */
export const StockLevel = Schema.Struct({
  variantId: VariantId,
  locationId: LocationId,
  onHand: Schema.Int,
  reserved: Schema.Int,
  /** On its way from a supplier; not for sale yet. */
  incoming: Schema.Int,
  /** At or below how many available pieces it is low; `null`: the store's threshold. */
  lowStockThreshold: Schema.NullOr(Schema.Int),
  version: Version,
  updatedAt: Timestamp
}).annotate({ identifier: "StockLevel" })
export interface StockLevel extends Schema.Schema.Type<typeof StockLevel> {}

/** A level with the names that staff look for. */
export const StockRow = Schema.Struct({
  ...StockLevel.fields,
  available: Schema.Int,
  low: Schema.Boolean,
  sku: Schema.NullOr(Schema.String),
  title: Schema.String,
  locationCode: Schema.String
}).annotate({ identifier: "StockRow" })
export interface StockRow extends Schema.Schema.Type<typeof StockRow> {}

/** Why a level changed. */
export const MovementKind = Schema.Literals([
  "receive",
  "adjust",
  "count",
  "transfer",
  "reserve",
  "release",
  "commit",
  "restock",
  /** The variant was deleted, and its levels with it. */
  "remove"
])
export type MovementKind = typeof MovementKind.Type

/** A row of the ledger. */
export const StockMovement = Schema.Struct({
  /** Grows with every row of the database. */
  sequence: Schema.Int,
  variantId: VariantId,
  locationId: LocationId,
  kind: MovementKind,
  onHandDelta: Schema.Int,
  reservedDelta: Schema.Int,
  reason: Schema.String,
  /** What caused it: an order's id, a transfer's id, or empty. */
  reference: Schema.String,
  actor: Schema.String,
  at: Timestamp
}).annotate({ identifier: "StockMovement" })
export interface StockMovement extends Schema.Schema.Type<typeof StockMovement> {}

/**
 * Held: promised to an unpaid order. Committed: paid, the pieces have left the level. Released: free again before they
 * left. Restocked: they had left and came back.
 */
export const ReservationStatus = Schema.Literals(["held", "committed", "released", "restocked"])
export type ReservationStatus = typeof ReservationStatus.Type

/** Pieces of one variant at one location that are promised to an order. */
export const Reservation = Schema.Struct({
  id: ReservationId,
  /** What it is promised to: an order's id. */
  reference: Schema.String,
  variantId: VariantId,
  locationId: LocationId,
  quantity: Schema.Int,
  status: ReservationStatus,
  expiresAt: Timestamp,
  createdAt: Timestamp
}).annotate({ identifier: "Reservation" })
export interface Reservation extends Schema.Schema.Type<typeof Reservation> {}

/** Changes one level by a difference (`delta`) or to a counted number (`onHand`). */
export const StockAdjustment = Schema.Struct({
  variantId: VariantId,
  /** The location; the one with the highest priority if it is left out. */
  locationId: Schema.optionalKey(LocationId),
  delta: Schema.optionalKey(count),
  onHand: Schema.optionalKey(count.check(Schema.isGreaterThanOrEqualTo(0))),
  /** The version of the level that the change is based on; without it the change applies to whatever is there. */
  version: Schema.optionalKey(Version)
}).check(
  Schema.makeFilter((adjustment: { readonly delta?: number; readonly onHand?: number }) =>
    (adjustment.delta === undefined) !== (adjustment.onHand === undefined) || "Give either delta or onHand"
  )
).annotate({ identifier: "StockAdjustment" })
export interface StockAdjustment extends Schema.Schema.Type<typeof StockAdjustment> {}

/** Up to 1000 adjustments that are made all together or not at all. */
export const AdjustStock = Schema.Struct({
  adjustments: Schema.Array(StockAdjustment).check(Schema.isMinLength(1), Schema.isMaxLength(1_000)),
  kind: Schema.optionalKey(Schema.Literals(["receive", "adjust", "count", "restock"])),
  reason: Text.text(500)
}).annotate({ identifier: "AdjustStock" })
export interface AdjustStock extends Schema.Schema.Type<typeof AdjustStock> {}

/** Moves pieces from one location to another. */
export const TransferStock = Schema.Struct({
  from: LocationId,
  to: LocationId,
  lines: Schema.Array(Schema.Struct({
    variantId: VariantId,
    quantity: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000_000 }))
  })).check(Schema.isMinLength(1), Schema.isMaxLength(1_000)),
  reason: Text.text(500)
}).annotate({ identifier: "TransferStock" })
export interface TransferStock extends Schema.Schema.Type<typeof TransferStock> {}

/** Changes to how one level is watched. */
export const UpdateLevel = Schema.Struct({
  locationId: Schema.optionalKey(LocationId),
  lowStockThreshold: Schema.optionalKey(Schema.NullOr(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)))),
  incoming: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateLevel" })
export interface UpdateLevel extends Schema.Schema.Type<typeof UpdateLevel> {}

export const ListStock = Schema.Struct({
  ...Page.PageRequest,
  locationId: Schema.optionalKey(LocationId),
  variantId: Schema.optionalKey(VariantId),
  /** Only levels at or below their threshold. */
  low: Schema.optionalKey(Schema.Boolean)
}).annotate({ identifier: "ListStock" })
export interface ListStock extends Schema.Schema.Type<typeof ListStock> {}

export const ListMovements = Schema.Struct({ ...Page.PageRequest, variantId: VariantId })
export interface ListMovements extends Schema.Schema.Type<typeof ListMovements> {}

/** What there is of everything whose stock is counted, at all open and closed locations, or at one. */
export const StockStats = Schema.Struct({
  /** Variants that have a level. */
  variants: Schema.Int,
  levels: Schema.Int,
  onHand: Schema.Int,
  reserved: Schema.Int,
  /** Of all levels, `onHand - reserved`; what is back-ordered counts against it. */
  available: Schema.Int,
  incoming: Schema.Int,
  /** Levels at or below their threshold; those of which nothing is available are among them. */
  lowLevels: Schema.Int,
  /** Levels of which nothing is available. */
  emptyLevels: Schema.Int
}).annotate({ identifier: "StockStats" })
export interface StockStats extends Schema.Schema.Type<typeof StockStats> {}

export const StockStatsQuery = Schema.Struct({ locationId: Schema.optionalKey(LocationId) })
export interface StockStatsQuery extends Schema.Schema.Type<typeof StockStatsQuery> {}

/** A level that is not what its ledger or its reservations say. */
export const StockDrift = Schema.Struct({
  variantId: VariantId,
  locationId: LocationId,
  onHand: Schema.Int,
  ledgerOnHand: Schema.Int,
  reserved: Schema.Int,
  ledgerReserved: Schema.Int,
  heldByReservations: Schema.Int
}).annotate({ identifier: "StockDrift" })
export interface StockDrift extends Schema.Schema.Type<typeof StockDrift> {}

export const available = (level: { readonly onHand: number; readonly reserved: number }): number =>
  level.onHand - level.reserved

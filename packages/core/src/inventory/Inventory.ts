/**
 * Stock: how many pieces are where, who they are promised to, and the ledger that explains every level.
 *
 * **Details**
 *
 * A *level* is the stock of one variant at one location. Promising pieces to somebody is a *reservation*: the pieces stay on hand but
 * are no longer available. It belongs to a `reference`, usually the id of an order, and ends in one of two ways: it is committed (paid,
 * the pieces leave) or released (the pieces are available again).
 *
 * Operations "in the current transaction" are for other services, such as checkout. Their callers open the transaction and check
 * permissions.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Result from "effect/Result"
import type { AuditLog } from "../audit/AuditLog.ts"
import type { VariantNotFound } from "../catalog/CatalogErrors.ts"
import type { VariantId } from "../catalog/Product.ts"
import { Events } from "../events/Events.ts"
import { JobRegistry } from "../jobs/JobRegistry.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { AtVersion, VersionConflict } from "../kernel/Version.ts"
import { forEachStore } from "../stores/ForEachStore.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import * as Adjustments from "./Adjustments.ts"
import type { ReservationRequest } from "./Allocation.ts"
import * as Holds from "./Holds.ts"
import type { InsufficientStock, LocationCodeTaken, LocationInUse, LocationNotFound } from "./InventoryErrors.ts"
import { StockDrifted } from "./InventoryEvents.ts"
import { InventoryRepository } from "./InventoryRepository.ts"
import * as Locations from "./Locations.ts"
import * as Reservations from "./Reservations.ts"
import type {
  AdjustStock,
  CreateLocation,
  Location,
  Reservation,
  StockDrift,
  StockLevel,
  StockMovement,
  StockRow,
  StockStats,
  TransferStock,
  UpdateLevel,
  UpdateLocation
} from "./Stock.ts"
import { ListMovements, ListStock, StockStatsQuery } from "./Stock.ts"

export type { ReservationRequest }

export class Inventory extends Context.Service<Inventory, {
  /** Stock levels, with the names of their variants and locations. Needs `inventory:read`. */
  readonly list: (
    input?: typeof ListStock.Encoded
  ) => Effect.Effect<Page<StockRow>, InvalidInput | StorageError | Denied>
  /** The levels of one variant at every open location. Needs `inventory:read`. */
  readonly levels: (variantId: string) => Effect.Effect<ReadonlyArray<StockLevel>, InvalidInput | StorageError | Denied>
  /** The changes of levels with their reasons, newest first. Needs `inventory:read`. */
  readonly ledger: (
    input: typeof ListMovements.Encoded
  ) => Effect.Effect<Page<StockMovement>, InvalidInput | StorageError | Denied>
  /** Sums over all levels, such as pieces on hand and levels that are low. Needs `inventory:read`. */
  readonly stats: (
    input?: typeof StockStatsQuery.Encoded
  ) => Effect.Effect<StockStats, InvalidInput | StorageError | Denied>
  /** Changes levels by a difference, or sets them to a counted number: all of them or none. Needs `inventory:write`. */
  readonly adjust: (
    input: typeof AdjustStock.Encoded
  ) => Effect.Effect<
    ReadonlyArray<StockLevel>,
    | InvalidInput
    | VariantNotFound
    | LocationNotFound
    | InsufficientStock
    | VersionConflict
    | StorageError
    | Denied
  >
  /** Moves pieces from one location to another: all of them or none. Needs `inventory:write`. */
  readonly transfer: (
    input: typeof TransferStock.Encoded
  ) => Effect.Effect<
    ReadonlyArray<StockLevel>,
    InvalidInput | VariantNotFound | LocationNotFound | InsufficientStock | StorageError | Denied
  >
  /** Sets the low-stock threshold of a level, or how many pieces are on their way to it. Needs `inventory:write`. */
  readonly updateLevel: (
    variantId: string,
    input: typeof UpdateLevel.Encoded
  ) => Effect.Effect<
    StockLevel,
    InvalidInput | VariantNotFound | LocationNotFound | VersionConflict | StorageError | Denied
  >
  /**
   * Reserves pieces for `reference` until `expiresAt`: all lines or none. In the current transaction.
   *
   * Lines of the same variant are added up. The caller gives the levels as it has read them; if they have changed since, they are read
   * again. After `InsufficientStock` nothing is reserved, and the transaction can go on. Two statements, and one more if a level passes
   * its threshold.
   */
  readonly reserve: (
    reference: string,
    lines: ReadonlyArray<ReservationRequest>,
    expiresAt: Timestamp
  ) => Effect.Effect<ReadonlyArray<Reservation>, InsufficientStock | StorageError>
  /**
   * Reserves pieces for several references, in their order, with as many statements as for one. In the current transaction. A reference
   * that is short of stock gets `InsufficientStock` and reserves nothing; the others get their pieces.
   */
  readonly reserveAll: (
    wishes: ReadonlyArray<Reservations.ReservationWish>
  ) => Effect.Effect<ReadonlyArray<Result.Result<ReadonlyArray<Reservation>, InsufficientStock>>, StorageError>
  /**
   * Reserves pieces for all references while `beside` runs, and answers what `beside` does. In the current transaction.
   *
   * `undefined` if the levels given with the lines do not have the pieces any more. Then the transaction must roll back, because
   * `beside` may have run.
   */
  readonly reserveBeside: <A, E, R>(
    wishes: ReadonlyArray<Reservations.ReservationWish>,
    beside: Effect.Effect<A, E, R>
  ) => Effect.Effect<A | undefined, E | StorageError, R>
  /**
   * Reserves pieces for something that is not an order yet, such as a draft. End it with `commit` or `release`. Checks no permission.
   *
   * Without an open transaction, calls at the same moment share one, in the order of their arrival: they share its statements and its
   * commit. In an open transaction, the call reserves by itself.
   */
  readonly hold: (
    reference: string,
    lines: ReadonlyArray<Holds.HoldLine>,
    expiresAt: Timestamp
  ) => Effect.Effect<ReadonlyArray<Reservation>, InsufficientStock | StorageError>
  /**
   * Reserves the pieces of an order again that were released before, after reading the levels. What is still held is held until
   * `expiresAt`. In the current transaction.
   */
  readonly reserveAgain: (
    reference: string,
    expiresAt: Timestamp
  ) => Effect.Effect<ReadonlyArray<Reservation>, InsufficientStock | StorageError>
  /**
   * Lets the reserved pieces leave for good: both on-hand and reserved pieces go down. Repeating it changes nothing. In the current
   * transaction.
   */
  readonly commit: (reference: string) => Effect.Effect<ReadonlyArray<Reservation>, StorageError>
  /** All reservations of references, in whatever state. One statement. */
  readonly promises: (references: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Reservation>, StorageError>
  /**
   * Commits reservations of several references that were read in the current transaction. Two statements, whose answers nobody waits
   * for.
   *
   * If a reservation is not as it was read, or a level does not have the reserved pieces, the transaction fails with `changed`, at the
   * latest when it commits.
   */
  readonly commitAll: (commits: ReadonlyArray<Reservations.ReservationCommit>) => Effect.Effect<void, StorageError>
  /** Makes reserved pieces available again. Repeating it changes nothing. In the current transaction. */
  readonly release: (reference: string, reason: string) => Effect.Effect<ReadonlyArray<Reservation>, StorageError>
  /** Puts pieces that had left for `reference` back to where they came from. In the current transaction. */
  readonly restock: (reference: string, reason: string) => Effect.Effect<void, StorageError>
  /** Puts some of the committed pieces back that were not sent after all. Variants without stock are ignored. */
  readonly restockPart: (
    reference: string,
    pieces: ReadonlyMap<VariantId, number>,
    reason: string
  ) => Effect.Effect<void, StorageError>
  /**
   * Takes pieces out of the reservations of `reference`: pieces that are held become available, pieces that had left are put back.
   * Variants without stock are ignored. In the current transaction.
   */
  readonly takeBack: (
    reference: string,
    pieces: ReadonlyMap<VariantId, number>,
    reason: string
  ) => Effect.Effect<void, StorageError>
  /** Holds the pieces of `reference` until a later time. In the current transaction. */
  readonly extend: (reference: string, expiresAt: Timestamp) => Effect.Effect<void, StorageError>
  /**
   * Releases reservations that expired more than an hour ago and were never ended, and answers for how many references. Orders end
   * their own reservations; this is for other callers. A cron job runs it in every store.
   */
  readonly releaseForgotten: Effect.Effect<number, StorageError>
  /** The location for stock whose location is not given: the first open one. A store without any gets one called `main`. */
  readonly defaultLocation: Effect.Effect<Location, StorageError>
  /** Open and closed locations. Needs `inventory:read`. */
  readonly listLocations: Effect.Effect<ReadonlyArray<Location>, StorageError | Denied>
  /** Creates a location. The first one of a store is its default. Needs `inventory:write`. */
  readonly createLocation: (
    input: typeof CreateLocation.Encoded
  ) => Effect.Effect<Location, InvalidInput | LocationCodeTaken | StorageError | Denied>
  /**
   * Changes a location. Fields that are left out stay as they are. Fails with `VersionConflict` if `version` is not
   * the current one. Needs `inventory:write`.
   */
  readonly updateLocation: (
    id: string,
    input: typeof UpdateLocation.Encoded
  ) => Effect.Effect<Location, InvalidInput | LocationNotFound | VersionConflict | StorageError | Denied>
  /** Deletes a location that has no stock. Needs `inventory:write`. */
  readonly deleteLocation: (
    id: string,
    options?: typeof AtVersion.Encoded
  ) => Effect.Effect<void, InvalidInput | LocationNotFound | LocationInUse | VersionConflict | StorageError | Denied>
  /** Compares every level with its ledger and its reservations, and answers those that differ. Needs `inventory:read`. */
  readonly reconcile: Effect.Effect<ReadonlyArray<StockDrift>, StorageError | Denied>
}>()("@stoa/core/inventory/Inventory") {}

const decodeList = Input.decoder(ListStock)
const decodeMovements = Input.decoder(ListMovements)
const decodeStats = Input.decoder(StockStatsQuery)

const checked = Input.textParameters<Inventory["Service"]>({
  levels: ["variantId"],
  updateLevel: ["variantId"],
  updateLocation: ["id"],
  deleteLocation: ["id"]
})

export const make = Effect.gen(function*() {
  const repository = yield* InventoryRepository
  const locations = yield* Locations.make
  const reservations = yield* Reservations.make(locations.defaultLocation)
  return checked(Inventory.of({
    ...locations,
    ...(yield* Adjustments.make(locations.defaultLocation)),
    ...reservations,
    ...(yield* Holds.make(reservations.reserveAll)),
    list: Effect.fn("Inventory.list")(function*(input) {
      yield* Permission.require("inventory:read")
      return yield* repository.list(yield* decodeList(input ?? {}))
    }),
    levels: Effect.fn("Inventory.levels")(function*(variantId) {
      yield* Permission.require("inventory:read")
      return yield* repository.levels([variantId as VariantId])
    }),
    ledger: Effect.fn("Inventory.ledger")(function*(input) {
      yield* Permission.require("inventory:read")
      return yield* repository.movements(yield* decodeMovements(input))
    }),
    stats: Effect.fn("Inventory.stats")(function*(input) {
      yield* Permission.require("inventory:read")
      return yield* repository.stats(yield* decodeStats(input ?? {}))
    }),
    reconcile: Effect.andThen(Permission.require("inventory:read"), repository.drift(1_000))
  }))
})

/** What inventory does by itself: it frees what was forgotten, and checks its books every night. */
const schedule = Effect.gen(function*() {
  const inventory = yield* Inventory
  const events = yield* Events
  const transactor = yield* Transactor
  const stores = yield* StoreRepository
  const registry = yield* JobRegistry
  yield* registry.cron({
    name: "inventory.release-forgotten",
    cron: "*/10 * * * *",
    run: forEachStore(stores, inventory.releaseForgotten)
  })
  yield* registry.cron({
    name: "inventory.reconcile",
    cron: "17 3 * * *",
    run: forEachStore(stores, Effect.gen(function*() {
      const drifts = yield* inventory.reconcile
      if (drifts.length === 0) return
      yield* Effect.logError("Stock levels differ from their ledger").pipe(
        Effect.annotateLogs({ levels: drifts.length })
      )
      yield* transactor.transaction(
        events.publish(drifts.map((drift) => StockDrifted.make(drift.variantId, { ...drift })))
      )
    }))
  })
})

export const layer: Layer.Layer<
  Inventory,
  never,
  AuditLog | Events | InventoryRepository | JobRegistry | StoreRepository | Transactor
> = Layer.provideMerge(Layer.effectDiscard(schedule), Layer.effect(Inventory, make))

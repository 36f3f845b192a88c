/**
 * Stock: levels, reservations, the ledger that explains them, and the proof that it does.
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
  /** Levels with their names. Needs `inventory:read`. */
  readonly list: (
    input?: typeof ListStock.Encoded
  ) => Effect.Effect<Page<StockRow>, InvalidInput | StorageError | Denied>
  /** The levels of one variant at every open location. Needs `inventory:read`. */
  readonly levels: (variantId: string) => Effect.Effect<ReadonlyArray<StockLevel>, InvalidInput | StorageError | Denied>
  /** Why a level is what it is, newest first. Needs `inventory:read`. */
  readonly ledger: (
    input: typeof ListMovements.Encoded
  ) => Effect.Effect<Page<StockMovement>, InvalidInput | StorageError | Denied>
  /** What there is of everything. Needs `inventory:read`. */
  readonly stats: (
    input?: typeof StockStatsQuery.Encoded
  ) => Effect.Effect<StockStats, InvalidInput | StorageError | Denied>
  /** Changes levels, all or none. Needs `inventory:write`. */
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
  /** Moves pieces between locations, all or none. Needs `inventory:write`. */
  readonly transfer: (
    input: typeof TransferStock.Encoded
  ) => Effect.Effect<
    ReadonlyArray<StockLevel>,
    InvalidInput | VariantNotFound | LocationNotFound | InsufficientStock | StorageError | Denied
  >
  /** Changes the threshold or the incoming pieces of a level. Needs `inventory:write`. */
  readonly updateLevel: (
    variantId: string,
    input: typeof UpdateLevel.Encoded
  ) => Effect.Effect<
    StockLevel,
    InvalidInput | VariantNotFound | LocationNotFound | VersionConflict | StorageError | Denied
  >
  /**
   * Promises pieces to `reference` until `expiresAt`, all lines or none, in the current transaction; two statements,
   * and one more where a level passes its threshold. Lines of one variant are added up. Levels that have changed since
   * they were read are read again. On `InsufficientStock` nothing was changed and the transaction may go on.
   */
  readonly reserve: (
    reference: string,
    lines: ReadonlyArray<ReservationRequest>,
    expiresAt: Timestamp
  ) => Effect.Effect<ReadonlyArray<Reservation>, InsufficientStock | StorageError>
  /**
   * The same for several references at once, with as many statements as for one: what an earlier one takes is gone for
   * the later ones. Answers for each, in their order; the ones that are short have nothing, and the others theirs.
   */
  readonly reserveAll: (
    wishes: ReadonlyArray<Reservations.ReservationWish>
  ) => Effect.Effect<ReadonlyArray<Result.Result<ReadonlyArray<Reservation>, InsufficientStock>>, StorageError>
  /**
   * The same for all of them, with something else that goes to storage `beside` it: its answer, or `undefined` where there are not the
   * pieces in the levels that were read with the lines. Then the transaction has to roll back, for `beside` may have been done.
   */
  readonly reserveBeside: <A, E, R>(
    wishes: ReadonlyArray<Reservations.ReservationWish>,
    beside: Effect.Effect<A, E, R>
  ) => Effect.Effect<A | undefined, E | StorageError, R>
  /**
   * Promises pieces to `reference` in a transaction of its own, or alone in the one that is open, for whoever holds them for something that is no order
   * yet; end it with `commit` or `release`. Many who ask at the same time share the statements and the commit, and are
   * served in the order of their arrival. Asks for no permission.
   */
  readonly hold: (
    reference: string,
    lines: ReadonlyArray<Holds.HoldLine>,
    expiresAt: Timestamp
  ) => Effect.Effect<ReadonlyArray<Reservation>, InsufficientStock | StorageError>
  /**
   * The same as `reserve`, for an order whose pieces were released before: reads the levels first. What is held still is held until
   * the new time.
   */
  readonly reserveAgain: (
    reference: string,
    expiresAt: Timestamp
  ) => Effect.Effect<ReadonlyArray<Reservation>, InsufficientStock | StorageError>
  /**
   * The promised pieces leave for good: on hand and reserved go down. Again: nothing happens. In the current
   * transaction.
   */
  readonly commit: (reference: string) => Effect.Effect<ReadonlyArray<Reservation>, StorageError>
  /** What was promised to references, whatever has become of it. One statement. */
  readonly promises: (references: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Reservation>, StorageError>
  /**
   * The same as `commit` for several references at once, whose reservations were read in the current transaction; two statements, which
   * nobody has to wait for. The transaction fails, `changed` and at the latest when it commits, where a reservation is not as it was
   * read, or a level does not hold all that was promised, of which one at a time may get something.
   */
  readonly commitAll: (commits: ReadonlyArray<Reservations.ReservationCommit>) => Effect.Effect<void, StorageError>
  /** The promised pieces are free again. Again: nothing happens. In the current transaction. */
  readonly release: (reference: string, reason: string) => Effect.Effect<ReadonlyArray<Reservation>, StorageError>
  /** Pieces that had left for `reference` are put back where they came from. In the current transaction. */
  readonly restock: (reference: string, reason: string) => Effect.Effect<void, StorageError>
  /** Takes back so many committed pieces of variants, which were not sent after all; of a variant not stocked, none. */
  readonly restockPart: (
    reference: string,
    pieces: ReadonlyMap<VariantId, number>,
    reason: string
  ) => Effect.Effect<void, StorageError>
  /**
   * Takes so many pieces of variants out of what was promised to `reference`: those held are free again, and those that had
   * left are put back. Of a variant not stocked, none. In the current transaction.
   */
  readonly takeBack: (
    reference: string,
    pieces: ReadonlyMap<VariantId, number>,
    reason: string
  ) => Effect.Effect<void, StorageError>
  /** Holds the pieces of `reference` until a later time. In the current transaction. */
  readonly extend: (reference: string, expiresAt: Timestamp) => Effect.Effect<void, StorageError>
  /**
   * Frees reservations that expired more than an hour ago and that nobody has ended, and says of how many references.
   * Orders end theirs themselves; this is for whoever else reserves. Runs as a cron job in every store.
   */
  readonly releaseForgotten: Effect.Effect<number, StorageError>
  /** Where stock is that nobody gave a place: the first open location, `main` in a store that has none yet. */
  readonly defaultLocation: Effect.Effect<Location, StorageError>
  /** Open and closed locations. Needs `inventory:read`. */
  readonly listLocations: Effect.Effect<ReadonlyArray<Location>, StorageError | Denied>
  /** Needs `inventory:write`. */
  readonly createLocation: (
    input: typeof CreateLocation.Encoded
  ) => Effect.Effect<Location, InvalidInput | LocationCodeTaken | StorageError | Denied>
  /** Needs `inventory:write`. */
  readonly updateLocation: (
    id: string,
    input: typeof UpdateLocation.Encoded
  ) => Effect.Effect<Location, InvalidInput | LocationNotFound | VersionConflict | StorageError | Denied>
  /** Needs `inventory:write`. A location that holds stock stays. */
  readonly deleteLocation: (
    id: string,
    options?: typeof AtVersion.Encoded
  ) => Effect.Effect<void, InvalidInput | LocationNotFound | LocationInUse | VersionConflict | StorageError | Denied>
  /** Compares every level with its ledger and its reservations and names what differs. Needs `inventory:read`. */
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

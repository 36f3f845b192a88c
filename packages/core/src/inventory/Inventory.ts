/**
 * Stock: levels, reservations, the ledger that explains them, and the proof that it does.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { VariantNotFound } from "../catalog/CatalogErrors.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Forbidden, Unauthenticated } from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { InsufficientStock, LocationCodeTaken, LocationInUse, LocationNotFound } from "./InventoryErrors.ts"
import type {
  AdjustStock,
  CreateLocation,
  ListMovements,
  ListStock,
  Location,
  Reservation,
  StockDrift,
  StockLevel,
  StockMovement,
  StockRow,
  TransferStock,
  UpdateLevel,
  UpdateLocation
} from "./Stock.ts"

type Denied = Forbidden | Unauthenticated

/** What is to be reserved: pieces of a variant, and its levels as they were read, which say where to try first. */
export interface ReservationRequest {
  readonly variantId: string
  readonly quantity: number
  /** Whether stock is counted for this variant; nothing is reserved where it is not. */
  readonly trackStock: boolean
  readonly backorderLimit: number
  readonly levels: ReadonlyArray<{ readonly locationId: string; readonly onHand: number; readonly reserved: number }>
}

export class Inventory extends Context.Service<Inventory, {
  /** Levels with their names. Needs `inventory:read`. */
  readonly list: (
    input?: typeof ListStock.Encoded
  ) => Effect.Effect<Page<StockRow>, InvalidInput | StorageError | Denied>
  /** The levels of one variant at every open location. Needs `inventory:read`. */
  readonly levels: (variantId: string) => Effect.Effect<ReadonlyArray<StockLevel>, StorageError | Denied>
  /** Why a level is what it is, newest first. Needs `inventory:read`. */
  readonly ledger: (
    input: typeof ListMovements.Encoded
  ) => Effect.Effect<Page<StockMovement>, InvalidInput | StorageError | Denied>
  /** Changes levels, all or none. Needs `inventory:write`. */
  readonly adjust: (
    input: typeof AdjustStock.Encoded
  ) => Effect.Effect<
    ReadonlyArray<StockLevel>,
    InvalidInput | VariantNotFound | LocationNotFound | InsufficientStock | StorageError | Denied
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
   * Promises pieces to `reference` until `expiresAt`, all lines or none. Runs in the current transaction, which must
   * roll back on failure; two statements. Lines of one variant are added up.
   */
  readonly reserve: (
    reference: string,
    lines: ReadonlyArray<ReservationRequest>,
    expiresAt: Timestamp
  ) => Effect.Effect<ReadonlyArray<Reservation>, InsufficientStock | StorageError>
  /** The same, for an order whose pieces were released before: reads the levels first. */
  readonly reserveAgain: (
    reference: string,
    expiresAt: Timestamp
  ) => Effect.Effect<ReadonlyArray<Reservation>, InsufficientStock | StorageError>
  /** The promised pieces leave for good: on hand and reserved go down. Again: nothing happens. In the current transaction. */
  readonly commit: (reference: string) => Effect.Effect<ReadonlyArray<Reservation>, StorageError>
  /** The promised pieces are free again. Again: nothing happens. In the current transaction. */
  readonly release: (reference: string, reason: string) => Effect.Effect<ReadonlyArray<Reservation>, StorageError>
  /** Pieces that had left for `reference` are put back where they came from. In the current transaction. */
  readonly restock: (reference: string, reason: string) => Effect.Effect<void, StorageError>
  /** Holds the pieces of `reference` until a later time. In the current transaction. */
  readonly extend: (reference: string, expiresAt: Timestamp) => Effect.Effect<void, StorageError>
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
    id: string
  ) => Effect.Effect<void, LocationNotFound | LocationInUse | StorageError | Denied>
  /** Compares every level with its ledger and its reservations and names what differs. Needs `inventory:read`. */
  readonly reconcile: Effect.Effect<ReadonlyArray<StockDrift>, StorageError | Denied>
}>()("@stoa/core/inventory/Inventory") {}

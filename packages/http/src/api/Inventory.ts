import { VariantNotFound } from "@stoa/core/catalog/CatalogErrors"
import {
  InsufficientStock,
  LocationCodeTaken,
  LocationInUse,
  LocationNotFound
} from "@stoa/core/inventory/InventoryErrors"
import {
  AdjustStock,
  CreateLocation,
  ListMovements,
  ListStock,
  Location,
  StockDrift,
  StockLevel,
  StockMovement,
  StockRow,
  StockStats,
  StockStatsQuery,
  TransferStock,
  UpdateLevel,
  UpdateLocation
} from "@stoa/core/inventory/Stock"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "inventory:read" }
const writes: Traits = { access: "staff", permission: "inventory:write" }

export const StockPage = page("StockPage", StockRow)
export const LevelPage = page("LevelPage", StockLevel)
export const MovementPage = page("MovementPage", StockMovement)
export const LocationPage = page("LocationPage", Location)
export const DriftPage = page("DriftPage", StockDrift)

const variant = { variantId: Schema.String }
const { low: _low, ...watched } = ListStock.fields
const { variantId: _variantId, ...paging } = ListMovements.fields

/** Stock: levels, why they are what they are, and where it is. */
export class InventoryGroup extends HttpApiGroup.make("inventory").add(
  HttpApiEndpoint.get("list", "/admin/inventory", { query: ListStock, success: StockPage }).annotateMerge(
    operation("List stock levels", reads)
  ),
  HttpApiEndpoint.get("lowStock", "/admin/inventory/low-stock", { query: watched, success: StockPage }).annotateMerge(
    operation("List levels at or below their threshold", reads)
  ),
  HttpApiEndpoint.get("drift", "/admin/inventory/drift", { success: DriftPage }).annotateMerge(
    operation("Prove levels from their ledger and list what differs", reads)
  ),
  HttpApiEndpoint.get("stats", "/admin/inventory/stats", { query: StockStatsQuery, success: StockStats }).annotateMerge(
    operation("Count what there is of everything, and how much of it is low", reads)
  ),
  HttpApiEndpoint.post("adjust", "/admin/inventory/adjustments", {
    payload: AdjustStock,
    success: LevelPage,
    error: problems(VariantNotFound, LocationNotFound, InsufficientStock, VersionConflict)
  }).middleware(Idempotent).annotateMerge(
    operation("Change levels, all or none", { ...writes, idempotent: true })
  ),
  HttpApiEndpoint.post("transfer", "/admin/inventory/transfers", {
    payload: TransferStock,
    success: LevelPage,
    error: problems(VariantNotFound, LocationNotFound, InsufficientStock)
  }).middleware(Idempotent).annotateMerge(
    operation("Move pieces between locations, all or none", { ...writes, idempotent: true })
  ),
  HttpApiEndpoint.get("get", "/admin/inventory/:variantId", { params: variant, success: LevelPage }).annotateMerge(
    operation("List a variant's levels, one for each location", reads)
  ),
  HttpApiEndpoint.patch("update", "/admin/inventory/:variantId", {
    params: variant,
    payload: UpdateLevel,
    success: StockLevel,
    error: problems(VariantNotFound, LocationNotFound, VersionConflict)
  }).annotateMerge(
    operation("Change the threshold or the incoming pieces of a level", { ...writes, conditional: true, tagged: true })
  ),
  HttpApiEndpoint.get("ledger", "/admin/inventory/:variantId/ledger", {
    params: variant,
    query: paging,
    success: MovementPage
  }).annotateMerge(operation("List why a variant's levels are what they are, newest first", reads)),
  HttpApiEndpoint.get("listLocations", "/admin/locations", { success: LocationPage }).annotateMerge(
    operation("List locations, closed ones included", reads)
  ),
  HttpApiEndpoint.post("createLocation", "/admin/locations", {
    payload: CreateLocation,
    success: Location.pipe(HttpApiSchema.status(201)),
    error: problems(LocationCodeTaken)
  }).middleware(Idempotent).annotateMerge(
    operation("Open a location", { ...writes, idempotent: true, tagged: true })
  ),
  HttpApiEndpoint.get("getLocation", "/admin/locations/:id", {
    params: byId,
    success: Location,
    error: problems(LocationNotFound)
  }).annotateMerge(operation("See a location", { ...reads, tagged: true })),
  HttpApiEndpoint.patch("updateLocation", "/admin/locations/:id", {
    params: byId,
    payload: UpdateLocation,
    success: Location,
    error: problems(LocationNotFound, VersionConflict)
  }).annotateMerge(operation("Change a location", { ...writes, conditional: true, tagged: true })),
  HttpApiEndpoint.delete("deleteLocation", "/admin/locations/:id", {
    params: byId,
    error: problems(LocationNotFound, LocationInUse, VersionConflict)
  }).annotateMerge(operation("Delete a location that holds no stock", { ...writes, conditional: true }))
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Stock (staff)", description: "Levels, why they are what they are, and where it is" })
) {}

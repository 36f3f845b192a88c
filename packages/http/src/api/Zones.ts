import { VersionConflict } from "@stoa/core/kernel/Version"
import { CreateZone, UpdateZone, Zone } from "@stoa/core/zones/Zone"
import { TooManyZones, ZoneInUse, ZoneNotFound } from "@stoa/core/zones/ZoneErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "settings:read" }
const writes: Traits = { access: "staff", permission: "settings:write" }
const creates: Traits = { ...writes, idempotent: true, tagged: true }
const edits: Traits = { ...writes, conditional: true, tagged: true }

export const ZonePage = page("ZonePage", Zone)

/** The parts of the world that tax rates and shipping methods are for. */
export class ZonesGroup extends HttpApiGroup.make("zones").add(
  HttpApiEndpoint.get("listTaxZones", "/admin/tax-zones", { success: ZonePage }).annotateMerge(
    operation("List tax zones", reads)
  ),
  HttpApiEndpoint.post("createTaxZone", "/admin/tax-zones", {
    payload: CreateZone,
    success: Zone.pipe(HttpApiSchema.status(201)),
    error: problems(TooManyZones)
  }).middleware(Idempotent).annotateMerge(operation("Create a tax zone", creates)),
  HttpApiEndpoint.get("getTaxZone", "/admin/tax-zones/:id", {
    params: byId,
    success: Zone,
    error: problems(ZoneNotFound)
  }).annotateMerge(operation("See a tax zone", { ...reads, tagged: true })),
  HttpApiEndpoint.patch("updateTaxZone", "/admin/tax-zones/:id", {
    params: byId,
    payload: UpdateZone,
    success: Zone,
    error: problems(ZoneNotFound, VersionConflict)
  }).annotateMerge(operation("Change a tax zone", edits)),
  HttpApiEndpoint.delete("deleteTaxZone", "/admin/tax-zones/:id", {
    params: byId,
    error: problems(ZoneNotFound, ZoneInUse, VersionConflict)
  }).annotateMerge(operation("Delete a tax zone that has no rates", { ...writes, conditional: true })),
  HttpApiEndpoint.get("listShippingZones", "/admin/shipping-zones", { success: ZonePage }).annotateMerge(
    operation("List shipping zones", reads)
  ),
  HttpApiEndpoint.post("createShippingZone", "/admin/shipping-zones", {
    payload: CreateZone,
    success: Zone.pipe(HttpApiSchema.status(201)),
    error: problems(TooManyZones)
  }).middleware(Idempotent).annotateMerge(operation("Create a shipping zone", creates)),
  HttpApiEndpoint.get("getShippingZone", "/admin/shipping-zones/:id", {
    params: byId,
    success: Zone,
    error: problems(ZoneNotFound)
  }).annotateMerge(operation("See a shipping zone", { ...reads, tagged: true })),
  HttpApiEndpoint.patch("updateShippingZone", "/admin/shipping-zones/:id", {
    params: byId,
    payload: UpdateZone,
    success: Zone,
    error: problems(ZoneNotFound, VersionConflict)
  }).annotateMerge(operation("Change a shipping zone", edits)),
  HttpApiEndpoint.delete("deleteShippingZone", "/admin/shipping-zones/:id", {
    params: byId,
    error: problems(ZoneNotFound, ZoneInUse, VersionConflict)
  }).annotateMerge(operation("Delete a shipping zone that has no methods", { ...writes, conditional: true }))
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({
    title: "Zones (staff)",
    description: "The parts of the world that tax rates and shipping methods are for"
  })
) {}

import { VersionConflict } from "@stoa/core/kernel/Version"
import { ShippingMethodNotFound } from "@stoa/core/shipping/ShippingErrors"
import { CreateShippingMethod, ShippingMethod, UpdateShippingMethod } from "@stoa/core/shipping/ShippingMethod"
import { TaxRateNotFound, TaxRateTaken } from "@stoa/core/tax/TaxErrors"
import { CreateTaxRate, TaxRate, UpdateTaxRate } from "@stoa/core/tax/TaxRate"
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

export const ShippingMethodPage = page("ShippingMethodPage", ShippingMethod)
export const TaxRatePage = page("TaxRatePage", TaxRate)

/** How goods get to buyers, and what tax is charged. */
export class ShippingAndTaxGroup extends HttpApiGroup.make("shippingAndTax").add(
  HttpApiEndpoint.get("listShippingMethods", "/admin/shipping-methods", { success: ShippingMethodPage }).annotateMerge(
    operation("List shipping methods", reads)
  ),
  HttpApiEndpoint.post("createShippingMethod", "/admin/shipping-methods", {
    payload: CreateShippingMethod,
    success: ShippingMethod.pipe(HttpApiSchema.status(201))
  }).middleware(Idempotent).annotateMerge(operation("Create a shipping method", creates)),
  HttpApiEndpoint.get("getShippingMethod", "/admin/shipping-methods/:id", {
    params: byId,
    success: ShippingMethod,
    error: problems(ShippingMethodNotFound)
  }).annotateMerge(operation("See a shipping method", { ...reads, tagged: true })),
  HttpApiEndpoint.patch("updateShippingMethod", "/admin/shipping-methods/:id", {
    params: byId,
    payload: UpdateShippingMethod,
    success: ShippingMethod,
    error: problems(ShippingMethodNotFound, VersionConflict)
  }).annotateMerge(operation("Change a shipping method", edits)),
  HttpApiEndpoint.delete("deleteShippingMethod", "/admin/shipping-methods/:id", {
    params: byId,
    error: problems(ShippingMethodNotFound, VersionConflict)
  }).annotateMerge(operation("Delete a shipping method", { ...writes, conditional: true })),
  HttpApiEndpoint.get("listTaxRates", "/admin/tax-rates", { success: TaxRatePage }).annotateMerge(
    operation("List tax rates", reads)
  ),
  HttpApiEndpoint.post("createTaxRate", "/admin/tax-rates", {
    payload: CreateTaxRate,
    success: TaxRate.pipe(HttpApiSchema.status(201)),
    error: problems(TaxRateTaken)
  }).middleware(Idempotent).annotateMerge(operation("Create a tax rate", creates)),
  HttpApiEndpoint.get("getTaxRate", "/admin/tax-rates/:id", {
    params: byId,
    success: TaxRate,
    error: problems(TaxRateNotFound)
  }).annotateMerge(operation("See a tax rate", { ...reads, tagged: true })),
  HttpApiEndpoint.patch("updateTaxRate", "/admin/tax-rates/:id", {
    params: byId,
    payload: UpdateTaxRate,
    success: TaxRate,
    error: problems(TaxRateNotFound, TaxRateTaken, VersionConflict)
  }).annotateMerge(operation("Change a tax rate", edits)),
  HttpApiEndpoint.delete("deleteTaxRate", "/admin/tax-rates/:id", {
    params: byId,
    error: problems(TaxRateNotFound, VersionConflict)
  }).annotateMerge(operation("Delete a tax rate", { ...writes, conditional: true }))
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({
    title: "Shipping and tax (staff)",
    description: "How goods get to buyers, and what tax is charged"
  })
) {}

import { PreviewPrice, PricePreview } from "@stoa/core/cart/PricePreview"
import { VariantNotFound } from "@stoa/core/catalog/CatalogErrors"
import { VersionConflict } from "@stoa/core/kernel/Version"
import {
  CreatePriceList,
  ListPage,
  ListPriceRow,
  PriceList,
  RemovePrices,
  SetPrices,
  UpdatePriceList
} from "@stoa/core/prices/PriceList"
import { PriceListNotFound, TooManyPriceLists } from "@stoa/core/prices/PriceListErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "prices:read" }
const writes: Traits = { access: "staff", permission: "prices:write" }

export const PriceListPage = page("PriceListPage", PriceList)
export const ListPricePage = page("ListPricePage", ListPriceRow)

/** Prices for certain buyers or for a time. */
export class PriceListsGroup extends HttpApiGroup.make("priceLists").add(
  HttpApiEndpoint.post("preview", "/admin/prices/preview", {
    payload: PreviewPrice,
    success: PricePreview,
    error: problems(VariantNotFound)
  }).annotateMerge(
    operation("See what a buyer would pay for a variant and why: by quantity, place, currency, customer or group, and time", reads)
  ),
  HttpApiEndpoint.get("list", "/admin/price-lists", { query: ListPage, success: PriceListPage }).annotateMerge(
    operation("List price lists, the oldest first", reads)
  ),
  HttpApiEndpoint.post("create", "/admin/price-lists", {
    payload: CreatePriceList,
    success: PriceList.pipe(HttpApiSchema.status(201)),
    error: problems(TooManyPriceLists)
  }).middleware(Idempotent).annotateMerge(
    operation("Create a price list, with its prices or without", { ...writes, idempotent: true, tagged: true })
  ),
  HttpApiEndpoint.get("get", "/admin/price-lists/:id", {
    params: byId,
    success: PriceList,
    error: problems(PriceListNotFound)
  }).annotateMerge(operation("See a price list", { ...reads, tagged: true })),
  HttpApiEndpoint.patch("update", "/admin/price-lists/:id", {
    params: byId,
    payload: UpdatePriceList,
    success: PriceList,
    error: problems(PriceListNotFound, VersionConflict)
  }).annotateMerge(operation("Change a price list", { ...writes, conditional: true, tagged: true })),
  HttpApiEndpoint.delete("delete", "/admin/price-lists/:id", {
    params: byId,
    error: problems(PriceListNotFound, VersionConflict)
  }).annotateMerge(operation("Delete a price list with its prices", { ...writes, conditional: true })),
  HttpApiEndpoint.get("prices", "/admin/price-lists/:id/prices", {
    params: byId,
    query: ListPage,
    success: ListPricePage,
    error: problems(PriceListNotFound)
  }).annotateMerge(operation("List the prices of a price list, by variant and quantity", reads)),
  HttpApiEndpoint.put("setPrices", "/admin/price-lists/:id/prices", {
    params: byId,
    payload: SetPrices,
    error: problems(PriceListNotFound)
  }).annotateMerge(operation("Add prices to a price list, or replace those of the same variant and quantity; variants are named by id or SKU", writes)),
  HttpApiEndpoint.post("removePrices", "/admin/price-lists/:id/prices/removal", {
    params: byId,
    payload: RemovePrices,
    error: problems(PriceListNotFound)
  }).middleware(Idempotent).annotateMerge(
    operation("Take the prices of variants out of a price list", { ...writes, idempotent: true })
  )
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Price lists (staff)", description: "Prices for certain buyers or for a time" })
) {}

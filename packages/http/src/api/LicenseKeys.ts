import { VariantNotFound } from "@stoa/core/catalog/CatalogErrors"
import { ImportLicenseKeys, License, LicenseImport, LicenseKey, LicensePool, LicenseWithdrawal, ListLicenseKeys, SetLicensePool, WithdrawLicenseKeys } from "@stoa/core/licenses/License"
import { OrderNotFound } from "@stoa/core/orders/OrdersErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const LicensePage = page("LicensePage", License)
export const LicenseKeyPage = page("LicenseKeyPage", LicenseKey)

/** License keys that go to whoever has paid. */
export class LicenseKeysGroup extends HttpApiGroup.make("licenseKeys").add(
  HttpApiEndpoint.get("ofOrder", "/orders/:id/license-keys", {
    params: byId,
    success: LicensePage,
    error: problems(OrderNotFound)
  }).annotateMerge(operation("See the license keys of an order", { access: "guest" })),
  HttpApiEndpoint.get("pool", "/admin/variants/:id/license-pool", {
    params: byId,
    success: LicensePool,
    error: problems(VariantNotFound)
  }).middleware(Guarded).annotateMerge(
    operation("See how many license keys of a variant are left", { access: "staff", permission: "license-keys:read" })
  ),
  HttpApiEndpoint.put("setPool", "/admin/variants/:id/license-pool", {
    params: byId,
    payload: SetLicensePool,
    success: LicensePool,
    error: problems(VariantNotFound)
  }).middleware(Guarded).annotateMerge(
    operation("Say whether pieces of a variant get license keys, and at how few the shop is told", {
      access: "staff",
      permission: "license-keys:write"
    })
  ),
  HttpApiEndpoint.post("import", "/admin/variants/:id/license-keys", {
    params: byId,
    payload: ImportLicenseKeys,
    success: LicenseImport,
    error: problems(VariantNotFound)
  }).middleware(Guarded).annotateMerge(
    operation("Import license keys, one a line; those that the pool has already are left out and named", {
      access: "staff",
      permission: "license-keys:write",
      sensitive: true
    })
  ),
  HttpApiEndpoint.post("withdraw", "/admin/variants/:id/license-keys/withdraw", {
    params: byId,
    payload: WithdrawLicenseKeys,
    success: LicenseWithdrawal,
    error: problems(VariantNotFound)
  }).middleware(Guarded).annotateMerge(
    operation("Take license keys out of a pool that nobody shall get any more, one a line", {
      access: "staff",
      permission: "license-keys:write",
      sensitive: true
    })
  ),
  HttpApiEndpoint.get("list", "/admin/variants/:id/license-keys", {
    params: byId,
    query: ListLicenseKeys,
    success: LicenseKeyPage,
    error: problems(VariantNotFound)
  }).middleware(Guarded).annotateMerge(
    operation("See license keys themselves; the audit log says who has", {
      access: "staff",
      permission: "license-keys:reveal",
      sensitive: true
    })
  )
).annotateMerge(OpenApi.annotations({ title: "License keys", description: "License keys that are sold" })) {}

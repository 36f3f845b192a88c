/**
 * Vendors, the parts of orders that they sell, and what their people work with.
 */
import { Catalog } from "@stoa/core/catalog/Catalog"
import { OrderParts } from "@stoa/core/marketplace/OrderParts"
import { VendorDesk } from "@stoa/core/marketplace/VendorDesk"
import { Vendors } from "@stoa/core/vendors/Vendors"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"
import * as ApiGroup from "./ApiGroup.ts"
import { permitted } from "./Permitted.ts"

const vendors = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "vendors",
    Effect.fnUntraced(function*(handlers) {
      const vendors = yield* Vendors
      const catalog = yield* Catalog
      return handlers.handleAll({
        get: ({ params }) => vendors.show(params.idOrSlug),
        products: ({ params, query }) =>
          Effect.flatMap(vendors.show(params.idOrSlug), ({ id }) => catalog.listProducts({ ...query, vendor: id }))
      })
    })
  )

const adminVendors = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "adminVendors",
    Effect.fnUntraced(function*(handlers) {
      const vendors = yield* Vendors
      const parts = yield* OrderParts
      return handlers.handleAll({
        list: ({ query }) => vendors.list(query),
        create: ({ payload }) => versioned(vendors.create(payload)),
        get: ({ params }) => permitted("vendors:read", versioned(vendors.get(params.idOrSlug))),
        update: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => vendors.update(params.id, changes))),
        members: ({ params }) => permitted("vendors:read", Effect.map(vendors.members(params.id), whole)),
        addMember: ({ params, payload }) => vendors.addMember(params.id, payload),
        removeMember: ({ params }) => vendors.removeMember(params.id, params.userId),
        parts: ({ params }) => permitted("orders:read", Effect.map(parts.ofOrder(params.id), whole))
      })
    })
  )

const vendorDesk = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "vendorDesk",
    Effect.fnUntraced(function*(handlers) {
      const desk = yield* VendorDesk
      return handlers.handleAll({
        vendor: () => desk.vendor,
        orders: ({ query }) => desk.orders(query),
        order: ({ params }) => permitted("vendors:sell", desk.order(params.id)),
        send: ({ params, payload }) => versioned(desk.send(params.id, payload)),
        advance: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (step) => desk.advance(params.id, step))),
        changeState: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (change) => desk.changeState(params.id, change))),
        products: ({ query }) => desk.products(query),
        product: ({ params }) => permitted("vendors:sell", desk.product(params.idOrSlug)),
        stock: ({ params }) => permitted("vendors:sell", Effect.map(desk.stock(params.id), whole)),
        adjustStock: ({ payload }) => Effect.map(desk.adjustStock(payload), whole)
      })
    })
  )

export const layer = (api: StoaApi) => Layer.mergeAll(vendors(api), adminVendors(api), vendorDesk(api))

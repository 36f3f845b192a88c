/**
 * Vendors with people who work for them and goods that they sell, and an order of the goods of several.
 */
import * as Effect from "effect/Effect"
import { Catalog } from "../catalog/Catalog.ts"
import * as Actor from "../kernel/Actor.ts"
import { OrderParts } from "../marketplace/OrderParts.ts"
import { VendorDesk } from "../marketplace/VendorDesk.ts"
import { Vendors } from "../vendors/Vendors.ts"
import * as Shop from "./Shop.ts"

export const system = Actor.as(Actor.system("test"))
export const staff = Actor.as(Actor.staff("user_staff", ["vendors:*", "orders:*", "catalog:*"]))
export const guest = Actor.as(Actor.guest())

export const tagOf = <E extends { readonly _tag: string }, R>(effect: Effect.Effect<unknown, E, R>) =>
  Effect.map(Effect.flip(effect), ({ _tag }) => _tag)

/** A vendor with somebody who works for it, and something that it sells. */
export const seller = Effect.fnUntraced(function*(name: string) {
  const vendors = yield* Vendors
  const vendor = yield* staff(vendors.create({ name, email: `${name.toLowerCase()}@vendors.example` }))
  const userId = yield* Shop.account(`${name.toLowerCase()}@example.com`)
  yield* staff(vendors.addMember(vendor.id, { userId }))
  const { productId, variantId } = yield* Shop.product({ title: `${name}'s board`, stock: 10 })
  yield* staff(Effect.flatMap(Catalog, (catalog) => catalog.updateProduct(productId, { vendorId: vendor.id })))
  return {
    ...vendor,
    userId,
    productId,
    variantId,
    as: Actor.as(Actor.customer(userId, { permissions: ["vendors:sell"] }))
  }
})

export const follow = (id: string, number: string, more: { readonly carrier?: string; readonly url?: string } = {}) =>
  Effect.flatMap(VendorDesk, (desk) => desk.advance(id, { tracking: [{ carrier: "Owl Post", number, ...more }] }))

/** An order of three boards of Oak, two of Elm and one mug of the shop itself. */
export const mixed = Effect.gen(function*() {
  const oak = yield* seller("Oak")
  const elm = yield* seller("Elm")
  const mug = yield* Shop.product({ title: "Mug", stock: 10 })
  const buyer = yield* Shop.guest([oak.variantId, 3], [elm.variantId, 2], [mug.variantId, 1])
  const { order, token } = yield* Shop.place(buyer, "sandbox_success", { shippingAddress: { ...Shop.address, phone: "+1 503 555 0100" } })
  const lineOf = (variantId: string) => order.lines.find((line) => line.variantId === variantId)?.id ?? ("" as never)
  return { oak, elm, mug, order, token, oaks: lineOf(oak.variantId), elms: lineOf(elm.variantId), mugs: lineOf(mug.variantId) }
})

export const parts = (orderId: string) => staff(Effect.flatMap(OrderParts, (all) => all.ofOrder(orderId)))
export const advance = (id: string, event: "ship" | "deliver" | "cancel") =>
  Effect.flatMap(VendorDesk, (desk) => desk.advance(id, { event }))

/**
 * What a simulated shop sells: things that are counted and one that is not, some of a vendor and some that ship apart, a bundle of
 * them, a file and gift cards. And what its buyers have to begin with.
 */
import * as Effect from "effect/Effect"
import { Catalog } from "../../catalog/Catalog.ts"
import { Downloads } from "../../downloads/Downloads.ts"
import { Inventory } from "../../inventory/Inventory.ts"
import * as Actor from "../../kernel/Actor.ts"
import { LoyaltyPoints } from "../../loyalty/LoyaltyPoints.ts"
import { MediaLibrary } from "../../media/MediaLibrary.ts"
import { Promotions } from "../../promotions/Promotions.ts"
import { Shipping } from "../../shipping/Shipping.ts"
import { GiftCards } from "../../value/GiftCards.ts"
import { Vendors } from "../../vendors/Vendors.ts"
import * as Shop from "../Shop.ts"
import type * as Actions from "./Actions.ts"
import * as Notes from "./Notes.ts"
import type * as SimulatedBank from "./SimulatedBank.ts"

/** Letters take what is standard, a haulier what is bulky. */
const ships = Effect.gen(function*() {
  const shipping = yield* Shipping
  yield* shipping.create({ name: "Letter", price: Shop.shippingRate, shippingClasses: ["standard"] })
  yield* shipping.create({ name: "Freight", price: Shop.usd(1_700), shippingClasses: ["bulky"] })
})

/** A vendor, and somebody who works for it. */
const seller = Effect.gen(function*() {
  const vendors = yield* Vendors
  const { id } = yield* vendors.create({ name: "Walnut & Sons" })
  const userId = yield* Shop.account("walnut@example.com")
  yield* vendors.addMember(id, { userId })
  return { id, userId }
})

/** Puts all of it up for sale; answers with what the vendor sells. */
const goods = Effect.fnUntraced(function*(notes: Notes.Notes, vendorId: string) {
  const catalog = yield* Catalog
  const lie = (variantId: string, onHand: number, counted = true) => {
    notes.goods.push(variantId)
    notes.variants.push({ variantId, counted, onHand, unheard: [] })
  }
  const walnut = yield* Shop.product({ title: "Walnut board", stock: 9 })
  yield* catalog.updateProduct(walnut.productId, { vendorId })
  lie(walnut.variantId, 9)
  const oak = yield* Shop.product({ title: "Oak table", stock: 6, backorderLimit: 2 })
  yield* catalog.updateProduct(oak.productId, { shippingClass: "bulky" })
  lie(oak.variantId, 6)
  const oil = yield* Shop.product({ title: "Oil", trackStock: false })
  lie(oil.variantId, 0, false)
  const parts = [[walnut.variantId, 2], [oak.variantId, 1]].map(([variantId, quantity]) => ({ variantId, quantity })) as never
  const { variantId: set } = yield* Shop.product({ title: "Set", price: Shop.usd(4_999), bundle: { parts } })
  const { variantId: card } = yield* Shop.product({ title: "Gift card", price: Shop.usd(1_000), giftCard: true, stock: 0 })
  const { variantId: file } = yield* Shop.product({ title: "Plan", price: Shop.usd(900), requiresShipping: false, trackStock: false })
  const { id: mediaId } = yield* (yield* MediaLibrary).upload(Buffer.from("%PDF-1.7 plan"), { visibility: "private", name: "plan.pdf" })
  yield* (yield* Downloads).setGoods(file, { files: [{ mediaId }], downloads: 2 })
  notes.goods.push(set, card, file)
  notes.files.push(file)
  return walnut.variantId
})

/** Opens the shop. */
export const setUp = Effect.fnUntraced(function*(bank: SimulatedBank.SimulatedBank) {
  const inventory = yield* Inventory
  yield* ships
  const vendor = yield* seller
  const main = yield* inventory.defaultLocation
  const south = yield* inventory.createLocation({ code: "south", name: "South", priority: 1 })
  const notes = Notes.make()
  const variantId = yield* goods(notes, vendor.id)
  // points can be used once an order is paid, and follow whatever becomes of it
  yield* (yield* LoyaltyPoints).setProgram({ active: true, pointsPer100: 10, confirmedBy: "paid", expireDays: null, pointValue: 1, tiers: [] })
  const world: Actions.World = {
    bank,
    customers: yield* Effect.forEach(["ada", "bob", "eve"], (name) => Shop.account(`${name}@example.com`)),
    notes,
    letters: [],
    locations: [main.id, south.id],
    vendor: { variantId, userId: vendor.userId }
  }
  yield* bank.connect((letter) =>
    Effect.sync(() => {
      world.letters.push(letter)
      // what did not arrive for so long never does
      if (world.letters.length > 12) world.letters.shift()
    }))
  const usageLimit = 4
  const { id } = yield* (yield* Promotions).create({
    name: "A few times",
    code: "FEW",
    usageLimit,
    action: { type: "percent_off_order", args: { ratePpm: 100_000 } }
  })
  world.notes.codes.push({ code: "FEW", promotionId: id, usageLimit })
  for (const amount of [1_500, 4_000, 20_000]) {
    const { code } = yield* (yield* GiftCards).create({ amount: Shop.usd(amount) })
    world.notes.giftCards.push(code ?? "")
  }
  return world
}, Actor.as(Actor.system("simulation")))

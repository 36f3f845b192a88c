/**
 * What people do besides buying, for the process to die in: a guest who signs in, somebody who wants to be forgotten, and a merchant who
 * brings a file.
 */
import * as Effect from "effect/Effect"
import { AddressBook } from "../addresses/AddressBook.ts"
import { AddressRepository } from "../addresses/AddressRepository.ts"
import { CartRepository } from "../cart/CartRepository.ts"
import { Carts } from "../cart/Carts.ts"
import { Privacy } from "../identity/Privacy.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { Orders } from "../orders/Orders.ts"
import { define, type Scenario } from "./CrashScenario.ts"
import { findAll, importLines, shirt } from "./ImportFixture.ts"
import * as Shop from "./Shop.ts"

const staff = Actor.as(Actor.system("test"))

const piecesOf = (cart: { readonly lines: ReadonlyArray<{ readonly quantity: number }> } | undefined) =>
  (cart?.lines ?? []).map(({ quantity }) => quantity).join("+")

/** The handles of a file: a shirt in three sizes, and two mugs. */
const handles = ["shirt", "mug", "cup"] as const
const file = [
  ...shirt(["S", "10"], ["M", "11"], ["L", "12"]),
  "mug,Mug,,,MUG,9,shopify,5,deny,Kitchen > Cups",
  "cup,Cup,,,CUP,8,shopify,5,deny,Kitchen > Cups"
]

export const ofPeople: ReadonlyArray<Scenario<unknown>> = [
  define({
    name: "the cart of a guest who signs in and has one already",
    prepare: Effect.gen(function*() {
      const { variantId } = yield* Shop.product({ stock: 50 })
      const oil = yield* Shop.product({ title: "Oil", stock: 50 })
      const ada = yield* Shop.account("ada@example.com")
      const own = yield* Shop.customer(ada, [variantId, 2])
      const guest = yield* Shop.guest([variantId, 1], [oil.variantId, 4])
      const cartToken = guest.actor._tag === "guest" ? guest.actor.cartToken ?? "" : ""
      return { ada, ownId: own.cart.id, guestId: guest.cart.id, cartToken }
    }),
    operation: ({ ada, cartToken }) =>
      Effect.flatMap(Carts, (carts) => Actor.as(Actor.customer(ada, { cartToken }))(carts.merge(cartToken))),
    ends: ["none"],
    alsoWrong: ({ guestId, ownId }) =>
      Effect.gen(function*() {
        const carts = yield* CartRepository
        const own = (yield* carts.snapshot({ id: ownId }))?.cart
        const guests = (yield* carts.snapshot({ id: guestId }))?.cart
        const isMerged = guests?.status === "merged"
        const [mine, theirs] = [piecesOf(own), piecesOf(guests)]
        return own?.status === "open" && (isMerged ? mine === "3+4" : guests?.status === "open" && mine === "2" && theirs === "1+4")
          ? []
          : [`the customer's cart is ${own?.status} with ${mine}, the guest's ${guests?.status} with ${theirs}`]
      })
  }),
  define({
    name: "forgetting somebody who has bought something",
    prepare: Effect.gen(function*() {
      const { variantId } = yield* Shop.product()
      const userId = yield* Shop.account("ada@example.com")
      const customer = Actor.customer(userId, { sessionId: "sess_1" })
      yield* Actor.as(customer)((yield* AddressBook).create({ address: Shop.address }))
      const { order } = yield* Shop.place(yield* Shop.customer(userId, [variantId, 2]), "sandbox_success", { note: "It is Ada" })
      for (const event of ["ship", "deliver"] as const) yield* staff((yield* Orders).changeStatus(order.id, { event }))
      const { cart } = yield* Shop.customer(userId, [variantId, 1])
      return { userId, orderId: order.id, cartId: cart.id }
    }),
    operation: ({ userId }) => Effect.flatMap(Privacy, (privacy) => staff(privacy.erase(userId))),
    ends: ["delivered"],
    alsoWrong: ({ cartId, orderId, userId }) =>
      Effect.gen(function*() {
        const users = yield* UserRepository
        const order = yield* (yield* OrderRepository).find(orderId)
        const known = [
          yield* users.find(userId),
          yield* users.findByEmail("ada@example.com"),
          (yield* (yield* AddressRepository).list(userId))[0],
          yield* (yield* CartRepository).snapshot({ id: cartId }),
          order?.note ?? undefined,
          order?.email === "ada@example.com" ? order.email : undefined,
          order?.shippingAddress?.name === Shop.address.name ? order.shippingAddress : undefined
        ].filter((one) => one !== undefined).length
        return known === ((yield* users.wasErased(userId)) ? 0 : 7) ? [] : [`${known} of 7 things are known of somebody`]
      }),
    seldom: true
  }),
  define({
    name: "the import of a file of products",
    prepare: Effect.void,
    operation: () => staff(importLines(file)),
    ends: ["none"],
    alsoWrong: () =>
      Effect.gen(function*() {
        const found = yield* findAll(...handles)
        const whole = new Map<string, number>([["shirt", 3], ["mug", 1], ["cup", 1]])
        const problems: Array<string> = []
        if (new Set(found.map(({ slug }) => slug)).size !== found.length) problems.push("a product of the file is there twice")
        for (const { slug, variants } of found) {
          if (variants.length !== whole.get(slug)) problems.push(`${slug} has ${variants.length} variants`)
          for (const { id } of variants) {
            const { onHand } = yield* Shop.stockOf(id)
            if (onHand !== 5) problems.push(`of a variant of ${slug} ${onHand} are there`)
          }
        }
        return problems
      }),
    seldom: true
  })
]

/**
 * Carts that their customers have left: each is reminded of once, where its customer agreed to such messages, some hours
 * after its last change. A cart that has become an order meanwhile is not.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { CartRepository } from "../cart/CartRepository.ts"
import { JobRegistry } from "../jobs/JobRegistry.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { Marketing } from "../marketing/Marketing.ts"
import * as VariantName from "../orders/VariantName.ts"
import { forEachStore } from "../stores/ForEachStore.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import { Stores } from "../stores/Stores.ts"

/** A cart that was left so long ago is left for good. */
const longest = "3 days"

/** How many carts of a store are reminded of at a time. */
const batch = 500

/** More lines than this are not listed one by one. */
const listed = 20

export const layer: Layer.Layer<
  never,
  never,
  CartRepository | JobRegistry | Marketing | StoreRepository | Stores | Transactor
> = Layer.effectDiscard(Effect.gen(function*() {
  const carts = yield* CartRepository
  const registry = yield* JobRegistry
  const marketing = yield* Marketing
  const repository = yield* StoreRepository
  const stores = yield* Stores
  const transactor = yield* Transactor

  yield* marketing.guard("abandoned-cart", (all) =>
    Effect.forEach(all, ({ cartId }) =>
      typeof cartId === "string"
        ? Effect.map(carts.snapshot({ id: cartId }), (found) => found?.cart.status === "open" && found.cart.lines.length > 0)
        : Effect.succeed(false)))

  const remind = Effect.gen(function*() {
    const { settings: { cartDays, cartReminderHours, storefrontUrl } } = yield* stores.current
    if (cartReminderHours === null) return
    const now = yield* Timestamp.now
    const left = yield* carts.left({
      since: Timestamp.minus(now, longest),
      until: Timestamp.minus(now, { hours: cartReminderHours }),
      cartDays,
      limit: batch
    })
    const link = storefrontUrl === null ? null : `${storefrontUrl}/cart`
    yield* transactor.transaction(marketing.queue(left.map(({ cartId, customerId, email, language, lines }) => ({
      recipient: { channel: "email" as const, address: email },
      userId: customerId,
      inbox: customerId,
      kind: "cart_reminders" as const,
      requested: false,
      locale: language,
      template: "abandoned-cart",
      link,
      id: `abandoned-cart:${cartId}`,
      data: {
        cartId,
        url: link,
        items: lines.slice(0, listed).map((line) => ({
          title: [line.title, VariantName.of(line)].filter(Boolean).join(", "),
          quantity: line.quantity
        }))
      }
    }))))
  })

  yield* registry.cron({ name: "carts.remind", cron: "*/10 * * * *", run: forEachStore(repository, remind) })
}))

/**
 * An order that a guest has placed and paid, for tests of what comes after.
 */
import type { createStoa } from "@stoa/core"
import * as Actor from "@stoa/core/kernel/Actor"
import { address } from "@stoa/core/testing/Shop"

type Shop = Awaited<ReturnType<typeof createStoa>>

/** Puts a product up for sale, and lets a guest buy so many of its ten pieces at 9000 cents. */
export const placed = async (shop: Shop, quantity: number) => {
  await shop.shipping.create({ name: "Post", price: { amount: 500, currency: "USD" as never } })
  const product = await shop.catalog.createProduct({
    title: "Lamp",
    variants: [{ price: { amount: 9_000, currency: "USD" as never }, sku: "LAMP", stock: 10 }]
  })
  const variantId = product.variants[0]?.id ?? ""
  const { cart, token: cartToken } = await shop.as(Actor.guest()).carts.create()
  const buyer = shop.as(Actor.guest({ cartToken }))
  await buyer.carts.addItem(cart.id, { variantId, quantity })
  const { order, token } = await buyer.checkout.place({
    cartId: cart.id,
    email: "ada@example.com",
    shippingAddress: address,
    payment: { gateway: "sandbox" }
  })
  return { order, productId: product.id, variantId, lineId: order.lines[0]?.id ?? "", headers: { "stoa-order-token": token ?? "" } }
}

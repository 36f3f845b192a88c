import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

const usd = (amount: number) => ({ amount, currency: "USD" })

describe("wish lists over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
  })
  afterAll(() => server.close())

  it("are filled, read with what things cost now, and emptied into the cart", async () => {
    const { as: ada } = await server.signIn("ada@example.com")
    const made = async (title: string) => {
      const { id, variants } = await server.shop.catalog.createProduct({ title, variants: [{ price: usd(2_000), stock: 2 }] })
      return { productId: id, variantId: String(variants[0]?.id) }
    }
    const [mug, bowl, jug] = [await made("Mug"), await made("Bowl"), await made("Jug")]
    const wish = await ada.wishList.add({ payload: { variantId: mug.variantId } })
    assert.deepInclude(wish, { title: "Mug", price: usd(2_000), seenPrice: usd(2_000), available: 2, isForSale: true } as never)
    assert.deepStrictEqual(await ada.wishList.add({ payload: { productId: mug.productId } }), wish)
    assert.deepStrictEqual(
      await ada.wishList.merge({ payload: { variantIds: [mug.variantId, bowl.variantId, jug.variantId] } }),
      { added: [bowl.variantId, jug.variantId], leftOut: [] } as never
    )
    await server.shop.catalog.updateVariant(mug.productId, mug.variantId, { price: usd(1_500) })
    const { items, nextCursor } = await ada.wishList.list({ query: { limit: 2, country: "AT" } })
    assert.lengthOf(items, 2)
    const rest = await ada.wishList.list({ query: { limit: 2, after: String(nextCursor) } })
    assert.deepStrictEqual(rest.items.map(({ price, seenPrice }) => [price, seenPrice]), [[usd(1_500), usd(2_000)]])
    const path = (one: { readonly variantId: string }) => ({ params: { id: one.variantId } })
    assert.deepStrictEqual(
      await problem(ada.wishList.moveToCart({ ...path(mug), payload: { quantity: 3 } })),
      [409, "insufficient_stock"]
    )
    const cart = await ada.wishList.moveToCart({ ...path(mug), payload: {} })
    assert.deepStrictEqual(cart.lines.map(({ quantity, title }) => [title, quantity]), [["Mug", 1]])
    assert.deepStrictEqual(await problem(ada.wishList.moveToCart({ ...path(mug), payload: {} })), [404, "wish_not_found"])
    await ada.wishList.remove(path(bowl))
    await ada.wishList.remove(path(bowl))
    assert.deepStrictEqual((await ada.wishList.list({ query: {} })).items.map(({ title }) => title), ["Jug"])
    await ada.wishList.clear()
    assert.lengthOf((await ada.wishList.list({ query: {} })).items, 0)
  })

  it("are seen by whoever has a link, until it is taken back", async () => {
    const { as: bob } = await server.signIn("bob@example.com")
    const { variants } = await server.shop.catalog.createProduct({ title: "Lamp", variants: [{ price: usd(4_000), stock: 1 }] })
    await bob.wishList.add({ payload: { variantId: String(variants[0]?.id) } })
    const { share, token } = await bob.sharedWishLists.share({ payload: { days: 30 } })
    assert.deepStrictEqual((await bob.sharedWishLists.shares()).items, [share])
    const friend = server.guest.sharedWishLists
    const { items, nextCursor } = await friend.get({ params: { token }, query: { limit: 5 } })
    assert.deepStrictEqual([items.map(({ price, title }) => [title, price]), nextCursor], [[["Lamp", usd(4_000)]], null] as never)
    assert.deepStrictEqual(await problem(friend.share({ payload: {} })), [401, "unauthenticated"])
    assert.deepStrictEqual(await problem(friend.shares()), [401, "unauthenticated"])
    assert.deepStrictEqual(await problem(bob.sharedWishLists.share({ payload: { days: 1_000 } })), [400, "invalid_input"])
    const raw = await server.handler(new Request(`http://127.0.0.1/api/v1/wishlist/shared/${token}`))
    assert.deepStrictEqual([raw.status, raw.headers.get("cache-control")], [200, "no-store"])
    await bob.sharedWishLists.revoke({ params: { id: share.id } })
    await bob.sharedWishLists.revoke({ params: { id: share.id } })
    assert.deepStrictEqual(await problem(friend.get({ params: { token }, query: {} })), [404, "shared_wish_list_not_found"])
    await bob.wishList.clear()
  })

  it("are nobody's but those who have signed in, and staff see only what is wanted most", async () => {
    const { as: eve } = await server.signIn("eve@example.com")
    const clerk = await server.signIn("clerk@example.com")
    await server.shop.users.assignRoles(clerk.user.id, { roles: ["admin"] })
    const { variants } = await server.shop.catalog.createProduct({ title: "Vase", variants: [{ price: usd(500), stock: 1 }] })
    const variantId = String(variants[0]?.id)
    await eve.wishList.add({ payload: { variantId } })
    assert.deepStrictEqual(await problem(server.guest.wishList.list({ query: {} })), [401, "unauthenticated"])
    assert.deepStrictEqual(await problem(server.guest.wishList.add({ payload: { variantId } })), [401, "unauthenticated"])
    assert.deepStrictEqual(await problem(eve.wishList.add({ payload: {} })), [400, "invalid_input"])
    assert.deepStrictEqual(
      await problem(eve.wishList.add({ payload: { variantId: "var_00000000000000000000000000" } })),
      [404, "variant_not_found"]
    )
    assert.deepStrictEqual(await problem(eve.wishList.mostWanted({ query: {} })), [403, "forbidden"])
    const { items } = await clerk.as.wishList.mostWanted({ query: { limit: 5 } })
    assert.deepStrictEqual(items.map(({ customers, title }) => [title, customers]), [["Vase", 1]])
  })
})

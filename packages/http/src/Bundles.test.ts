import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

describe("bundles over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
  })
  afterAll(() => server.close())

  it("are made by staff, shown with their parts, and refused with the part that is missing", async () => {
    const clerk = await server.signIn("clerk@example.com")
    await server.shop.users.assignRoles(clerk.user.id, { roles: ["admin"] })
    const { adminProducts } = clerk.as
    const { products } = server.guest
    const price = (amount: number) => ({ amount, currency: "USD" })
    const mug = await adminProducts.create({ payload: { title: "Mug", variants: [{ price: price(700), stock: 5 }] } })
    const mugId = mug.variants[0]?.id ?? assert.fail("no variant")
    const three = await adminProducts.create({
      payload: { title: "Three mugs", variants: [{ price: price(0), bundle: { parts: [{ variantId: mugId, quantity: 3 }], reductionPpm: 100_000 } }] }
    })
    const threeId = three.variants[0]?.id ?? assert.fail("no variant")
    assert.deepStrictEqual(three.variants[0]?.price, price(1_890))
    assert.deepStrictEqual(
      await problem(adminProducts.create({
        payload: { title: "More", variants: [{ price: price(0), bundle: { parts: [{ variantId: threeId, quantity: 1 }] } }] }
      })),
      [400, "invalid_input"]
    )
    const shown = (await products.get({ params: { idOrSlug: "three-mugs" } })).variants[0]
    assert.deepStrictEqual([shown?.available, shown?.parts?.map(({ quantity, title }) => [title, quantity])], [1, [["Mug", 3]]])
    const { cart } = clerk.as
    await cart.create()
    await cart.addItem({ payload: { variantId: threeId, quantity: 1 } })
    await adminProducts.update({ params: { id: mug.id }, payload: { status: "archived" } })
    const { notices } = await cart.get()
    assert.deepStrictEqual(notices.map((notice) => notice._tag === "unavailable" && notice.parts), [[{ variantId: mugId, problem: "archived" }]])
  })
})

import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

describe("reviews over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  let owner: Awaited<ReturnType<typeof server.signInOwner>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
    owner = await server.signInOwner()
  })
  afterAll(() => server.close())

  it("are written by who has signed in, read by everybody, voted on, reported, and moderated by staff", async () => {
    const { shop } = server
    const product = await shop.catalog.createProduct({
      title: "Lamp",
      status: "active",
      variants: [{ price: { amount: 9_000, currency: "USD" as never } }]
    })
    const ada = await server.signIn("ada@example.com")
    const bob = await server.signIn("bob@example.com")
    const payload = { product: product.slug, rating: 5, text: "It shines.", authorName: "Ada" }
    assert.deepStrictEqual(await problem(server.guest.reviews.create({ payload })), [401, "unauthenticated"])
    const review = await ada.as.reviews.create({ payload })
    assert.deepInclude(review, { status: "published", rating: 5, authorName: "Ada", productId: product.id })
    assert.deepStrictEqual(await problem(ada.as.reviews.create({ payload })), [409, "review_exists"])
    assert.deepStrictEqual(
      await problem(ada.as.reviews.create({ payload: { ...payload, rating: 6 } })),
      [400, "invalid_input"]
    )

    const one = { params: { id: review.id } }
    const seen = await server.guest.reviews.ofProduct({ params: { id: product.slug }, query: { sort: "helpful", verified: false } })
    assert.deepStrictEqual(seen, {
      rating: { count: 1, average: 5, stars: [0, 0, 0, 0, 1] },
      items: [review],
      nextCursor: null
    })
    assert.strictEqual((await bob.as.reviews.vote({ ...one, payload: { helpful: true } })).helpful, 1)
    assert.deepStrictEqual(await problem(ada.as.reviews.vote({ ...one, payload: { helpful: true } })), [409, "own_review"])
    await bob.as.reviews.flag({ ...one, payload: { reason: "spam" } })
    assert.deepStrictEqual(await problem(bob.as.reviews.update({ ...one, payload: { rating: 1 } })), [404, "review_not_found"])
    const changed = await ada.as.reviews.update({ ...one, payload: { rating: 4, version: 2 } })
    assert.deepInclude(changed, { rating: 4, version: 3, helpful: 1 })
    assert.deepStrictEqual(
      await problem(ada.as.reviews.update({ ...one, payload: { rating: 3, version: 1 } })),
      [412, "version_conflict"]
    )
    assert.deepStrictEqual((await ada.as.reviews.mine({ query: {} })).items, [changed])

    const staff = owner.as.reviews
    assert.deepStrictEqual(await problem(bob.as.reviews.list({ query: {} })), [403, "forbidden"])
    assert.strictEqual((await staff.get(one)).customerId, ada.user.id)
    assert.deepStrictEqual((await staff.flags(one)).items.map(({ customerId, reason }) => [customerId, reason]), [[bob.user.id, "spam"]])
    assert.strictEqual((await staff.answer({ ...one, payload: { text: "Thank you" } })).answer?.text, "Thank you")
    assert.strictEqual((await staff.reject({ ...one, payload: { reason: "an advertisement" } })).status, "rejected")
    assert.deepStrictEqual((await staff.list({ query: { status: "rejected" } })).items.map(({ id }) => id), [review.id])
    assert.strictEqual((await staff.approve({ ...one, payload: {} })).status, "published")
    assert.deepStrictEqual(await problem(staff.approve({ ...one, payload: {} })), [409, "illegal_transition"])
    assert.deepStrictEqual(await problem(bob.as.reviews.remove(one)), [403, "forbidden"])
    assert.deepStrictEqual(await problem(bob.as.reviews.delete(one)), [404, "review_not_found"])
    await staff.remove(one)
    assert.deepStrictEqual(await problem(staff.get(one)), [404, "review_not_found"])
  })

  it("stand beside questions, which are asked by who has signed in and seen with their answers", async () => {
    const product = await server.shop.catalog.createProduct({
      title: "Table",
      variants: [{ price: { amount: 90_000, currency: "USD" as never } }]
    })
    const about = { params: { id: product.slug } }
    const eve = await server.signIn("eve@example.com")
    const payload = { text: "How wide is it?" }
    assert.deepStrictEqual(await problem(server.guest.questions.ask({ ...about, payload })), [401, "unauthenticated"])
    const { id } = await eve.as.questions.ask({ ...about, payload })
    assert.deepStrictEqual((await server.guest.questions.ofProduct({ ...about, query: {} })).items, [])
    const staff = owner.as.questions
    assert.deepStrictEqual((await staff.list({ query: { status: "waiting" } })).items.map((question) => question.id), [id])
    const one = { params: { id } }
    assert.strictEqual((await staff.get(one)).customerId, eve.user.id)
    await staff.answer({ ...one, payload: { text: "80 cm" } })
    const { items } = await server.guest.questions.ofProduct({ ...about, query: { limit: 5 } })
    assert.deepStrictEqual(items.map(({ answer, text }) => [text, answer?.text]), [["How wide is it?", "80 cm"]])
    assert.deepStrictEqual(await problem(eve.as.questions.reject({ ...one, payload: {} })), [403, "forbidden"])
    assert.strictEqual((await staff.reject({ ...one, payload: { reason: "wrong" } })).status, "rejected")
    await staff.delete(one)
    assert.deepStrictEqual(await problem(staff.get(one)), [404, "question_not_found"])
  })
})

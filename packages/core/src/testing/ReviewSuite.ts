/**
 * Reviews, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Logger from "effect/Logger"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { Catalog } from "../catalog/Catalog.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as Page from "../kernel/Page.ts"
import { MediaLibrary } from "../media/MediaLibrary.ts"
import { Orders } from "../orders/Orders.ts"
import { PersonalData } from "../privacy/PersonalData.ts"
import type { CreateReview } from "../reviews/Review.ts"
import { make, Reviews } from "../reviews/Reviews.ts"
import { type ReviewDraft, ReviewScreening, type ReviewVerdict } from "../reviews/ReviewScreening.ts"
import { Stores } from "../stores/Stores.ts"
import * as MemoryMedia from "./MemoryMedia.ts"
import * as Pictures from "./Pictures.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const as = (customerId: string) => Actor.as(Actor.customer(customerId))
const staff = Actor.as(Actor.staff("moderator", ["reviews:*"]))

export const reviewSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.andThen(Shop.ships, body).pipe(Effect.provide(Shop.layer(harness.storage()))))

  const product = Shop.product({ stock: 500 })

  const write = Effect.fnUntraced(function*(customerId: string, productId: string, more: Partial<typeof CreateReview.Encoded> = {}) {
    const reviews = yield* Reviews
    return yield* as(customerId)(reviews.create({
      product: productId,
      rating: 4,
      text: "A fine thing, and it does what it says.",
      authorName: null,
      ...more
    }))
  })

  const set = (reviews: { readonly moderation?: "all" | "none"; readonly writers?: "buyers"; readonly blockedWords?: ReadonlyArray<string> }) =>
    Effect.gen(function*() {
      const stores = yield* Stores
      const { settings } = yield* stores.current
      yield* stores.update({ settings: { reviews: { ...settings.reviews, ...reviews } } })
    })

  describe(`reviews on ${harness.name}`, () => {
    test(
      "a customer reviews a product once, sees it shown, changes and deletes it, and its stars follow",
      Effect.gen(function*() {
        const reviews = yield* Reviews
        const ada = yield* Shop.account("ada@example.com")
        const { productId } = yield* product
        const first = yield* write(ada, productId, { title: "Fine", pictures: ["media_1"] })
        assert.deepInclude(first, { status: "published", rating: 4, verifiedPurchase: false, helpful: 0, answer: null })
        assert.notProperty(first, "customerId")
        assert.deepInclude(yield* Effect.flip(write(ada, productId)), { _tag: "ReviewExists", productId })
        const guest = Actor.as(Actor.guest())
        const seen = yield* guest(reviews.ofProduct(productId))
        assert.deepStrictEqual(seen, {
          rating: { count: 1, average: 4, stars: [0, 0, 0, 1, 0] },
          items: [first],
          nextCursor: null
        })
        const changed = yield* as(ada)(reviews.update(first.id, { rating: 2, title: null, version: 1 }))
        assert.deepInclude(changed, { rating: 2, title: null, text: first.text, version: 2, status: "published" })
        assert.strictEqual((yield* Effect.flip(as(ada)(reviews.update(first.id, { rating: 1, version: 1 }))))._tag, "VersionConflict")
        assert.deepStrictEqual((yield* guest(reviews.ofProduct(productId))).rating.stars, [0, 1, 0, 0, 0])
        // it is nobody else's to change, and who asks does not learn that it is there
        const other = yield* Shop.account("bob@example.com")
        assert.strictEqual((yield* Effect.flip(as(other)(reviews.update(first.id, { rating: 1 }))))._tag, "ReviewNotFound")
        assert.strictEqual((yield* Effect.flip(as(other)(reviews.delete(first.id))))._tag, "ReviewNotFound")
        assert.strictEqual((yield* Effect.flip(guest(reviews.delete(first.id))))._tag, "Unauthenticated")
        assert.deepStrictEqual((yield* as(ada)(reviews.mine())).items, [changed])
        const listed = Effect.map((yield* Catalog).listProducts(), ({ items }) => items.map(({ rating }) => rating))
        yield* write(other, productId, { rating: 5 })
        assert.deepStrictEqual(yield* guest(listed), [{ count: 2, average: 3.5 }])
        yield* as(other)(Effect.flatMap(reviews.mine(), ({ items }) => Effect.forEach(items, ({ id }) => reviews.delete(id))))
        yield* as(ada)(reviews.delete(first.id))
        assert.deepStrictEqual(yield* guest(listed), [{ count: 0, average: null }])
        assert.deepStrictEqual(yield* guest(reviews.ofProduct(productId)), {
          rating: { count: 0, average: null, stars: [0, 0, 0, 0, 0] },
          items: [],
          nextCursor: null
        })
      })
    )

    test(
      "pictures are names of what the shop keeps, and never addresses",
      Effect.gen(function*() {
        const reviews = yield* Reviews
        const { productId } = yield* product
        const kept = ["media_01jd5m8x2vf6grc1x7e9w0b3qk", "01jd5m8x2vf6grc1x7e9w0b3qk-640.avif", "reviews/2026/board_1.jpg"]
        const { id, pictures } = yield* write("user_ada", productId, { pictures: kept })
        assert.deepStrictEqual(pictures, kept)
        const addresses = [
          "javascript:alert(1)",
          "https://tracker.example/1.gif",
          "//tracker.example/1.gif",
          "/logout",
          "a//b",
          "a/../../b",
          "..",
          "a b.jpg",
          "\\\\tracker.example\\1.gif",
          "a.jpg?x=1",
          "a.jpg\n",
          "\u0000",
          ""
        ]
        for (const address of addresses) {
          const faulty = { pictures: ["fine.jpg", address] }
          assert.strictEqual((yield* Effect.flip(write("user_eve", productId, faulty)))._tag, "InvalidInput", address)
          assert.strictEqual((yield* Effect.flip(as("user_ada")(reviews.update(id, faulty))))._tag, "InvalidInput", address)
        }
      })
    )

    it.effect("whoever decides about a review sees its pictures, and none that buyers may not see", () =>
      Effect.gen(function*() {
        const reviews = yield* Reviews
        const media = yield* MediaLibrary
        const { productId } = yield* product
        const upload = (visibility: "public" | "private") =>
          Actor.as(Actor.staff("clerk", ["media:*"]))(media.upload(Pictures.png(3, 2), { visibility }))
        const [open, hidden] = [yield* upload("public"), yield* upload("private")]
        const pictures = [hidden.id, open.id, (open.url ?? "").split("/").at(-1) ?? "", "kept/elsewhere.jpg"]
        const { id } = yield* write("user_ada", productId, { pictures })
        yield* TestClock.adjust("1 second")
        yield* write("user_eve", productId, { pictures: [] })
        const { items: [first, second] } = yield* staff(reviews.list())
        assert.deepStrictEqual(first?.images.map(({ height, url, width }) => [url, width, height]), [[open.url, 3, 2], [open.url, 3, 2]])
        assert.deepStrictEqual(second?.images, [])
        assert.deepStrictEqual((yield* staff(reviews.get(id))).images, first?.images)
      }).pipe(
        Effect.provide(Shop.layer(harness.storage(), { media: { storage: MemoryMedia.make().storage } }))
      ))

    test(
      "a buyer's review says so, and a shop may take those of buyers only",
      Effect.gen(function*() {
        const ada = yield* Shop.account("ada@example.com")
        const { productId, variantId } = yield* product
        yield* set({ writers: "buyers" })
        assert.deepInclude(yield* Effect.flip(write(ada, productId)), { _tag: "ReviewByBuyersOnly", productId })
        const { order } = yield* Shop.place(yield* Shop.customer(ada, [variantId, 1]))
        assert.isTrue((yield* write(ada, productId)).verifiedPurchase)
        // what was called off was not bought
        const other = yield* product
        const { order: cancelled } = yield* Shop.place(yield* Shop.customer(ada, [other.variantId, 1]), "sandbox_redirect")
        const orders = yield* Orders
        yield* orders.cancel(cancelled.id)
        assert.strictEqual((yield* Effect.flip(write(ada, other.productId)))._tag, "ReviewByBuyersOnly")
        assert.strictEqual(order.status, "paid")
      })
    )

    test(
      "what looks like advertising or abuse waits for a person, and counts only when it is shown",
      Effect.gen(function*() {
        const reviews = yield* Reviews
        yield* set({ blockedWords: ["rip off"] })
        const { productId } = yield* product
        const texts = [
          ["see http://spam.example", "link"],
          ["write to me@spam.example", "email_address"],
          ["call +1 (503) 555-0199", "telephone_number"],
          ["THIS IS THE WORST THING EVER MADE", "shouting"],
          ["loooooooooooong", "repetition"],
          ["A total Rip-off!", "blocked_word"]
        ] as const
        for (const [index, [text, reason]] of texts.entries()) {
          const customer = yield* Shop.account(`c${index}@example.com`)
          // reviews of one moment are in no order
          yield* TestClock.adjust("1 second")
          const review = yield* write(customer, productId, { text })
          assert.strictEqual(review.status, "pending", text)
          assert.deepStrictEqual((yield* staff(reviews.get(review.id))).reasons, [reason])
        }
        const queue = yield* staff(reviews.list({ status: "pending", limit: 4 }))
        assert.lengthOf(queue.items, 4)
        const rest = yield* staff(reviews.list({ status: "pending", limit: 4, after: queue.nextCursor ?? "" }))
        assert.lengthOf(rest.items, 2)
        assert.strictEqual((yield* reviews.ofProduct(productId)).rating.count, 0)
        const [first, second] = queue.items
        const approved = yield* staff(reviews.approve(first?.id ?? "", { version: 1 }))
        assert.deepInclude(approved, { status: "published", reasons: [], version: 2 })
        assert.deepInclude(yield* Effect.flip(staff(reviews.approve(approved.id))), { _tag: "IllegalTransition", state: "published" })
        const rejected = yield* staff(reviews.reject(second?.id ?? "", { reason: "an advertisement" }))
        assert.deepInclude(rejected, { status: "rejected", reasons: ["email_address", "an advertisement"] })
        assert.deepStrictEqual((yield* reviews.ofProduct(productId)).rating, { count: 1, average: 4, stars: [0, 0, 0, 1, 0] })
        // a harmless text does not bring back what a person has hidden
        const again = yield* as(rejected.customerId)(reviews.update(rejected.id, { text: "Good after all, I think." }))
        assert.strictEqual(again.status, "pending")
        // staff hide what is shown
        yield* staff(reviews.reject(approved.id))
        assert.strictEqual((yield* reviews.ofProduct(productId)).rating.count, 0)
      })
    )

    test(
      "a shop may read every review first, or none",
      Effect.gen(function*() {
        const { productId } = yield* product
        yield* set({ moderation: "all" })
        const ada = yield* Shop.account("ada@example.com")
        assert.strictEqual((yield* write(ada, productId)).status, "pending")
        yield* set({ moderation: "none" })
        const bob = yield* Shop.account("bob@example.com")
        assert.strictEqual((yield* write(bob, productId, { text: "http://spam.example" })).status, "published")
      })
    )

    test(
      "the shop answers, and everybody can read it",
      Effect.gen(function*() {
        const reviews = yield* Reviews
        const { productId } = yield* product
        const { id } = yield* write(yield* Shop.account("ada@example.com"), productId)
        yield* staff(reviews.answer(id, { text: "Thank you!" }))
        assert.strictEqual((yield* reviews.ofProduct(productId)).items[0]?.answer?.text, "Thank you!")
        yield* staff(reviews.answer(id, { text: null }))
        assert.strictEqual((yield* reviews.ofProduct(productId)).items[0]?.answer, null)
        for (const act of [reviews.approve(id), reviews.reject(id), reviews.answer(id, { text: "no" }), reviews.get(id)]) {
          assert.strictEqual((yield* Effect.flip(as("nobody")(act)))._tag, "Forbidden")
        }
        assert.strictEqual((yield* Effect.flip(as("nobody")(reviews.list())))._tag, "Forbidden")
      })
    )

    test(
      "people vote once, may change their minds, and never vote on their own",
      Effect.gen(function*() {
        const reviews = yield* Reviews
        const { productId } = yield* product
        const ada = yield* Shop.account("ada@example.com")
        const bob = yield* Shop.account("bob@example.com")
        const eve = yield* Shop.account("eve@example.com")
        const { id } = yield* write(ada, productId)
        const vote = (who: string, helpful: boolean | null) =>
          Effect.map(as(who)(reviews.vote(id, { helpful })), ({ helpful, unhelpful }) => [helpful, unhelpful])
        assert.strictEqual((yield* Effect.flip(vote(ada, true)))._tag, "OwnReview")
        assert.deepStrictEqual(yield* vote(bob, true), [1, 0])
        assert.deepStrictEqual(yield* vote(bob, true), [1, 0])
        assert.deepStrictEqual(yield* vote(eve, false), [1, 1])
        assert.deepStrictEqual(yield* vote(bob, false), [0, 2])
        assert.deepStrictEqual(yield* vote(eve, null), [0, 1])
        assert.deepStrictEqual(yield* vote(eve, null), [0, 1])
      })
    )

    test(
      "what enough people report waits for a person, who may show it again",
      Effect.gen(function*() {
        const reviews = yield* Reviews
        const { productId } = yield* product
        const ada = yield* Shop.account("ada@example.com")
        const { id } = yield* write(ada, productId)
        const flag = (who: string) => as(who)(reviews.flag(id, { reason: "spam", note: "an advertisement" }))
        assert.strictEqual((yield* Effect.flip(flag(ada)))._tag, "OwnReview")
        const people = [yield* Shop.account("a@example.com"), yield* Shop.account("b@example.com"), yield* Shop.account("c@example.com")]
        for (const who of people.slice(0, 2)) yield* Effect.andThen(flag(who), flag(who))
        assert.deepInclude(yield* staff(reviews.get(id)), { status: "published", flags: 2 })
        yield* flag(people[2] ?? "")
        assert.deepInclude(yield* staff(reviews.get(id)), { status: "pending", flags: 3, reasons: ["reported"] })
        assert.strictEqual((yield* reviews.ofProduct(productId)).rating.count, 0)
        assert.strictEqual((yield* Effect.flip(flag(people[0] ?? "")))._tag, "ReviewNotFound")
        assert.lengthOf(yield* staff(reviews.flags(id)), 3)
        // its writer cannot have it shown by changing it
        assert.strictEqual((yield* as(ada)(reviews.update(id, { text: "Fine." }))).status, "pending")
        assert.deepInclude(yield* staff(reviews.approve(id)), { status: "published", flags: 0, reasons: [] })
        // they have said it already
        yield* flag(people[0] ?? "")
        assert.deepInclude(yield* staff(reviews.get(id)), { status: "published", flags: 0 })
      })
    )

    test(
      "lists are sorted as they are asked for, page by page, each review once",
      Effect.gen(function*() {
        const reviews = yield* Reviews
        const { productId } = yield* product
        const written = yield* Effect.forEach([3, 5, 1, 5, 2], (rating, index) =>
          Effect.andThen(
            TestClock.adjust("1 second"),
            Effect.flatMap(Shop.account(`c${index}@example.com`), (customer) => write(customer, productId, { rating }))
          ))
        const voter = yield* Shop.account("voter@example.com")
        yield* as(voter)(reviews.vote(written[2]?.id ?? "", { helpful: true }))
        const all = Effect.fnUntraced(function*(sort: "newest" | "highest" | "lowest" | "helpful") {
          const found: Array<number> = []
          for (let after: string | null | undefined = undefined; after !== null;) {
            const page: { readonly items: ReadonlyArray<{ readonly id: string }>; readonly nextCursor: string | null } =
              yield* reviews.ofProduct(productId, { sort, limit: 2, ...(after === undefined ? {} : { after }) })
            found.push(...page.items.map(({ id }) => written.findIndex((review) => review.id === id)))
            after = page.nextCursor
          }
          return found
        })
        assert.deepStrictEqual(yield* all("newest"), [4, 3, 2, 1, 0])
        assert.deepStrictEqual(yield* all("highest"), [3, 1, 0, 4, 2])
        assert.deepStrictEqual(yield* all("lowest"), [2, 4, 0, 1, 3])
        assert.deepStrictEqual((yield* all("helpful"))[0], 2)
        assert.deepStrictEqual((yield* reviews.ofProduct(productId, { rating: 5 })).items.map(({ id }) => id), [
          written[3]?.id,
          written[1]?.id
        ])
        const { nextCursor } = yield* reviews.ofProduct(productId, { sort: "lowest", limit: 2 })
        assert.strictEqual(
          (yield* Effect.flip(reviews.ofProduct(productId, { sort: "highest", after: nextCursor ?? "" })))._tag,
          "InvalidInput"
        )
        for (const [name, position] of [["-rating,-id", ["5", "rvw_1"]], ["-rating,-id", [5, 1]], ["-rating,-id", [1e21, "rvw_1"]]] as const) {
          const forged = reviews.ofProduct(productId, { sort: "highest", after: Page.encodeCursor(name, position) })
          assert.strictEqual((yield* Effect.flip(forged))._tag, "InvalidInput")
        }
        assert.lengthOf((yield* reviews.ofProduct(productId, { verified: true })).items, 0)
        assert.deepStrictEqual((yield* reviews.ofProduct(productId)).rating, { count: 5, average: 3.2, stars: [1, 1, 1, 0, 2] })
      })
    )

    test(
      "two hundred people who review one product at once are counted exactly, and so are those who delete and vote meanwhile",
      Effect.gen(function*() {
        const reviews = yield* Reviews
        const { productId } = yield* product
        const people = Array.from({ length: 200 }, (_, index) => `user_${index}`)
        const written = yield* Effect.forEach(people, (who, index) => write(who, productId, { rating: (index % 5) + 1 }), {
          concurrency: 32
        })
        assert.deepStrictEqual((yield* reviews.ofProduct(productId)).rating, { count: 200, average: 3, stars: [40, 40, 40, 40, 40] })
        const first: string = written[0]?.id ?? ""
        const acts: ReadonlyArray<Effect.Effect<unknown, unknown>> = people.map((who, index) => {
          const own = written[index]?.id ?? ""
          if (index === 0) return Effect.void
          if (index % 5 === 4) return as(who)(reviews.delete(own))
          if (index % 5 === 3) return as(who)(reviews.update(own, { rating: 1 }))
          return as(who)(reviews.vote(first, { helpful: index % 5 !== 0 }))
        })
        yield* Effect.all(acts, { concurrency: 32, discard: true })
        const { items, rating } = yield* reviews.ofProduct(productId, { sort: "helpful", limit: 1 })
        assert.deepStrictEqual(rating.stars, [80, 40, 40, 0, 0])
        assert.deepStrictEqual(items.map(({ helpful, id, unhelpful }) => [id, helpful, unhelpful] as const), [[first, 80, 39]] as ReadonlyArray<readonly [string, number, number]>)
        // of many reviews by one person at once, one is kept
        const exits = yield* Effect.forEach([1, 2, 3, 4, 5], () => Effect.exit(write("user_x", productId)), { concurrency: 5 })
        assert.lengthOf(exits.filter(Exit.isSuccess), 1)
        assert.strictEqual((yield* reviews.ofProduct(productId)).rating.count, 161)
      })
    )

    test(
      "a service outside may hold and refuse reviews; where it says nothing, a person reads them",
      Effect.gen(function*() {
        const { productId } = yield* product
        let customers = 0
        const screened = Effect.fnUntraced(function*(screen: NonNullable<ReviewScreening["screen"]>) {
          const reviews = yield* Effect.provideService(make, ReviewScreening, { screen })
          return yield* as(`user_${customers++}`)(reviews.create({ product: productId, rating: 5, text: "Good." }))
        })
        const says = (verdict: "publish" | "hold" | "reject") => () => Effect.succeed({ verdict, reasons: ["said"] })
        assert.strictEqual((yield* screened(says("publish"))).status, "published")
        assert.strictEqual((yield* screened(says("hold"))).status, "pending")
        assert.strictEqual((yield* screened(says("reject"))).status, "rejected")
        assert.strictEqual((yield* screened(() => Effect.die("broken"))).status, "pending")
      })
    )

    test(
      "a service outside sees the pictures, and what it says is checked and not repeated",
      Effect.gen(function*() {
        const { productId } = yield* product
        const logged: Array<string> = []
        const logger = Logger.make(({ cause, message }) =>
          void logged.push(`${JSON.stringify(message)} ${Cause.pretty(cause)}`)
        )
        const drafts: Array<ReviewDraft> = []
        let customers = 0
        const screened = Effect.fnUntraced(function*(answer: (draft: ReviewDraft) => Effect.Effect<unknown, unknown>) {
          const screen = (draft: ReviewDraft) =>
            Effect.suspend(() => {
              drafts.push(draft)
              // what speaks over a network keeps to no type
              return answer(draft) as Effect.Effect<ReviewVerdict, unknown>
            })
          const reviews = yield* Effect.provideService(make, ReviewScreening, { screen })
          const writer = as(`user_${customers++}`)
          const { id } = yield* writer(
            reviews.create({ product: productId, rating: 5, text: "Good.", pictures: ["a.jpg"] })
          ).pipe(Effect.provide(Logger.layer([logger])))
          return yield* staff(reviews.get(id))
        })
        const most = Array.from({ length: 20 }, () => "x".repeat(100))
        const fine = yield* screened(() => Effect.succeed({ verdict: "publish", reasons: most, score: 1 }))
        assert.deepStrictEqual([fine.status, fine.reasons], ["published", most])
        const wrong = [
          Effect.succeed({ verdict: "Publish", reasons: [] }),
          Effect.succeed({ verdict: "publish" }),
          Effect.succeed({ verdict: "publish", reasons: "none" }),
          Effect.succeed({ verdict: "publish", reasons: [1] }),
          Effect.succeed({ verdict: "publish", reasons: ["\0"] }),
          Effect.succeed({ verdict: "publish", reasons: [...most, "more"] }),
          Effect.succeed({ verdict: "publish", reasons: ["x".repeat(101)] }),
          Effect.succeed(undefined)
        ]
        const quoting = (draft: ReviewDraft) => Effect.fail(`cannot read ${draft.text} of ${draft.customerId}`)
        for (const answer of [...wrong.map((answer) => () => answer), quoting, (draft: ReviewDraft) => Effect.die(draft)]) {
          const held = yield* screened(answer)
          assert.deepStrictEqual([held.status, held.reasons], ["pending", ["not_screened"]])
        }
        assert.isTrue(drafts.every(({ pictures }) => pictures[0] === "a.jpg"))
        assert.lengthOf(logged.filter((message) => message.includes("could not be screened")), wrong.length + 2)
        assert.isFalse(logged.some((message) => /Good\.|user_|x{101}/.test(message)))
      })
    )

    test(
      "reviews are of one store, of products that are sold, and go with the product and with the person",
      Effect.gen(function*() {
        const reviews = yield* Reviews
        const stores = yield* Stores
        const { productId } = yield* product
        const ada = yield* Shop.account("ada@example.com")
        const bob = yield* Shop.account("bob@example.com")
        const { id } = yield* write(ada, productId)
        const { id: bobs } = yield* write(bob, productId, { rating: 1 })
        yield* as(ada)(reviews.vote(bobs, { helpful: true }))
        yield* as(ada)(reviews.flag(bobs, { reason: "other" }))
        const other = yield* stores.create({ code: "other", name: "Other", currency: "USD" })
        yield* within(other.id)(Effect.gen(function*() {
          assert.strictEqual((yield* Effect.flip(reviews.get(id)))._tag, "ReviewNotFound")
          assert.strictEqual((yield* Effect.flip(reviews.ofProduct(productId)))._tag, "ProductNotFound")
          assert.lengthOf((yield* reviews.list()).items, 0)
          assert.strictEqual((yield* Effect.flip(reviews.delete(id)))._tag, "ReviewNotFound")
        }))
        const holder = (yield* (yield* PersonalData).holders).find(({ name }) => name === "reviews")
        assert.lengthOf(yield* Stream.runCollect(holder?.hand(ada) ?? Stream.empty), 1)
        yield* holder?.forget(ada) ?? Effect.die("nobody holds reviews")
        yield* holder?.forget(ada) ?? Effect.void
        assert.deepStrictEqual((yield* reviews.ofProduct(productId)).rating, { count: 1, average: 1, stars: [1, 0, 0, 0, 0] })
        assert.deepInclude(yield* reviews.get(bobs), { helpful: 0, unhelpful: 0 })
        const catalog = yield* Catalog
        yield* catalog.updateProduct(productId, { status: "draft" })
        assert.strictEqual((yield* Effect.flip(write(ada, productId)))._tag, "ProductNotFound")
        yield* catalog.deleteProduct(productId)
        assert.strictEqual((yield* Effect.flip(reviews.get(bobs)))._tag, "ReviewNotFound")
      })
    )
  })
}

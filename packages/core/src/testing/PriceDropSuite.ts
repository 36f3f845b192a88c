/**
 * What customers are told of wishes that have become cheaper, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { Catalog } from "../catalog/Catalog.ts"
import type { UpdatePreferences } from "../identity/Preferences.ts"
import { Preferences } from "../identity/Preferences.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { WishList } from "../wishes/WishList.ts"
import { WishRepository } from "../wishes/WishRepository.ts"
import * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import { type CountingHarness, Statements } from "./Statements.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const { usd } = Shop
const as = (customerId: string) => Actor.as(Actor.customer(customerId))

/** The next morning, in every store. */
const morning = Effect.gen(function*() {
  const jobs = yield* Jobs
  yield* TestClock.adjust("1 day")
  yield* jobs.runCron("wishes.price-drops")
  yield* jobs.drain
})

const costs = ({ productId, variantId }: Shop.ForSale, amount: number) =>
  Effect.flatMap(Catalog, (catalog) => catalog.updateVariant(productId, variantId, { price: usd(amount) })).pipe(Actor.as(Actor.system("test")))

/** A customer with wishes, who agrees to be told unless something else is said. */
const wishing = Effect.fnUntraced(function*(
  email: string,
  wanted: ReadonlyArray<Shop.ForSale>,
  preferences: typeof UpdatePreferences.Encoded = { marketing: { email: true } },
  emailVerified = true
) {
  const id = yield* Shop.account(email, emailVerified)
  yield* as(id)(Effect.flatMap(Preferences, (own) => own.updateMine(preferences)))
  const wishes = yield* WishList
  for (const { variantId } of wanted) yield* as(id)(wishes.add({ variantId }))
  return id
})

export const priceDropSuite = (harness: StorageHarness): void => {
  const test = (
    name: string,
    body: (mailbox: Mailbox.Mailbox) => Effect.Effect<unknown, unknown, Shop.ShopServices>,
    quietHours: { readonly from: string; readonly to: string } | null = null
  ) =>
    it.effect(name, () => {
      const mailbox = Mailbox.make()
      const settings = {
        apiUrl: "https://shop.example.com/api/v1",
        storefrontUrl: "https://shop.example.com",
        marketing: { quietHours, perDay: { email: null, sms: null, push: null } }
      }
      return Effect.andThen(TestClock.setTime(Date.parse("2026-11-26T07:20:00.000Z")), body(mailbox)).pipe(
        Effect.provide(Shop.layer(harness.storage(), { store: { settings } }).pipe(Layer.provide(Mailbox.layer(mailbox))))
      )
    })

  /** Who was written to, and of what. */
  const told = ({ mails }: Mailbox.Mailbox) =>
    mails.splice(0).map(({ text, to }) => [to, [...text.matchAll(/^(.+): \$(\S+) \(before: \$(\S+)\)$/gm)].map(([, ...said]) => said.join(" "))])

  describe(`wishes that have become cheaper on ${harness.name}`, () => {
    test("a customer who agreed to it is told of all of them in one mail, once, with a link by which they want no more", (mailbox) =>
      Effect.gen(function*() {
        const [board, bowl, mug] = [yield* Shop.product(), yield* Shop.product({ title: "Bowl" }), yield* Shop.product({ title: "Mug" })]
        yield* wishing("ada@example.com", [board, bowl, mug])
        yield* wishing("eve@example.com", [board, bowl, mug], {})
        yield* wishing("bob@example.com", [board], { marketing: { email: true }, choices: { price_drops: { email: false } } })
        yield* morning
        assert.deepStrictEqual(told(mailbox), [], "nothing has changed")
        yield* costs(board, 1_800)
        yield* costs(bowl, 1_000)
        yield* costs(mug, 1_901)
        yield* morning
        const [mail] = mailbox.mails
        assert.strictEqual(mail?.subject, "Your wishes cost less now")
        assert.include(mail?.text, "https://shop.example.com/wishes")
        assert.match(mail?.unsubscribe ?? "", /^https:\/\/shop\.example\.com\/api\/v1\/unsubscribe\?token=/)
        assert.deepStrictEqual(told(mailbox), [["ada@example.com", ["Bowl 10.00 20.00", "Walnut board 18.00 20.00"]]])
        yield* morning
        assert.deepStrictEqual(told(mailbox), [], "they know by now")
        yield* costs(mug, 1_900)
        yield* morning
        assert.deepStrictEqual(told(mailbox), [["ada@example.com", ["Mug 19.00 20.00"]]], "a twentieth is what counts")
      }))

    test("it is in the language of the customer, and of what this customer pays", (mailbox) =>
      Effect.gen(function*() {
        const board = yield* Shop.product()
        const ada = yield* wishing("ada@example.com", [board], { marketing: { email: true }, language: "de" })
        yield* Shop.tradePrice(ada, board.variantId, usd(1_200))
        yield* wishing("eve@example.com", [board])
        yield* morning
        assert.deepStrictEqual(mailbox.mails.map(({ subject, to }) => [to, subject]), [["ada@example.com", "Walnut board kostet jetzt weniger"]])
        assert.include(mailbox.mails[0]?.text, "12,00")
      }))

    test("what is sold out, or off the list, is not told of, and what rises and drops again is", (mailbox) =>
      Effect.gen(function*() {
        const [board, bowl, mug] = [yield* Shop.product(), yield* Shop.product({ title: "Bowl", stock: 0 }), yield* Shop.product({ title: "Mug" })]
        const ada = yield* wishing("ada@example.com", [board, bowl, mug])
        for (const one of [board, bowl, mug]) yield* costs(one, 1_000)
        yield* as(ada)(Effect.flatMap(WishList, (wishes) => wishes.remove(mug.variantId)))
        yield* morning
        assert.deepStrictEqual(told(mailbox), [["ada@example.com", ["Walnut board 10.00 20.00"]]])
        yield* costs(board, 1_500)
        yield* morning
        assert.deepStrictEqual(told(mailbox), [], "it costs more than they were told")
        yield* costs(board, 1_000)
        yield* morning
        assert.deepStrictEqual(told(mailbox), [["ada@example.com", ["Walnut board 10.00 15.00"]]])
      }))

    test("a price that has risen again before the mail goes out is not told of, and what dropped beside it is the next day", (mailbox) =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const [board, bowl] = [yield* Shop.product(), yield* Shop.product({ title: "Bowl" })]
        yield* wishing("ada@example.com", [board, bowl])
        for (const one of [board, bowl]) yield* costs(one, 1_000)
        yield* morning
        assert.deepStrictEqual(told(mailbox), [], "it is a quiet hour")
        yield* costs(board, 2_000)
        yield* TestClock.adjust("1 hour")
        yield* jobs.runCron("marketing.due")
        yield* jobs.drain
        assert.deepStrictEqual(told(mailbox), [])
        yield* morning
        yield* TestClock.adjust("1 hour")
        yield* jobs.runCron("marketing.due")
        yield* jobs.drain
        assert.deepStrictEqual(told(mailbox), [["ada@example.com", ["Bowl 10.00 20.00"]]])
      }), { from: "21:00", to: "08:00" })

    test("of very many customers each gets one mail, also where two processes look at once", (mailbox) =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const board = yield* Shop.product()
        const people = Array.from({ length: 60 }, (_, index) => `customer${String(index).padStart(2, "0")}@example.com`)
        for (const email of people) yield* wishing(email, [board])
        yield* costs(board, 1_000)
        yield* jobs.runCron("wishes.price-drops")
        yield* morning
        assert.deepStrictEqual(told(mailbox).map(([to]) => to).toSorted(), people)
      }))

    test("nobody is told whose address was never confirmed to be theirs, or whose account is locked", (mailbox) =>
      Effect.gen(function*() {
        const users = yield* UserRepository
        const board = yield* Shop.product()
        yield* wishing("eve@example.com", [board], { marketing: { email: true } }, false)
        const bob = (yield* users.find(yield* wishing("bob@example.com", [board]))) ?? assert.fail("there is no such account")
        yield* users.update({ ...bob, status: "suspended", version: bob.version + 1 })
        yield* wishing("ada@example.com", [board])
        yield* costs(board, 1_000)
        yield* morning
        assert.deepStrictEqual(told(mailbox).map(([to]) => to), ["ada@example.com"])
      }))

    test("whoever agreed to it is found among those who did not, a few of them at a time", () =>
      Effect.gen(function*() {
        const wishes = yield* WishRepository
        const board = yield* Shop.product()
        const agreed: Array<string> = []
        for (let index = 0; index < 11; index++) {
          const agrees = index % 4 === 0
          const id = yield* wishing(`customer${index}@example.com`, [board], agrees ? { marketing: { email: true } } : {})
          if (agrees) agreed.push(id)
        }
        for (const [limit, among] of [[2, 3], [1, 5], [5, 11], [5, 20], [3, 1]] as const) {
          const found: Array<string> = []
          let after: string | null = null
          do {
            const { next, owners }: { readonly next: string | null; readonly owners: ReadonlyArray<{ readonly customerId: string }> } =
              yield* wishes.owners({ after, limit, among })
            assert.isAtMost(owners.length, limit)
            found.push(...owners.map(({ customerId }) => customerId))
            after = next
          } while (after !== null)
          assert.deepStrictEqual(found, agreed.toSorted(), `${limit} of ${among}`)
        }
      }))

    test("a long list is one mail, which says how many more there are", (mailbox) =>
      Effect.gen(function*() {
        const goods = yield* Effect.forEach(Array.from({ length: 23 }, (_, index) => `Board ${index}`), (title) => Shop.product({ title }))
        yield* wishing("ada@example.com", goods)
        for (const one of goods) yield* costs(one, 1_000)
        yield* morning
        const [mail, ...others] = mailbox.mails
        assert.lengthOf(others, 0)
        assert.include(mail?.text, "And 3 more.")
        assert.lengthOf(told(mailbox)[0]?.[1] ?? [], 20)
      }))
  })
}

/** How many statements it takes to look at the wishes of many customers. */
export const priceDropBudgets = (harness: CountingHarness): void => {
  describe(`the statements that look for wishes that have become cheaper, on ${harness.name}`, () => {
    it.effect("ask once what goods cost, whether one customer wishes for them or twenty", () =>
      Effect.gen(function*() {
        const { record } = yield* Statements
        const jobs = yield* Jobs
        yield* TestClock.setTime(Date.parse("2026-11-26T11:00:00.000Z"))
        const goods = yield* Effect.forEach(["Board", "Bowl", "Mug"], (title) => Shop.product({ title }))
        const asked = Effect.gen(function*() {
          yield* TestClock.adjust("1 day")
          for (const one of goods) yield* costs(one, 1_000)
          yield* jobs.drain
          const [, statements] = yield* record(Effect.andThen(jobs.runCron("wishes.price-drops"), jobs.drain))
          return statements.filter((statement) => /FROM variants|variants AS v/.test(statement)).length
        })
        yield* wishing("ada@example.com", goods)
        // the sweep, and the question whether it still holds before it is sent
        assert.strictEqual(yield* asked, 2)
        for (const one of goods) yield* costs(one, 2_000)
        for (let index = 0; index < 19; index++) yield* wishing(`customer${index}@example.com`, goods.slice(index % 3))
        assert.strictEqual(yield* asked, 2)
      }).pipe(Effect.provide(Shop.layer(harness.storage(), { store: { settings: { apiUrl: "https://shop.example.com/api/v1" } } }))))
  })
}

/**
 * How other programs must be told of the shop's events, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { TestClock } from "effect/testing"
import { AuditLog } from "../audit/AuditLog.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { EventRepository } from "../events/EventRepository.ts"
import { JobRetries } from "../jobs/JobRegistry.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentStore, within } from "../kernel/CurrentStore.ts"
import { Stores } from "../stores/Stores.ts"
import * as Endpoints from "../webhooks/WebhookEndpoints.ts"
import { WebhookRepository } from "../webhooks/WebhookRepository.ts"
import { WebhookNotTaken } from "../webhooks/WebhookErrors.ts"
import { type WebhookPost, WebhookSender } from "../webhooks/WebhookSender.ts"
import * as WebhookSignature from "../webhooks/WebhookSignature.ts"
import * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const { WebhookEndpoints } = Endpoints

/** A receiver that answers as it is told, 200 if it is told nothing. */
const receiver = () => {
  const posts: Array<WebhookPost> = []
  const scripted: { answer: number | "nothing"; retryAfter: number | null } = { answer: 200, retryAfter: null }
  const sender: WebhookSender = {
    insecure: false,
    post: (request) =>
      Effect.suspend(() => {
        posts.push(request)
        return scripted.answer === "nothing"
          ? Effect.fail(new WebhookNotTaken({ reason: "no answer" }))
          : Effect.succeed({ status: scripted.answer, body: "thanks", retryAfter: scripted.retryAfter })
      })
  }
  return { posts, scripted, sender }
}

const url = "https://hooks.example.com/stoa"
const staff = Actor.as(Actor.staff("user_1", ["webhooks:*", "catalog:*", "audit:read"]))
const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)

/** Lets an hour or so pass, and what is due by then be sent. */
const later = (duration: "1 minute" | "1 hour" | "7 hours") =>
  Effect.gen(function*() {
    const jobs = yield* Jobs
    yield* TestClock.adjust(duration)
    yield* jobs.runCron("webhooks.retry")
    yield* jobs.drain
  })

const once = Effect.provideService(JobRetries, { maxAttempts: 1, delay: Schedule.spaced(0) })

const addProduct = (title: string) =>
  Effect.flatMap(Catalog, (catalog) => catalog.createProduct({ title, variants: [{ price: Shop.usd(100) }] }))

const bodyOf = (post: WebhookPost | undefined) => JSON.parse(post?.body ?? "null") as Record<string, unknown>

export const webhookEndpointSuite = (harness: StorageHarness): void => {
  const test = (
    name: string,
    body: (
      their: ReturnType<typeof receiver>,
      mailbox: Mailbox.Mailbox
    ) => Effect.Effect<unknown, unknown, Shop.ShopServices>
  ) =>
    it.effect(name, () => {
      const their = receiver()
      const mailbox = Mailbox.make()
      return staff(body(their, mailbox)).pipe(
        once,
        Effect.provide(Shop.layer(harness.storage()).pipe(
          Layer.provide(Mailbox.layer(mailbox)),
          Layer.provide(Layer.succeed(WebhookSender, their.sender))
        ))
      )
    })

  describe(`webhook endpoints, on ${harness.name}`, () => {
    test("an endpoint is told of the events it wants, signed, and of no others", ({ posts }) =>
      Effect.gen(function*() {
        const webhooks = yield* WebhookEndpoints
        const { endpoint, secret } = yield* webhooks.create({ url, events: ["product.created"] })
        const product = yield* addProduct("Mug")
        yield* (yield* Catalog).updateProduct(product.id, { title: "Cup" })
        yield* drain
        assert.strictEqual(posts.length, 1)
        const [post] = posts
        const said = bodyOf(post)
        assert.deepInclude(said, { type: "product.created", subject: product.id, storeId: yield* CurrentStore })
        assert.deepInclude(post?.headers ?? {}, { "webhook-id": String(said["id"]), "content-type": "application/json" })
        assert.deepInclude(
          post?.headers ?? {},
          WebhookSignature.headers({ id: String(said["id"]), timestamp: 0, body: post?.body ?? "", secrets: [secret] })
        )
        const { items } = yield* webhooks.deliveries(endpoint.id)
        assert.deepStrictEqual(items.map(({ attempts, status, type }) => [type, status, attempts.length]), [
          ["product.created", "delivered", 1]
        ])
        assert.deepInclude(items[0]?.attempts[0], { status: 200, error: null, response: "thanks" })
      }))

    test("each endpoint of a store is told by itself, and no endpoint of another store", ({ posts }) =>
      Effect.gen(function*() {
        const webhooks = yield* WebhookEndpoints
        yield* webhooks.create({ url: `${url}/all`, events: ["*"] })
        yield* webhooks.create({ url: `${url}/products`, events: ["product.*"] })
        yield* webhooks.create({ url: `${url}/orders`, events: ["order.*", "order.paid"] })
        const other = yield* Actor.as(Actor.system())((yield* Stores).create({ code: "other", name: "Other", currency: "USD" }))
        yield* within(other.id)(webhooks.create({ url: `${url}/other`, events: ["product.*"] }))
        yield* drain
        posts.length = 0
        yield* addProduct("Mug")
        yield* drain
        assert.deepStrictEqual(
          posts.map((post) => [post.url, bodyOf(post)["type"]]).filter(([, type]) => type === "product.created").sort(),
          [[`${url}/all`, "product.created"], [`${url}/products`, "product.created"]]
        )
        assert.deepStrictEqual(posts.filter((post) => post.url.endsWith("other")), [])
        yield* within(other.id)(addProduct("Cup"))
        yield* drain
        assert.deepStrictEqual(posts.filter((post) => post.url.endsWith("other")).map((post) => bodyOf(post)["type"]), [
          "product.created"
        ])
      }))

    test("what is not taken is tried ten times over some three days with the same id, and then shown as failed", ({ posts, scripted }) =>
      Effect.gen(function*() {
        const webhooks = yield* WebhookEndpoints
        const { endpoint } = yield* webhooks.create({ url, events: ["product.created"] })
        yield* addProduct("Mug")
        scripted.answer = 503
        yield* drain
        for (let hour = 0; hour < 90; hour++) {
          yield* later("1 hour")
        }
        assert.strictEqual(posts.length, 10)
        assert.strictEqual(new Set(posts.map(({ headers }) => headers["webhook-id"])).size, 1)
        // signed anew each time, so that no receiver takes it for a replay
        assert.strictEqual(new Set(posts.map(({ headers }) => headers["webhook-signature"])).size, 10)
        const { items: [failed] } = yield* webhooks.deliveries(endpoint.id, { status: "failed" })
        assert.deepInclude(failed, { status: "failed", nextAttemptAt: null, deliveredAt: null })
        assert.strictEqual(failed?.attempts.at(-1)?.error, "the answer was 503")
        assert.isNotNull((yield* webhooks.get(endpoint.id)).failingSince)

        scripted.answer = 200
        assert.strictEqual((yield* webhooks.redeliverFailed(endpoint.id, { since: failed?.createdAt ?? "" })).redelivered, 1)
        yield* drain
        const { items: [delivered] } = yield* webhooks.deliveries(endpoint.id)
        assert.deepStrictEqual([delivered?.status, delivered?.attempts.length], ["delivered", 11])
        assert.isNull((yield* webhooks.get(endpoint.id)).failingSince)
        assert.strictEqual((yield* webhooks.redeliverFailed(endpoint.id, { since: failed?.createdAt ?? "" })).redelivered, 0)
      }))

    test("a receiver that says for how long is left alone for so long", ({ posts, scripted }) =>
      Effect.gen(function*() {
        yield* (yield* WebhookEndpoints).create({ url, events: ["product.created"] })
        yield* addProduct("Mug")
        scripted.answer = 429
        scripted.retryAfter = 3_600_000
        yield* drain
        for (let minute = 0; minute < 59; minute++) yield* later("1 minute")
        assert.strictEqual(posts.length, 1)
        scripted.answer = 204
        yield* later("1 minute")
        assert.strictEqual(posts.length, 2)
      }))

    test("an endpoint that nothing reaches for five days is switched off, and its contact is told", ({ posts, scripted }, mailbox) =>
      Effect.gen(function*() {
        const webhooks = yield* WebhookEndpoints
        const { endpoint } = yield* webhooks.create({ url, events: ["product.created"], contact: "dev@example.com" })
        scripted.answer = "nothing"
        // one of them is given up in the first week, the other in the second
        for (const title of ["Mug", "Cup"]) {
          yield* addProduct(title)
          yield* drain
          for (let count = 0; count < 24; count++) yield* later("7 hours")
        }
        const disabled = yield* webhooks.get(endpoint.id)
        assert.deepInclude(disabled, { status: "disabled", disabledReason: "failing" })
        assert.deepStrictEqual(mailbox.mails.map(({ to }) => to), ["dev@example.com"])
        assert.include(mailbox.mails[0]?.text ?? "", "https://hooks.example.com")
        assert.include(
          (yield* (yield* EventRepository).ofSubject(endpoint.id)).map(({ type }) => type),
          "webhook_endpoint.disabled"
        )
        const before = posts.length
        yield* addProduct("Bowl")
        yield* drain
        assert.strictEqual(posts.length, before)
        assert.strictEqual((yield* Effect.flip(webhooks.test(endpoint.id)))._tag, "WebhookEndpointDisabled")

        scripted.answer = 200
        const enabled = yield* webhooks.update(endpoint.id, { status: "enabled" })
        assert.deepInclude(enabled, { status: "enabled", disabledReason: null, failingSince: null })
        yield* webhooks.test(endpoint.id)
        yield* drain
        assert.strictEqual(bodyOf(posts.at(-1))["type"], "webhook.test")
      }))

    test("an endpoint that says that it is gone is switched off at once, and what was on its way is cancelled", ({ posts, scripted }) =>
      Effect.gen(function*() {
        const webhooks = yield* WebhookEndpoints
        const { endpoint } = yield* webhooks.create({ url, events: ["product.created"] })
        scripted.answer = 500
        yield* addProduct("Mug")
        yield* drain
        scripted.answer = 410
        yield* addProduct("Cup")
        yield* drain
        assert.deepInclude(yield* webhooks.get(endpoint.id), { status: "disabled", disabledReason: "gone" })
        yield* later("1 hour")
        assert.strictEqual(posts.length, 2)
        assert.deepStrictEqual((yield* webhooks.deliveries(endpoint.id)).items.map(({ status }) => status).sort(), [
          "cancelled",
          "failed"
        ])
      }))

    test("a redirect is not followed", ({ posts, scripted }) =>
      Effect.gen(function*() {
        const webhooks = yield* WebhookEndpoints
        const { endpoint } = yield* webhooks.create({ url, events: ["product.created"] })
        scripted.answer = 302
        yield* addProduct("Mug")
        yield* drain
        assert.strictEqual(posts.length, 1)
        assert.strictEqual(
          (yield* webhooks.deliveries(endpoint.id)).items[0]?.attempts[0]?.error,
          "a redirect is not followed"
        )
      }))

    test("with a new secret, the old one signs for a day beside it", ({ posts }) =>
      Effect.gen(function*() {
        const webhooks = yield* WebhookEndpoints
        const { endpoint, secret: old } = yield* webhooks.create({ url, events: ["*"] })
        const { secret } = yield* webhooks.rollSecret(endpoint.id)
        assert.notStrictEqual(secret, old)
        const signed = Effect.fnUntraced(function*() {
          yield* webhooks.test(endpoint.id)
          yield* drain
          const post = posts.at(-1)
          const { headers = {} } = post ?? {}
          const by = (key: string) =>
            WebhookSignature.headers({
              id: headers["webhook-id"] ?? "",
              timestamp: Number(headers["webhook-timestamp"]),
              body: post?.body ?? "",
              secrets: [key]
            })["webhook-signature"]
          return [headers["webhook-signature"], by(secret), by(old)] as const
        })
        const [both, byNew, byOld] = yield* signed()
        assert.strictEqual(both, `${byNew} ${byOld}`)
        yield* TestClock.adjust("24 hours")
        const [one, alone] = yield* signed()
        assert.strictEqual(one, alone)
        const answers = [yield* webhooks.list(), yield* webhooks.get(endpoint.id), yield* (yield* AuditLog).list({})]
        for (const key of [secret, old]) assert.notInclude(JSON.stringify(answers), key)
      }))

    test("attack 59, requests to places of the attacker's choice: private networks, other protocols and passwords are refused", () =>
      Effect.gen(function*() {
        const webhooks = yield* WebhookEndpoints
        for (
          const bad of [
            "http://example.com",
            "ftp://example.com",
            "https://localhost",
            "https://shop.internal/",
            "https://127.0.0.1",
            "https://2130706433",
            "https://0x7f.1",
            "https://10.0.0.1",
            "https://169.254.169.254/latest/meta-data",
            "https://[::1]",
            "https://[::ffff:127.0.0.1]",
            "https://[fd00::1]",
            "https://[64:ff9b::7f00:1]",
            "https://ada:secret@example.com",
            "https://example.com:25/",
            "https://example.com/#top",
            "example.com"
          ]
        ) {
          const error = yield* Effect.flip(webhooks.create({ url: bad, events: ["*"] }))
          assert.deepInclude(error, { _tag: "InvalidInput" }, bad)
        }
        const { endpoint } = yield* webhooks.create({ url, events: ["*"] })
        assert.strictEqual((yield* Effect.flip(webhooks.update(endpoint.id, { url: "https://[::1]" })))._tag, "InvalidInput")
        assert.strictEqual((yield* webhooks.get(endpoint.id)).url, url)
        assert.strictEqual((yield* webhooks.list()).items.length, 1)
      }))

    test("endpoints are changed at their version, removed with their log, and are few", () =>
      Effect.gen(function*() {
        const webhooks = yield* WebhookEndpoints
        const { endpoint } = yield* webhooks.create({ url, events: ["*"], description: "ERP" })
        const changed = yield* webhooks.update(endpoint.id, { events: ["order.paid"], version: 1 })
        assert.deepInclude(changed, { url, description: "ERP", events: ["order.paid"], version: 2 })
        assert.strictEqual((yield* Effect.flip(webhooks.update(endpoint.id, { events: ["*"], version: 1 })))._tag, "VersionConflict")
        yield* webhooks.test(endpoint.id)
        yield* drain
        const { items: [delivery] } = yield* webhooks.deliveries(endpoint.id)
        yield* webhooks.remove(endpoint.id)
        assert.strictEqual((yield* Effect.flip(webhooks.get(endpoint.id)))._tag, "WebhookEndpointNotFound")
        assert.strictEqual((yield* Effect.flip(webhooks.redeliver(delivery?.id ?? "")))._tag, "WebhookDeliveryNotFound")
        const { items: entries } = yield* (yield* AuditLog).list({ subject: endpoint.id })
        assert.deepStrictEqual(entries.map(({ action }) => action).sort(), [
          "webhook_endpoint.create",
          "webhook_endpoint.remove",
          "webhook_endpoint.update"
        ])
        for (let count = 0; count < 50; count++) yield* webhooks.create({ url, events: ["order.paid"] })
        assert.strictEqual((yield* Effect.flip(webhooks.create({ url, events: ["*"] })))._tag, "TooManyWebhookEndpoints")
      }))

    test("a message is sent again when somebody asks, under the id that it had", ({ posts }) =>
      Effect.gen(function*() {
        const webhooks = yield* WebhookEndpoints
        const { endpoint } = yield* webhooks.create({ url, events: ["product.created"] })
        yield* addProduct("Mug")
        yield* drain
        const { items: [delivery] } = yield* webhooks.deliveries(endpoint.id)
        yield* Effect.all([webhooks.redeliver(delivery?.id ?? ""), webhooks.redeliver(delivery?.id ?? "")], { concurrency: 2 })
        yield* drain
        assert.deepStrictEqual(posts.map(({ body }) => body), [posts[0]?.body, posts[0]?.body])
        assert.strictEqual(posts[0]?.headers["webhook-id"], posts[1]?.headers["webhook-id"])
      }))

    test("a new secret that somebody else is always ahead of is refused, to be asked for again", () =>
      Effect.gen(function*() {
        const { endpoint } = yield* (yield* WebhookEndpoints).create({ url, events: ["*"] })
        const repository = yield* WebhookRepository
        const busy = yield* Endpoints.make.pipe(
          Effect.provideService(WebhookRepository, { ...repository, update: () => Effect.succeed(false) })
        )
        const error = yield* Effect.flip(busy.rollSecret(endpoint.id))
        assert.deepInclude(error, { _tag: "StorageError", reason: "conflict" })
      }))

    test("the log is kept for 30 days", () =>
      Effect.gen(function*() {
        const webhooks = yield* WebhookEndpoints
        const { endpoint } = yield* webhooks.create({ url, events: ["*"] })
        yield* webhooks.test(endpoint.id)
        yield* drain
        yield* TestClock.adjust("30 days")
        yield* (yield* Jobs).runCron("webhooks.forget")
        assert.include((yield* webhooks.deliveries(endpoint.id)).items.map(({ type }) => type), "webhook.test")
        yield* TestClock.adjust("1 minute")
        yield* (yield* Jobs).runCron("webhooks.forget")
        assert.deepStrictEqual((yield* webhooks.deliveries(endpoint.id)).items, [])
      }))

    test("endpoints are for staff who may have them", () =>
      Effect.gen(function*() {
        const webhooks = yield* WebhookEndpoints
        const { endpoint } = yield* webhooks.create({ url, events: ["*"] })
        const reading = Actor.as(Actor.staff("user_2", ["webhooks:read"]))
        assert.strictEqual((yield* reading(webhooks.list())).items.length, 1)
        for (
          const call of [
            webhooks.create({ url, events: ["*"] }),
            webhooks.update(endpoint.id, { events: ["*"] }),
            webhooks.remove(endpoint.id),
            webhooks.rollSecret(endpoint.id),
            webhooks.test(endpoint.id),
            webhooks.redeliver("dlv_00000000000000000000000000"),
            webhooks.redeliverFailed(endpoint.id, { since: endpoint.createdAt })
          ] as ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>>
        ) assert.strictEqual((yield* Effect.flip(reading(call)))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(Actor.as(Actor.guest())(webhooks.list())))._tag, "Unauthenticated")
      }))
  })
}

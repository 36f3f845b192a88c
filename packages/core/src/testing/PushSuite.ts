/**
 * What is pushed to the browsers of people, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { Preferences } from "../identity/Preferences.ts"
import { JobRetries } from "../jobs/JobRegistry.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentClient } from "../kernel/CurrentClient.ts"
import { within } from "../kernel/CurrentStore.ts"
import { Marketing } from "../marketing/Marketing.ts"
import { DeliveryFailed } from "../notifications/Message.ts"
import { Notifications } from "../notifications/Notifications.ts"
import { Pushes } from "../notifications/Pushes.ts"
import { type Push, type PushGone, PushSender } from "../notifications/PushSender.ts"
import { maximumSubscriptions } from "../notifications/PushSubscription.ts"
import { PersonalData } from "../privacy/PersonalData.ts"
import { Stores } from "../stores/Stores.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)
const as = (userId: string) => Actor.as(Actor.customer(userId))

const subscription = (path: string) => ({
  endpoint: `https://push.example.com/${path}`,
  expirationTime: null,
  keys: { p256dh: "p".repeat(87), auth: "a".repeat(22) }
})

const subscribe = (userId: string, path: string) =>
  as(userId)(Effect.flatMap(Pushes, (pushes) => pushes.subscribe(subscription(path)))).pipe(
    Effect.provideService(CurrentClient, { address: null, userAgent: "Firefox" })
  )

const tell = (inbox: string, title: string, id: string) =>
  Effect.gen(function*() {
    const data = { title, location: "Warehouse", available: 2, threshold: 5 }
    yield* (yield* Notifications).queue([{ recipient: null, inbox, template: "stock-low", id, link: "https://shop.example.com/1", data }])
    yield* drain
  })

export const pushSuite = (harness: StorageHarness): void => {
  const test = (
    name: string,
    body: (sent: Array<Push>, answers: Record<string, "gone" | "busy">) => Effect.Effect<unknown, unknown, Shop.ShopServices>
  ) =>
    it.effect(name, () => {
      const sent: Array<Push> = []
      const answers: Record<string, "gone" | "busy"> = {}
      const sender: PushSender = {
        name: "fake",
        publicKey: "BPublic",
        refusal: ({ endpoint }) => endpoint.startsWith("https://push.example.com/") ? undefined : "leads elsewhere",
        send: (push) =>
          Effect.suspend((): Effect.Effect<void, DeliveryFailed | PushGone> => {
            const answer = answers[push.target.endpoint]
            if (answer === "gone") return Effect.fail({ _tag: "PushGone" } as const)
            if (answer === "busy") {
              delete answers[push.target.endpoint]
              return Effect.fail(new DeliveryFailed({ sender: "fake", permanent: false, reason: "503" }))
            }
            return Effect.sync(() => void sent.push(push))
          })
      }
      return Effect.provide(body(sent, answers), Shop.layer(harness.storage()).pipe(Layer.provide(Layer.succeed(PushSender, sender))))
    })

  describe(`pushes, on ${harness.name}`, () => {
    test("what lies in an inbox is pushed to each browser of the person once, with a title, a text and a link", (sent) =>
      Effect.gen(function*() {
        const [ada, eve] = [yield* Shop.account("ada@example.com"), yield* Shop.account("eve@example.com")]
        assert.deepStrictEqual(yield* (yield* Pushes).key, { publicKey: "BPublic" })
        yield* subscribe(ada, "telephone")
        yield* subscribe(ada, "desk")
        yield* subscribe(eve, "hers")
        yield* tell(ada, "Mug", "mug:1")
        yield* tell(ada, "Mug", "mug:1")
        assert.sameMembers(sent.map(({ target }) => target.endpoint), ["https://push.example.com/telephone", "https://push.example.com/desk"])
        const [push] = sent
        assert.deepInclude(push?.target, { p256dh: "p".repeat(87), auth: "a".repeat(22) })
        const shown = JSON.parse(push?.payload ?? "{}")
        assert.deepInclude(shown, { title: "Mug is running low", link: "https://shop.example.com/1" })
        assert.include(shown.text, "has 2 left")
        sent.length = 0
        yield* tell("shop", "Lamp", "lamp:1")
        assert.deepStrictEqual(sent, [])
      }))

    test("a browser that is gone is forgotten, and a push service that is busy is asked again", (sent, answers) =>
      Effect.gen(function*() {
        const pushes = yield* Pushes
        const ada = yield* Shop.account("ada@example.com")
        yield* subscribe(ada, "gone")
        yield* subscribe(ada, "busy")
        answers["https://push.example.com/gone"] = "gone"
        answers["https://push.example.com/busy"] = "busy"
        yield* Effect.provideService(tell(ada, "Mug", "mug:1"), JobRetries, { maxAttempts: 3, delay: Schedule.spaced(0) })
        assert.deepStrictEqual(sent.map(({ target }) => target.endpoint), ["https://push.example.com/busy"])
        assert.lengthOf(yield* as(ada)(pushes.listMine), 1)
      }))

    test("a browser belongs to whoever signed in to it last, each person has so many, and takes their own away", (sent) =>
      Effect.gen(function*() {
        const pushes = yield* Pushes
        const [ada, eve] = [yield* Shop.account("ada@example.com"), yield* Shop.account("eve@example.com")]
        const mine = yield* subscribe(ada, "shared")
        assert.deepInclude(mine, { service: "https://push.example.com", device: "Firefox" })
        const hers = yield* subscribe(eve, "shared")
        assert.deepStrictEqual(yield* as(ada)(pushes.listMine), [])
        assert.strictEqual((yield* Effect.flip(as(ada)(pushes.unsubscribe(hers.id))))._tag, "PushSubscriptionNotFound")
        yield* tell(ada, "Mug", "mug:1")
        assert.deepStrictEqual(sent, [])
        yield* as(eve)(pushes.unsubscribe(hers.id))
        assert.strictEqual((yield* Effect.flip(as(eve)(pushes.unsubscribe(hers.id))))._tag, "PushSubscriptionNotFound")
        for (let index = 0; index <= maximumSubscriptions; index++) yield* subscribe(ada, String(index))
        assert.lengthOf(yield* as(ada)(pushes.listMine), maximumSubscriptions)
        const holder = (yield* (yield* PersonalData).holders).find(({ name }) => name === "pushSubscriptions")
        yield* holder?.forget(ada) ?? Effect.void
        assert.deepStrictEqual(yield* as(ada)(pushes.listMine), [])
        const other = yield* Actor.as(Actor.system("test"))((yield* Stores).create({ code: "other", name: "Other", currency: "USD" }))
        yield* within(other.id)(subscribe(ada, "elsewhere"))
        assert.deepStrictEqual(yield* as(ada)(pushes.listMine), [])
      }))

    test("an endpoint that the sender refuses is no subscription, and guests have none", () =>
      Effect.gen(function*() {
        const pushes = yield* Pushes
        const ada = yield* Shop.account("ada@example.com")
        const inner = { ...subscription("x"), endpoint: "https://10.0.0.1/x" }
        const error = yield* Effect.flip(as(ada)(pushes.subscribe(inner)))
        assert.deepInclude(error, { _tag: "InvalidInput", faults: [{ path: ["endpoint"], message: "leads elsewhere", code: "not_valid" }] })
        assert.strictEqual((yield* Effect.flip(Actor.as(Actor.guest())(pushes.subscribe(subscription("x")))))._tag, "Unauthenticated")
      }))

    test("what can be done without is pushed by consent to pushes alone", (sent) =>
      Effect.gen(function*() {
        const ada = yield* Shop.account("ada@example.com")
        yield* subscribe(ada, "telephone")
        const offer = (id: string, channel: "email" | "push") => ({
          recipient: { channel, address: channel === "push" ? ada : "ada@example.com" },
          userId: ada,
          kind: "news" as const,
          requested: false,
          template: "stock-low",
          inbox: ada,
          id,
          data: { title: id, location: "Warehouse", available: 2, threshold: 5 }
        })
        yield* Actor.as(Actor.system("test"))((yield* Stores).update({
          settings: { apiUrl: "https://shop.example.com/api/v1", marketing: { quietHours: null, perDay: { email: null, sms: null, push: null } } }
        }))
        const agree = (channels: { readonly email?: boolean; readonly push?: boolean }) =>
          as(ada)(Effect.flatMap(Preferences, (preferences) => preferences.updateMine({ marketing: channels })))
        yield* agree({ email: true })
        yield* (yield* Marketing).queue([offer("by mail", "email"), offer("not yet", "push")])
        yield* drain
        assert.deepStrictEqual(sent, [])
        yield* agree({ push: true })
        yield* (yield* Marketing).queue([offer("pushed", "push")])
        yield* drain
        assert.deepStrictEqual(sent.map(({ payload }) => JSON.parse(payload).title), ["pushed is running low"])
      }))
  })
}

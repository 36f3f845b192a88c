import { sqlite } from "@stoa/adapter-sqlite"
import { shopInbox } from "@stoa/core/notifications/InboxMessage"
import { Notifications } from "@stoa/core/notifications/Notifications"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { open, problem } from "./testing/People.ts"

describe("inboxes over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }), {
      pushes: { name: "fake", publicKey: "BPublic", refusal: () => undefined, send: () => Effect.void }
    })
  })
  afterAll(() => server.close())

  const tell = async (inbox: string, title: string) => {
    const data = { title, location: "Warehouse", available: 2, threshold: 5 }
    await server.shop.use(Notifications).queue([{ recipient: null, inbox, template: "stock-low", data }])
    await server.shop.jobs.drain()
  }

  it("are read by the person whom they are for, and those of the shop by its staff", async () => {
    const ada = await server.signIn("ada@example.com")
    await tell(ada.user.id, "Mug")
    await tell(ada.user.id, "Lamp")
    const { items } = await ada.as.inbox.listMine({ query: { read: false } })
    assert.sameMembers(items.map(({ title }) => title), ["Mug is running low", "Lamp is running low"])
    const read = await ada.as.inbox.readMine({ params: { id: items[0]?.id ?? "" } })
    assert.isNotNull(read.readAt)
    assert.deepStrictEqual(await ada.as.inbox.unreadMine(), { unread: 1 })
    await ada.as.inbox.readAllMine()
    assert.deepStrictEqual(await ada.as.inbox.unreadMine(), { unread: 0 })
    assert.deepStrictEqual(
      await problem(ada.as.inbox.readMine({ params: { id: "note_1" } })),
      [404, "notification_not_found"]
    )
    assert.deepStrictEqual(await problem(server.guest.inbox.listMine({ query: {} })), [401, "unauthenticated"])
    await tell(shopInbox, "Board")
    assert.deepStrictEqual(await problem(ada.as.inbox.listShop({ query: {} })), [403, "forbidden"])
    const owner = await server.signInOwner()
    const [message] = (await owner.as.inbox.listShop({ query: {} })).items
    assert.strictEqual(message?.title, "Board is running low")
    assert.deepStrictEqual(await owner.as.inbox.unreadShop(), { unread: 1 })
    await owner.as.inbox.readShop({ params: { id: message?.id ?? "" } })
    await owner.as.inbox.readAllShop()
    assert.deepStrictEqual(await owner.as.inbox.unreadShop(), { unread: 0 })
  })

  it("are pushed to browsers that their owner subscribes and takes away", async () => {
    const bob = await server.signIn("bob@example.com")
    assert.deepStrictEqual(await server.guest.inbox.pushKey(), { publicKey: "BPublic" })
    const payload = { endpoint: "https://push.example.com/1", expirationTime: null, keys: { p256dh: "p", auth: "a" } }
    const { id } = await bob.as.inbox.subscribeToPushes({ payload })
    const { items } = await bob.as.inbox.listPushSubscriptions()
    assert.deepStrictEqual(items.map(({ service }) => service), ["https://push.example.com"])
    await bob.as.inbox.unsubscribeFromPushes({ params: { id } })
    assert.deepStrictEqual(
      await problem(bob.as.inbox.unsubscribeFromPushes({ params: { id } })),
      [404, "push_subscription_not_found"]
    )
    assert.deepStrictEqual(await problem(server.guest.inbox.subscribeToPushes({ payload })), [401, "unauthenticated"])
  })
})

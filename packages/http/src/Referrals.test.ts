import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

const usd = (amount: number) => ({ amount, currency: "USD" })

describe("referrals over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
  })
  afterAll(() => server.close())

  it("bring both a reward by a program that staff set, and staff see them", async () => {
    const clerk = await server.signIn("clerk@example.com")
    await server.shop.users.assignRoles(clerk.user.id, { roles: ["admin"] })
    const ada = await server.signIn("ada@example.com")
    const bob = await server.signIn("bob@example.com")
    const reward = { kind: "store_credit", amount: 300 } as const
    const payload = { active: true, referrer: reward, friend: reward, minimumTotal: 0, waitDays: 0, cap: null }
    await clerk.as.referrals.setProgram({ payload })
    assert.deepStrictEqual(
      await problem(clerk.as.referrals.setProgram({ payload }, { ifMatch: "\"v7\"" })),
      [412, "version_conflict"]
    )
    const { code } = await ada.as.referrals.mine()
    assert.deepStrictEqual(await problem(ada.as.referrals.use({ payload: { code } })), [409, "referral_refused"])
    assert.deepStrictEqual(await problem(bob.as.referrals.use({ payload: { code: "nobody" } })), [404, "referral_code_unknown"])
    assert.strictEqual((await bob.as.referrals.use({ payload: { code } })).state, "joined")
    const product = await server.shop.catalog.createProduct({
      title: "Voucher",
      variants: [{ price: usd(2_000), stock: 9, requiresShipping: false }]
    })
    await bob.as.cart.create()
    await bob.as.cart.addItem({ payload: { variantId: product.variants[0]?.id ?? "", quantity: 1 } })
    await bob.as.checkout.place({ payload: { payment: { gateway: "sandbox" } } })
    await server.shop.jobs.drain()
    await server.shop.jobs.runCron("referrals.reward")
    const { friends, terms } = await ada.as.referrals.mine()
    assert.deepStrictEqual(friends.map((friend) => [friend.state, friend.reward]), [["rewarded", reward]])
    assert.deepStrictEqual(terms.friend, reward)
    assert.strictEqual((await bob.as.storedValue.myStoreCredit()).balance.amount, 300)
    const { items } = await clerk.as.referrals.list({ query: { state: "rewarded" } })
    assert.deepStrictEqual(items.map(({ friendId }) => friendId), [bob.user.id])
    assert.deepStrictEqual(await problem(ada.as.referrals.list({ query: {} })), [403, "forbidden"])
    assert.deepStrictEqual(await problem(server.guest.referrals.mine()), [401, "unauthenticated"])
  })
})

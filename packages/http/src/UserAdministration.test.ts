import { sqlite } from "@stoa/adapter-sqlite"
import * as Actor from "@stoa/core/kernel/Actor"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, password, problem } from "./testing/People.ts"

describe("user administration over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  let owner: Awaited<ReturnType<typeof server.signIn>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
    owner = await server.signInOwner()
  })
  afterAll(() => server.close())

  it("goes from a role of the store's own to somebody who has it, in the session that is open", async () => {
    const role = await owner.as.roles.create({
      payload: { name: "packer", title: "Packer", permissions: ["orders:read"] }
    })
    assert.include((await owner.as.roles.list()).items.map(({ name }) => name), "packer")
    assert.include((await owner.as.roles.permissions()).items.map(({ permission }) => permission), "orders:refund")
    const pat = await server.signIn("pat@example.com")
    assert.deepStrictEqual(await problem(pat.as.adminOrders.list()), [403, "forbidden"])
    const params = { id: pat.user.id }
    const changed = await owner.as.administration.updateUser(
      { params, payload: { roles: ["packer"] } },
      { ifMatch: "\"v1\"" }
    )
    assert.deepStrictEqual(changed.roles, ["customer", "packer"])
    assert.deepStrictEqual((await pat.as.adminOrders.list()).items, [])
    assert.strictEqual((await pat.as.me.get()).id, pat.user.id)
    assert.deepStrictEqual(
      await problem(owner.as.administration.updateUser({ params, payload: { roles: [] } }, { ifMatch: "\"v1\"" })),
      [412, "version_conflict"]
    )
    await owner.as.roles.update({ params: { name: "packer" }, payload: { permissions: [] } })
    assert.deepStrictEqual(await problem(pat.as.adminOrders.list()), [403, "forbidden"])
    assert.deepStrictEqual(await problem(owner.as.roles.delete({ params: { name: "packer" } })), [409, "role_in_use"])
    assert.deepStrictEqual(
      (await owner.as.administration.listUsers({ query: { role: "packer" } })).items.map(({ id }) => id),
      [pat.user.id]
    )
    await owner.as.administration.endSessions({ params })
    assert.deepStrictEqual(await problem(pat.as.me.get()), [401, "invalid_token"])
    const { accessToken } = await server.guest.auth.login({ payload: { email: "pat@example.com", password } })
    const again = server.connect(accessToken)
    assert.strictEqual((await again.me.get()).id, pat.user.id)
    await owner.as.administration.updateUser({ params, payload: { status: "suspended" } })
    assert.deepStrictEqual(await problem(again.me.get()), [401, "invalid_token"])
    assert.strictEqual(role.version, 1)
  })

  it("attack 11, privilege escalation: 403 cannot_grant_beyond_own, and 409 for the last owner", async () => {
    const clerk = await server.signIn("clerk@example.com")
    await owner.as.roles.create({
      payload: { name: "clerk", title: "Clerk", permissions: ["users:write", "customers:write", "customers:read"] }
    })
    await owner.as.administration.updateUser({ params: { id: clerk.user.id }, payload: { roles: ["clerk"] } })
    const self = clerk.as.administration.updateUser({
      params: { id: clerk.user.id },
      payload: { roles: ["clerk", "owner"] }
    })
    assert.deepStrictEqual(await problem(self), [403, "cannot_grant_beyond_own"])
    const hire = clerk.as.administration.createUser({ payload: { email: "mole@example.com", roles: ["admin"] } })
    assert.deepStrictEqual(await problem(hire), [403, "cannot_grant_beyond_own"])
    const last = owner.as.administration.updateUser({ params: { id: owner.user.id }, payload: { roles: [] } })
    assert.deepStrictEqual(await problem(last), [409, "last_owner"])
    const suspend = owner.as.administration.updateUser({ params: { id: owner.user.id }, payload: { status: "suspended" } })
    assert.deepStrictEqual(await problem(suspend), [409, "last_owner"])
    assert.deepStrictEqual((await server.shop.accounts.get(clerk.user.id)).roles, ["customer", "clerk"])
    assert.deepStrictEqual((await server.shop.accounts.get(owner.user.id)).roles, ["customer", "owner"])
  })

  it("lets support act as a customer, who sees nothing of the powers of support", async () => {
    const helper = await server.signIn("helper@example.com")
    await owner.as.administration.updateUser({ params: { id: helper.user.id }, payload: { roles: ["support"] } })
    const ada = await server.signIn("ada@example.com")
    const answer = await helper.as.administration.impersonate({
      params: { id: ada.user.id },
      payload: { reason: "Cannot find her order" }
    })
    const acting = server.connect(answer.accessToken)
    assert.strictEqual((await acting.me.get()).id, ada.user.id)
    assert.deepStrictEqual(await problem(acting.administration.listUsers()), [403, "forbidden"])
    const audit = await owner.as.administration.listAudit({ query: { action: "user.impersonate" } })
    assert.deepInclude(audit.items[0], { subject: ada.user.id, actor: `staff:${helper.user.id}` })
    assert.deepStrictEqual(
      await problem(helper.as.administration.impersonate({
        params: { id: owner.user.id },
        payload: { reason: "Curious" }
      })),
      [403, "cannot_grant_beyond_own"]
    )
    await acting.auth.logout()
    assert.deepStrictEqual(await problem(acting.me.get()), [401, "invalid_token"])
  })

  it("hands the audit log out as lines, and says whether it is whole, to who may read it", async () => {
    await owner.as.administration.listUsers()
    await server.shop.audit.seal()
    const { items } = await owner.as.administration.listAudit({ query: { limit: 100 } })
    const read = (path: string, accessToken: string) =>
      server.handler(new Request(`http://shop.test/api/v1${path}`, { headers: { authorization: `Bearer ${accessToken}` } }))
    const lines = await read("/admin/audit-logs/export", owner.accessToken)
    assert.deepStrictEqual(
      [lines.status, lines.headers.get("content-type"), lines.headers.get("content-disposition")],
      [200, "application/x-ndjson", "attachment; filename=\"audit.ndjson\""]
    )
    assert.deepStrictEqual(
      (await lines.text()).trimEnd().split("\n").map((line) => (JSON.parse(line) as { readonly id: string }).id),
      items.map(({ id }) => id as string)
    )
    const found = await owner.as.administration.verifyAudit()
    assert.deepInclude(found, { whole: true, sealed: items.length, waiting: 0 })
    const ben = await server.signIn("ben@example.com")
    for (const path of ["/admin/audit-logs/export", "/admin/audit-logs/verification"]) {
      assert.strictEqual((await read(path, ben.accessToken)).status, 403, path)
    }
  })

  it("is for staff: a customer who calls it directly is refused", async () => {
    const eve = await server.signIn("eve@example.com")
    const { shop } = server
    const asEve = shop.as(Actor.customer(eve.user.id))
    for (
      const call of [
        () => eve.as.roles.list(),
        () => eve.as.administration.createUser({ payload: { email: "x@example.com" } }),
        () => eve.as.administration.impersonate({ params: { id: owner.user.id }, payload: { reason: "x" } })
      ]
    ) {
      assert.deepStrictEqual(await problem(call()), [403, "forbidden"])
    }
    const embedded = await asEve.users.assignRoles(eve.user.id, { roles: ["owner"] }).catch((error: unknown) => error)
    assert.include(embedded, { code: "forbidden" })
    assert.deepStrictEqual(await problem(server.connect().roles.list()), [401, "unauthenticated"])
  })
})

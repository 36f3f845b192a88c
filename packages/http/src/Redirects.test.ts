import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { toFetchHandler } from "./FetchHandler.ts"
import { toNodeHandler } from "./NodeHandler.ts"
import { open, problem } from "./testing/People.ts"

describe("redirects over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
  })
  afterAll(() => server.close())

  it("are kept by staff, imported from a file, and asked for by everybody", async () => {
    const clerk = await server.signIn("clerk@example.com")
    await server.shop.users.assignRoles(clerk.user.id, { roles: ["admin"] })
    const { redirects } = clerk.as
    const made = await redirects.create({ payload: { from: "/old", to: "/new" } })
    assert.deepStrictEqual(await problem(redirects.create({ payload: { from: "/new", to: "/old" } })), [400, "redirect_loop"])
    assert.deepStrictEqual(await problem(redirects.create({ payload: { from: "/old", to: "/x" } })), [409, "redirect_taken"])
    assert.deepStrictEqual(
      await problem(redirects.create({ payload: { from: "/x", to: "https://evil.example.com" } })),
      [400, "invalid_input"]
    )
    const params = { id: made.id }
    const changed = await redirects.update({ params, payload: { to: "/newer" } }, { ifMatch: "\"v1\"" })
    assert.strictEqual(changed.to, "/newer")
    assert.deepStrictEqual(
      await problem(redirects.update({ params, payload: { to: "/newest" } }, { ifMatch: "\"v1\"" })),
      [412, "version_conflict"]
    )
    const guest = server.guest.redirects
    assert.deepStrictEqual(await guest.resolve({ query: { path: "/old?a=1" } }), { to: "/newer?a=1", status: 301 })
    assert.deepStrictEqual(await problem(guest.resolve({ query: { path: "/nothing" } })), [404, "redirect_not_found"])
    assert.deepStrictEqual(await problem(guest.list()), [401, "unauthenticated"])
    const headers = { "content-type": "text/csv", "authorization": `Bearer ${clerk.accessToken}` }
    const imported = await server.handler(
      new Request("http://shop.test/api/v1/admin/redirects/import", { method: "POST", headers, body: "from,to\n/a,/b\n/c,nowhere\n" })
    )
    const report = await imported.json()
    assert.deepInclude(report, { lines: 2, created: 1, failed: 1 })
    assert.deepStrictEqual((await redirects.list()).items.map(({ from }) => from), ["/a", "/old"])
    await redirects.delete({ params })
    assert.deepStrictEqual(await problem(redirects.get({ params })), [404, "redirect_not_found"])
  })

  it("lead on whoever asks a host for what is not there, where the host wants that", async () => {
    await server.shop.redirects.create({ from: "/gone", to: "/here?x=1", status: 302 })
    const led = async (answer: Response | Promise<Response>) => [(await answer).status, (await answer).headers.get("location")]
    const asked = toFetchHandler(server.shop, { redirects: true, accessLog: false })
    assert.deepStrictEqual(await led(asked(new Request("http://shop.test/gone?y=2"))), [302, "/here?x=1"])
    assert.deepStrictEqual(await led(asked(new Request("http://shop.test/gone", { method: "POST" }))), [404, null])
    assert.deepStrictEqual(await led(asked(new Request("http://shop.test/nothing"))), [404, null])
    assert.deepStrictEqual(await led(server.handler(new Request("http://shop.test/gone"))), [404, null])
    await asked.close()

    const mounted = toNodeHandler(server.shop, { redirects: true, accessLog: false })
    const host = createServer((request, response) =>
      mounted(request, response, () => {
        response.statusCode = 418
        response.end()
      })
    )
    await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve))
    try {
      const at = `http://127.0.0.1:${(host.address() as AddressInfo).port}`
      assert.deepStrictEqual(await led(fetch(`${at}/gone`, { redirect: "manual" })), [302, "/here?x=1"])
      assert.deepStrictEqual(await led(fetch(`${at}/nothing`)), [418, null])
      assert.deepStrictEqual(await led(fetch(`${at}/health/live`)), [200, null])
    } finally {
      await mounted.close()
      await new Promise((resolve) => host.close(resolve))
    }
  })
})

import { once } from "node:events"
import { existsSync, readFileSync } from "node:fs"
import { createServer, request } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import * as StoaCommand from "./testing/StoaCommand.ts"

const folder = StoaCommand.temporaryFolder()
afterAll(() => folder[Symbol.dispose]())

/** What it complains of. That it takes its time to end says something of the machine only. */
const complaints = (server: StoaCommand.Serving): string => server.err().replace(/^Finishing what is in flight\..*\n/m, "")

const keyOf = (out: string): string => /sk_[A-Za-z0-9]+/.exec(out)?.[0] ?? ""

describe("stoa start", () => {
  it("opens a demo shop, ends cleanly on Ctrl-C, and keeps what was changed for the next start", async () => {
    const args = ["start", "-d", "demo.db"]
    let key = ""
    {
      await using server = await StoaCommand.listen(folder.path, args)
      key = keyOf(server.out())
      expect(server.out()).toContain("with 78 products in its catalogue")
      const products = `${server.url}/api/v1/admin/products`
      const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" }
      const found = await fetch(`${products}/paring-knife`, { headers })
      const { id } = (await found.json()) as { readonly id: string }
      const changed = await fetch(`${products}/${id}`, {
        method: "PATCH",
        headers: { ...headers, "if-match": found.headers.get("etag") ?? "" },
        body: JSON.stringify({ title: "Little Knife" })
      })
      expect(changed.status).toBe(200)
      // what a terminal and a package manager send for one Ctrl-C
      server.signal("SIGINT")
      server.signal("SIGINT")
      expect([await server.ended, complaints(server)]).toEqual([0, ""])
      const logged = server.out().split("Ctrl-C ends it.\n")[1]?.trim().split("\n") ?? []
      expect(logged.map((line) => (JSON.parse(line) as { readonly status: number }).status)).toEqual([200, 200])
    }
    await using again = await StoaCommand.listen(folder.path, args)
    expect(keyOf(again.out())).toBe(key)
    const kept = await fetch(`${again.url}/api/v1/products/paring-knife`)
    expect(((await kept.json()) as { readonly title: string }).title).toBe("Little Knife")
  })
})

describe("stoa serve", () => {
  it("warns once that keys are not encrypted, and not where they are", async () => {
    await using open = await StoaCommand.listen(folder.path, ["serve", "-d", "open.db"])
    expect(open.err().match(/^STOA_SECRET /gm)).toHaveLength(1)
    const secret = "a-secret-of-thirty-two-characters-and-more"
    const env = { STOA_SECRET: secret, STOA_ADMIN_PAGE: "off" }
    await using closed = await StoaCommand.listen(folder.path, ["serve", "-d", "closed.db"], env)
    closed.signal("SIGTERM")
    expect([await closed.ended, complaints(closed)]).toEqual([0, ""])
    expect(closed.out()).not.toContain(secret)
  })

  it("hands a link to whoever starts a shop without an owner, until there is one", async () => {
    const tokenOf = (text: string): string => /\/admin#\/first-owner\/([\w-]{43})\n/.exec(text)?.[1] ?? ""
    const become = (server: StoaCommand.Serving, token: string, email: string) =>
      fetch(`${server.url}/api/v1/auth/first-owner`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ token, email, password: "tulip lamp seven" })
      })
    const printed = async (server: StoaCommand.Serving) => {
      await expect.poll(() => tokenOf(server.err()), { timeout: 240_000 }).not.toBe("")
      return tokenOf(server.err())
    }
    {
      await using first = await StoaCommand.listen(folder.path, ["serve", "-d", "owned.db"])
      await using second = await StoaCommand.listen(folder.path, ["serve", "-d", "owned.db"], { STOA_PUBLIC_URL: "https://shop.example/" })
      expect(first.err()).toContain(`${first.url}/admin#/first-owner/`)
      const [old, token] = [await printed(first), await printed(second)]
      expect(second.err()).toContain(`https://shop.example/admin#/first-owner/${token}`)
      expect((await become(first, old, "you@example.com")).status).toBe(400)
      // whichever process is asked
      expect((await become(first, token, "you@example.com")).status).toBe(201)
      expect((await become(second, token, "eve@example.com")).status).toBe(400)
      for (const server of [first, second]) expect(server.out()).not.toContain(token)
    }
    await using again = await StoaCommand.listen(folder.path, ["serve", "-d", "owned.db"])
    again.signal("SIGTERM")
    await again.ended
    expect(again.err()).not.toContain("first-owner")
  })

  it("finishes a request that is under way when it is told to stop", async () => {
    await using server = await StoaCommand.listen(folder.path, ["start", "-d", "flight.db"])
    const upload = request(`${server.url}/api/v1/admin/products/import`, {
      method: "POST",
      headers: { authorization: `Bearer ${keyOf(server.out())}`, "content-type": "text/csv", expect: "100-continue" }
    })
    const answered = once(upload, "response") as Promise<[NodeJS.ReadableStream & { readonly statusCode: number }]>
    upload.flushHeaders()
    // the server has taken the request up
    await once(upload, "continue")
    upload.write("Handle,Title,Variant SKU,Variant Price,Status\n")
    server.signal("SIGINT")
    upload.end("late,Late,LATE-1,1.00,active\n")
    const [response] = await answered
    response.resume()
    expect([response.statusCode, await server.ended]).toEqual([200, 0])
    expect((await StoaCommand.run(folder.path, ["export", "-d", "flight.db"])).out).toContain("\nlate,Late,")
  })

  it("says in a sentence that the port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1")
    await once(other, "listening")
    const port = String((other.address() as AddressInfo).port)
    const { code, err, out } = await StoaCommand.run(folder.path, ["start", "-d", "demo.db", "--port", port])
    other.close()
    expect([code, out]).toEqual([1, ""])
    expect(err).toBe(`The port ${port} of 127.0.0.1 is taken\n`)
  })

  it.skipIf(!existsSync("/proc/self/status"))("holds little memory while nobody calls", async () => {
    await using server = await StoaCommand.listen(folder.path, ["serve", "-d", "idle.db"])
    const resident = () =>
      Number(/RssAnon:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))?.[1]) / 1_024
    // About 120 MB from source without the pages of the program itself, which processes share, and a third more if what starting
    // took is not given back; the bench measures what is published. It is given back by threads of their own, which a busy machine
    // lets wait.
    await expect.poll(resident, { timeout: 240_000 }).toBeLessThan(145)
    expect(existsSync(join(folder.path, "idle.db"))).toBe(true)
  })
})

import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa } from "@stoa/core"
import * as Mailbox from "@stoa/core/testing/Mailbox"
import { serve, toNodeHandler } from "@stoa/http"
import { createClient } from "@stoa/http/client"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { TOTP } from "otpauth"
import { gunzipSync, brotliDecompressSync } from "node:zlib"
import { operations } from "../page/api/Operations.ts"
import { adminPage } from "./AdminPage.ts"
import * as AdminShop from "./testing/AdminShop.ts"
import * as Visitor from "./testing/Visitor.ts"

/** Bytes of script of the page, packed: of all screens, in one language. */
const budget = 150_000

describe("the way into the administration page", () => {
  let s: AdminShop.AdminShop
  beforeAll(async () => {
    s = await AdminShop.make()
    await AdminShop.sell(s.shop)
  })
  // nothing on the console, and nothing tried that the policy of the page forbids
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(() => s.close())

  it("shows how the shop does, once its owner has signed in", async () => {
    const { page } = await s.signedIn()
    await page.getByRole("link", { name: "Order 1001" }).first().waitFor()
    const figures = page.getByRole("region", { name: "Figures" })
    assert.include(await figures.innerText(), "$185.00")
    assert.include(await page.getByRole("listitem").filter({ hasText: "Orders to send" }).innerText(), "1")
    await page.getByRole("img", { name: /^Sales of each of the last 30 days/ }).locator("canvas").waitFor()
    await page.getByText("As a table").click()
    assert.strictEqual(await page.getByRole("row").count(), 31)
    await page.getByRole("row").filter({ hasText: "$185.00" }).waitFor()
    await page.reload()
    await page.getByRole("heading", { name: "Home", level: 1 }).waitFor()
  })

  it("says what is wrong in words, and lets nobody in by a wrong password", async () => {
    const { page } = await s.visitor()
    await page.getByLabel("E-mail address").fill(AdminShop.owner.email)
    await page.getByLabel("Password").fill("wrong")
    await page.getByLabel("Password").press("Enter")
    await page.getByText("The e-mail address or the password is not right.").waitFor()
    await page.getByLabel("E-mail address").fill("no address")
    await page.getByLabel("Password").press("Enter")
    const field = page.getByLabel("E-mail address")
    await field.and(page.locator("[aria-invalid=true]")).waitFor()
    const described = await field.getAttribute("aria-describedby") ?? ""
    assert.notStrictEqual((await page.locator(`[id="${described}"]`).innerText()).trim(), "")
  })

  it("lets staff in by a code from a mail", async () => {
    const { page } = await s.visitor()
    await page.getByRole("button", { name: "Send me a code instead" }).click()
    await page.getByLabel("E-mail address").fill(AdminShop.owner.email)
    await page.getByRole("button", { name: "Send the code" }).click()
    await page.getByText("a code is on its way to it").waitFor()
    await s.shop.jobs.drain()
    await page.getByLabel("Code").fill(Mailbox.takeCode(s.mailbox))
    await page.getByLabel("Code").press("Enter")
    await page.getByRole("heading", { name: "Home", level: 1 }).waitFor()
  })

  it("asks for the second factor of whoever has one", async () => {
    await s.person("careful@example.com", ["owner"])
    const careful = { ...AdminShop.owner, email: "careful@example.com" }
    const { accessToken } = await s.shop.auth.login(careful)
    const { mfa } = createClient({ baseUrl: s.server.url, token: accessToken })
    const { secret } = await mfa.enrollTotp()
    const app = new TOTP({ secret, digits: 6, period: 30 })
    const shown = (steps: number) => app.generate({ timestamp: Date.now() + steps * 30_000 })
    await mfa.confirmTotp({ payload: { code: shown(0) } })
    const { page } = await s.visitor()
    await page.getByLabel("E-mail address").fill(careful.email)
    await page.getByLabel("Password").fill(careful.password)
    await page.getByRole("button", { name: "Sign in" }).click()
    await page.getByRole("heading", { name: "One more proof" }).waitFor()
    await page.getByLabel("Code of your authenticator app").fill("000000")
    await page.getByRole("button", { name: "Confirm" }).click()
    await page.getByRole("alert").waitFor()
    // a code is good once, and that of now was used
    await page.getByLabel("Code of your authenticator app").fill(shown(1))
    await page.getByRole("button", { name: "Confirm" }).click()
    await page.getByRole("heading", { name: "Home", level: 1 }).waitFor()
  })

  it("goes on with a new session when the old one has run out, and asks again when that has ended", async () => {
    const { context, page } = await s.signedIn()
    await context.clearCookies({ name: "stoa_session" })
    await page.getByRole("link", { name: "Home" }).click()
    await page.reload()
    await page.getByRole("link", { name: "Order 1001" }).first().waitFor()
    await page.getByRole("button", { name: "Sign out" }).click()
    await page.getByRole("heading", { name: "Sign in" }).waitFor()
    assert.deepStrictEqual((await context.cookies()).map(({ name }) => name), [])
  })

  it("lets whoever started a shop without an owner make their account, once", async () => {
    const shop = await createStoa({ storage: sqlite({ filename: ":memory:" }), workers: false })
    const server = await serve(shop, { port: 0, accessLog: false, rateLimits: false, admin: adminPage() })
    try {
      const { token } = await shop.firstOwner.invite() ?? { token: "" }
      const address = `${server.url}/admin#/first-owner/${token}`
      const { page } = await s.visitor({}, address)
      await page.getByLabel("Your name").fill("Ada")
      await page.getByLabel("E-mail address").fill("ada@example.com")
      await page.getByLabel("Password", { exact: true }).fill("password1")
      await page.getByLabel("The password again").fill("password2")
      await page.getByRole("button", { name: "Make my account" }).click()
      await page.getByText("This is not the same password.").waitFor()
      await page.getByLabel("The password again").fill("password1")
      await page.getByRole("button", { name: "Make my account" }).click()
      await page.getByText("This password is easily guessed.").waitFor()
      assert.deepStrictEqual(await Visitor.looks(page), [])
      await page.getByLabel("Password", { exact: true }).fill(AdminShop.owner.password)
      await page.getByLabel("The password again").fill(AdminShop.owner.password)
      await page.getByRole("button", { name: "Make my account" }).click()
      await page.getByRole("heading", { name: "Home", level: 1 }).waitFor()
      assert.notInclude(page.url(), token)
      await page.goto(address)
      await page.reload()
      await page.getByLabel("E-mail address").fill("eve@example.com")
      await page.getByLabel("Password", { exact: true }).fill(AdminShop.owner.password)
      await page.getByLabel("The password again").fill(AdminShop.owner.password)
      await page.getByRole("button", { name: "Make my account" }).click()
      await page.getByText("This code is not right, or too old.").waitFor()
      assert.deepStrictEqual((await shop.accounts.list({})).items.map(({ email, roles }) => [email, roles]), [
        ["ada@example.com", ["customer", "owner"]]
      ])
    } finally {
      await server.close()
    }
  })

  it("works with the keyboard alone", async () => {
    const { page } = await s.visitor()
    await page.getByRole("heading", { name: "Sign in" }).waitFor()
    await page.keyboard.type(AdminShop.owner.email)
    await page.keyboard.press("Tab")
    await page.keyboard.type(AdminShop.owner.password)
    await page.keyboard.press("Enter")
    await page.getByRole("heading", { name: "Home", level: 1 }).waitFor()
    await page.keyboard.press("Tab")
    assert.strictEqual(await page.evaluate("document.activeElement.textContent"), "Skip to the content")
    await page.keyboard.press("Enter")
    assert.strictEqual(await page.evaluate("document.activeElement.id"), "content")
  })

  it("works where a host has mounted it under a path of its own", async () => {
    const handler = toNodeHandler(s.shop, { accessLog: false, rateLimits: false, admin: adminPage() })
    const host = createServer((request, response) => {
      const below = /^\/shops\/one(\/.*)$/.exec(request.url ?? "")?.[1]
      if (below === undefined) return response.writeHead(404).end()
      request.url = below
      return handler(request, response)
    })
    await new Promise<void>((listening) => host.listen(0, "127.0.0.1", listening))
    try {
      const at = `http://127.0.0.1:${(host.address() as AddressInfo).port}/shops/one/admin`
      for (const address of [at, `${at}/`]) {
        const { context, page } = await s.signedIn({}, address)
        await page.getByRole("link", { name: "Order 1001" }).first().waitFor()
        await context.close()
      }
    } finally {
      await new Promise((closed) => host.close(closed))
      await handler.close()
    }
  })

  it("has nothing that axe finds wrong, on a telephone and at a desk, light and dark", async () => {
    const { page } = await s.visitor()
    await page.getByRole("heading", { name: "Sign in" }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "sign-in")
    await AdminShop.signIn(page)
    await page.getByRole("link", { name: "Walnut lamp" }).waitFor()
    await page.locator("canvas").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "home")
  })

  it("has its sections behind a button on a telephone, which Escape closes", async () => {
    const { page } = await s.signedIn({ viewport: Visitor.screens.phone })
    const home = page.getByRole("link", { name: "Home" })
    assert.isFalse(await home.isVisible())
    await page.getByRole("button", { name: "Menu" }).click()
    await home.waitFor()
    await page.keyboard.press("Escape")
    await home.waitFor({ state: "hidden" })
  })

  it("is light: its script is small when it is packed, kept for ever, and packed beforehand", async () => {
    const document = await fetch(s.url)
    assert.strictEqual(document.headers.get("cache-control"), "no-store")
    const html = await document.text()
    const scripts = [...html.matchAll(/<script[^>]* src="([^"]+)"/g)].map(([, src = ""]) => new URL(src, s.url))
    assert.lengthOf(scripts, 1)
    const [script] = scripts
    if (script === undefined) throw new Error("there is a script")
    const texts = await Promise.all(["br", "gzip", "identity"].map(async (encoding) => {
      const { body, headers } = await Visitor.raw(script, { "accept-encoding": encoding })
      assert.deepInclude(headers, { "cache-control": "public, max-age=31536000, immutable", vary: "Accept-Encoding" })
      assert.strictEqual(headers["content-encoding"], encoding === "identity" ? undefined : encoding)
      return (encoding === "br" ? brotliDecompressSync(body) : encoding === "gzip" ? gunzipSync(body) : body).toString()
    }))
    assert.strictEqual(new Set(texts).size, 1)
    // what it begins with is named in the document, so that nothing is asked for late
    const named = [...html.matchAll(/<link rel="modulepreload" href="([^"]+)"/g)].map(([, href = ""]) => new URL(href, s.url).href)
    const parts = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = ""]) => new URL(name, script).href)
    assert.deepStrictEqual(parts(texts[0] ?? "", /(?:from|import)"\.\/([^"]+)"/g), named)
    const begun = new Set([script.href, ...named])
    const all = new Map<string, { readonly text: string; readonly sizes: ReadonlyArray<number> }>()
    const read = async (href: string): Promise<void> => {
      if (all.has(href)) return
      const [brotli, gzip] = await Promise.all(["br", "gzip"].map((encoding) => Visitor.raw(new URL(href), { "accept-encoding": encoding })))
      if (brotli === undefined || gzip === undefined) throw new Error("there are two answers")
      const text = brotliDecompressSync(brotli.body).toString()
      all.set(href, { text, sizes: [brotli.body.length, gzip.body.length] })
      for (const other of parts(text, /(?:from|import\(|import)"\.\/(part-[^"]+\.js)"/g)) await read(other)
    }
    await read(script.href)
    // the words of another language come by themselves, so nobody loads those of all
    const [german, ...others] = [...all].filter(([, { text }]) => text.includes("Bestellungen"))
    assert.deepStrictEqual([german === undefined, begun.has(german?.[0] ?? ""), others], [false, false, []])
    // and so do screens that few people come to
    assert.isAbove(all.size - begun.size, 3)
    for (const way of [0, 1]) {
      const size = [...all].filter(([href]) => href !== german?.[0]).reduce((sum, [, { sizes }]) => sum + (sizes[way] ?? 0), 0)
      assert.isBelow(size, budget)
    }
    assert.strictEqual((await fetch(new URL("assets/none.js", `${s.url}/`))).status, 404)
  })

  it("allows no script but its own, and runs in no frame", async () => {
    const document = await fetch(s.url)
    const policy = document.headers.get("content-security-policy") ?? ""
    for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"]) {
      assert.include(policy, part)
    }
    assert.notInclude(policy, "unsafe")
    assert.notMatch(await document.text(), /<script(?![^>]* src=)|<style|\son\w+=|\sstyle=/)
  })

  it("is there for whoever asks for it only", async () => {
    const handler = toNodeHandler(s.shop, { accessLog: false })
    const host = createServer(handler)
    await new Promise<void>((listening) => host.listen(0, "127.0.0.1", listening))
    try {
      assert.strictEqual((await fetch(`http://127.0.0.1:${(host.address() as AddressInfo).port}/admin`)).status, 404)
    } finally {
      await new Promise((closed) => host.close(closed))
      await handler.close()
    }
  })

  it("calls nothing but operations of the API", async () => {
    const document = await (await fetch(`${s.server.url}/openapi.json`)).json() as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>
    }
    for (const [name, operation] of Object.entries(operations)) {
      const [method = "", path = ""] = operation.split(" ")
      assert.strictEqual(document.paths[`/api/v1${path}`]?.[method.toLowerCase()]?.operationId, name, operation)
    }
  })
})

import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa, type Stoa } from "@stoa/core"
import * as Actor from "@stoa/core/kernel/Actor"
import { account } from "@stoa/core/testing/Shop"
import { serve } from "@stoa/http"
import { describe, expect, it } from "vitest"
import * as SandboxPages from "./SandboxPages.ts"

/** A shop on a free port, with one thing to buy. */
const open = async () => {
  const pages = SandboxPages.make()
  const shop = await createStoa({
    storage: sqlite({ filename: ":memory:" }),
    gateways: [pages.gateway],
    plugins: [pages.plugin]
  })
  const { variants: [lamp] } = await shop.catalog.createProduct({
    title: "Lamp",
    status: "active",
    variants: [{ price: { amount: 1_999, currency: "USD" }, stock: 10, requiresShipping: false }]
  })
  const server = await serve(shop, { port: 0, accessLog: false })
  pages.servedAt(`${server.url}/api/v1`)
  return { shop, server, variantId: lamp?.id ?? "", [Symbol.asyncDispose]: server.close }
}

/** Places an order whose buyer has to agree at the bank. */
const order = async (
  { shop, variantId }: { readonly shop: Stoa.Stoa; readonly variantId: string },
  returnUrl?: string
) => {
  const { cart } = await shop.carts.create()
  await shop.carts.addItem(cart.id, { variantId, quantity: 1 })
  const { order, payment } = await shop.checkout.place({
    cartId: cart.id,
    email: "ada@example.com",
    payment: { gateway: "sandbox", method: "sandbox_redirect", ...(returnUrl === undefined ? {} : { returnUrl }) }
  })
  return { id: order.id, page: payment?.nextAction?.url ?? "" }
}

const press = (page: string, decision: string) =>
  fetch(page, { method: "POST", body: new URLSearchParams({ decision }), redirect: "manual" })

describe("the page of the sandbox bank", () => {
  it("stands where the payment says, shows the amount, and runs nothing", async () => {
    await using shop = await open()
    const { page } = await order(shop)
    expect(page.startsWith(`${shop.server.url}/api/v1/sandbox/pay/`)).toBe(true)
    const answer = await fetch(page)
    const html = await answer.text()
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"])
    expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'sha256-/)
    expect(html).toContain("$19.99")
    expect(html.match(/<button/g)).toHaveLength(2)
  })

  it("takes the money and sends the buyer back to where the payment said", async () => {
    await using shop = await open()
    const { id, page } = await order(shop, "https://shop.example/thanks?order=1&a=b")
    expect((await fetch(page)).headers.get("content-security-policy")).toContain("'self' https://shop.example;")
    const answer = await press(page, "approve")
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "https://shop.example/thanks?order=1&a=b"])
    await shop.shop.jobs.drain()
    expect((await shop.shop.orders.get(id)).status).toBe("paid")
    expect(await (await fetch(page)).text()).toContain("href=\"https://shop.example/thanks?order=1&amp;a=b\"")
  })

  it("shows the outcome where there is nowhere in the web to go back to", async () => {
    await using shop = await open()
    for (const returnUrl of [undefined, "my-app://thanks"]) {
      const { id, page } = await order(shop, returnUrl)
      const answer = await fetch(page, { method: "POST", body: new URLSearchParams({ decision: "refuse" }) })
      expect([answer.status, answer.url]).toEqual([200, page])
      const html = await answer.text()
      expect(html).toContain("You refused this payment")
      expect(html).not.toContain("my-app")
      await shop.shop.jobs.drain()
      expect((await shop.shop.orders.get(id)).status).toBe("failed")
    }
  })

  it("asks whether a card is to be kept, and says what has become of that", async () => {
    await using shop = await open()
    const ada = shop.shop.as(Actor.customer(await shop.shop.run(account("ada@example.com"))))
    const add = async (returnUrl?: string) => {
      const { id, nextAction } = await ada.savedMethods.add({
        method: "sandbox_redirect",
        consent: true,
        ...(returnUrl === undefined ? {} : { returnUrl })
      })
      return { id, page: nextAction?.url ?? "" }
    }
    const kept = await add("https://shop.example/account")
    expect(await (await fetch(kept.page)).text()).toContain("A shop asks to keep your card")
    const answer = await press(kept.page, "approve")
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "https://shop.example/account"])
    await shop.shop.jobs.drain()
    expect((await ada.savedMethods.get(kept.id)).status).toBe("active")
    expect(await (await fetch(kept.page)).text()).toContain("The bank keeps your card")
    const refused = await add()
    expect((await press(refused.page, "perhaps")).status).toBe(400)
    await press(refused.page, "refuse")
    expect(await (await fetch(refused.page)).text()).toContain("Your card is not kept")
    expect((await ada.savedMethods.confirm(refused.id)).status).toBe("failed")
  })

  it("lets what was decided first hold", async () => {
    await using shop = await open()
    const { id, page } = await order(shop)
    await press(page, "approve")
    expect((await press(page, "refuse")).status).toBe(303)
    expect((await press(page, "approve")).status).toBe(303)
    await shop.shop.jobs.drain()
    expect((await shop.shop.orders.get(id)).status).toBe("paid")
    expect(await (await fetch(page)).text()).toContain("You agreed")
  })

  it("knows nothing of other payments, and takes nothing for a yes but a yes", async () => {
    await using shop = await open()
    const { page } = await order(shop)
    const elsewhere = page.replace(/[^/]+$/, "sbx_%3Cscript%3E")
    for (const answer of [await fetch(elsewhere), await press(elsewhere, "approve"), await fetch(`${elsewhere}${"x".repeat(500)}`)]) {
      expect(answer.status).toBe(404)
      expect(await answer.text()).not.toContain("<script")
    }
    expect((await press(page, "perhaps")).status).toBe(400)
    expect((await fetch(page, { method: "POST" })).status).toBe(400)
    expect(await (await fetch(page)).text()).toContain("<button")
  })
})

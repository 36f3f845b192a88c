import * as Visitor from "@stoa/admin/testing/Visitor"
import * as Mailbox from "@stoa/core/testing/Mailbox"
import { afterAll, assert, beforeAll, describe, it, vi } from "@effect/vitest"
import { TOTP } from "otpauth"
import type { Page } from "playwright-core"
import { open, type OpenStorefront } from "./testing/OpenStorefront.ts"

describe("signing in to a storefront with a second factor", () => {
  let opened: OpenStorefront
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened.close())

  const mailedCode = async (): Promise<string> => {
    await opened.shop.jobs.drain()
    return Mailbox.takeCode(opened.mailbox)
  }

  /** An account with an authenticator app, whose code of now was used. */
  const careful = async (email: string) => {
    const { shop } = opened
    const { challengeId } = await shop.auth.startPasswordless({ email })
    const { accessToken } = await shop.auth.verifyPasswordless({ challengeId, code: await mailedCode() })
    const mine = shop.as(await shop.auth.authenticate(accessToken))
    const { secret } = await mine.auth.enrollTotp()
    const app = new TOTP({ secret, digits: 6, period: 30 })
    const { recoveryCodes } = await mine.auth.confirmTotp({ code: app.generate() })
    await mailedCode()
    return {
      secret,
      recoveryCodes: recoveryCodes ?? [],
      // a clock may go before by half a minute, and a code is good once
      next: () => app.generate({ timestamp: Date.now() + 30_000 })
    }
  }

  /** As far as the code from the mail leads. */
  const begin = async (page: Page, email: string): Promise<string> => {
    await page.goto(`${opened.address}/sign-in`)
    await page.getByLabel("E-mail address").fill(email)
    await page.getByRole("button", { name: "Send me a code" }).click()
    await page.getByLabel("Code").and(page.locator(":focus")).waitFor()
    const code = await mailedCode()
    await page.getByLabel("Code").fill(code)
    await page.getByRole("button", { name: "Sign in" }).click()
    return code
  }

  const goesOnTheList = async (page: Page) => {
    await page.getByRole("heading", { name: "My wishes" }).waitFor()
    await page.getByRole("link", { name: "Stone bowl" }).waitFor()
  }

  it("asks for a code of the app after that of the mail, and brings along what was wished for", async () => {
    const email = "ada@example.com"
    const ada = await careful(email)
    const said: Array<string> = []
    const spies = (["log", "info", "warn", "error", "debug"] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation((...all) => void said.push(all.map(String).join(" "))))
    const page = await opened.visit()
    const seen: Array<string> = []
    page.on("request", (request) => seen.push(request.url(), request.headers()["referer"] ?? ""))
    await page.getByRole("link", { name: "Stone bowl" }).click()
    await page.getByRole("button", { name: "Put on my wish list" }).click()
    await page.getByLabel("E-mail address").fill(email)
    await page.getByRole("button", { name: "Send me a code" }).click()
    const mailed = await mailedCode()
    await page.getByLabel("Code").fill(mailed)
    await page.getByRole("button", { name: "Sign in" }).click()
    await page.getByRole("heading", { name: "One more proof" }).waitFor()
    // whoever types with the keyboard alone is where the code goes
    const field = page.getByLabel("Code of your authenticator app")
    await field.and(page.locator(":focus")).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "the second factor")
    await field.fill("000000")
    await field.press("Enter")
    await page.getByRole("alert").filter({ hasText: "This code is not right, or was used before." }).and(page.locator(":focus")).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "a second factor that is wrong")
    const code = ada.next()
    await field.fill(` ${code.slice(0, 3)} ${code.slice(3)}`)
    await field.press("Enter")
    await goesOnTheList(page)
    for (const spy of spies) spy.mockRestore()
    for (const secret of [mailed, code, ada.secret, "cer_", "000000"]) {
      assert.notInclude(seen.join("\n"), secret, "in an address")
      assert.notInclude(said.join("\n"), secret, "in a log")
    }
    assert.isTrue((await page.context().cookies()).every(({ httpOnly }) => httpOnly))
    await page.getByRole("button", { name: "Sign out" }).click()
    await page.getByRole("link", { name: "Wishes" }).click()
    await page.getByRole("heading", { name: "Sign in" }).waitFor()
  })

  it("takes a recovery code of whoever has no telephone at hand, each once", async () => {
    const email = "grace@example.com"
    const { recoveryCodes: [first = ""] } = await careful(email)
    const page = await opened.visit()
    await begin(page, email)
    await page.getByRole("button", { name: "Use a recovery code" }).click()
    const field = page.getByLabel("Recovery code")
    assert.deepStrictEqual(await Visitor.looks(page), [], "a recovery code")
    await field.fill(first.toUpperCase())
    await field.press("Enter")
    await page.getByRole("heading", { name: "My wishes" }).waitFor()
    const another = await opened.visit()
    await begin(another, email)
    await another.getByRole("button", { name: "Use a recovery code" }).click()
    await field.page().close()
    await another.getByLabel("Recovery code").fill(first)
    await another.getByRole("button", { name: "Sign in" }).click()
    await another.getByRole("alert").filter({ hasText: "This recovery code is not right, or was used before." }).waitFor()
    // the way back to the app is still there
    await another.getByRole("button", { name: "Use the code of my app" }).click()
    await another.getByLabel("Code of your authenticator app").waitFor()
    await another.getByRole("link", { name: "Sign in anew" }).click()
    await another.getByRole("heading", { name: "Sign in", level: 1 }).waitFor()
  })

  const send = (path: string, form: Readonly<Record<string, string>>) => fetch(new URL(path, opened.address), { method: "POST", body: new URLSearchParams(form) })

  const hidden = (page: string, name: string): string => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? ""

  it("attack, guessing: after some tries it says how long to wait, and the right code does not end the wait", async () => {
    const email = "eve-guesses@example.com"
    const { next } = await careful(email)
    const waits = async (): Promise<{ readonly answer: Response; readonly form: Readonly<Record<string, string>> }> => {
      for (let sent = 0; sent < 4; sent++) {
        const mailed = await (await send("/sign-in", { email })).text()
        const page = await (await send("/sign-in/code", { challengeId: hidden(mailed, "challengeId"), code: await mailedCode() })).text()
        assert.include(page, "One more proof")
        const form = { challengeId: hidden(page, "challengeId"), methods: hidden(page, "methods"), method: "totp" }
        for (let tried = 0; tried < 5; tried++) {
          const answer = await send("/sign-in/second-factor", { ...form, code: "000000" })
          if (answer.status === 429) return { answer, form }
          assert.strictEqual(answer.status, 400)
        }
        // it has been tried so often that it is over, and says so
        assert.include(await (await send("/sign-in/second-factor", { ...form, code: next() })).text(), "After five tries, sign in anew.")
      }
      throw new Error("nobody said to wait")
    }
    const { answer } = await waits()
    assert.match(answer.headers.get("retry-after") ?? "", /^\d+$/)
    assert.match(await answer.text(), /These were too many tries\. Wait \d+ (second|minute)s?, and then try again\./)
  })

  it("says how long to wait for another mail, and keeps the address that was written", async () => {
    const email = "again@example.com"
    let answer = await send("/sign-in", { email })
    for (let sent = 1; answer.status === 200 && sent < 20; sent++) answer = await send("/sign-in", { email })
    assert.strictEqual(answer.status, 429)
    const page = await answer.text()
    assert.include(page, "These were too many tries.")
    assert.include(page, `value="${email}"`)
  })

  it("lets nobody in with nothing, a made-up sign-in, or a way to prove it that there is not", async () => {
    const empty = await send("/sign-in/second-factor", { challengeId: "cer_none", methods: "totp", method: "totp", code: " " })
    assert.deepStrictEqual([empty.status, empty.headers.getSetCookie()], [400, []])
    assert.include(await empty.text(), "Write the code.")
    for (const form of [
      { challengeId: "cer_none", methods: "totp", method: "totp", code: "123456" },
      { challengeId: "", methods: "recovery_code", method: "recovery_code", code: "x".repeat(5_000) }
    ]) {
      const answer = await send("/sign-in/second-factor", form)
      assert.deepStrictEqual([answer.status, answer.headers.getSetCookie()], [400, []])
      assert.notInclude(await answer.text(), "cer_01")
    }
    // a password alone is no second factor, and a passkey cannot be asked for here
    for (const method of ["password", "passkey"]) {
      const answer = await send("/sign-in/second-factor", { challengeId: "cer_none", methods: method, method, code: "123456" })
      assert.include(await answer.text(), "Your account asks for a passkey")
      assert.deepStrictEqual(answer.headers.getSetCookie(), [])
    }
    assert.strictEqual((await fetch(`${opened.address}/sign-in/second-factor`)).status, 200, "loading it again leads to where it begins")
  })

  it("counts tries by where they come from, of which lists of sessions tell", async () => {
    const { shop } = opened
    const email = "linus@example.com"
    const from = { cookie: "", "user-agent": "Browser of Linus" }
    const mailed = await (await fetch(`${opened.address}/sign-in`, { method: "POST", headers: from, body: new URLSearchParams({ email }) })).text()
    const answer = await fetch(`${opened.address}/sign-in/code`, {
      method: "POST",
      redirect: "manual",
      headers: from,
      body: new URLSearchParams({ challengeId: hidden(mailed, "challengeId"), code: await mailedCode() })
    })
    assert.strictEqual(answer.headers.get("location"), "/wishes")
    const session = /^session=([^;]+)/.exec(answer.headers.getSetCookie().find((cookie) => cookie.startsWith("session=")) ?? "")?.[1] ?? ""
    const sessions = await shop.as(await shop.auth.authenticate(session)).auth.sessions()
    assert.deepStrictEqual(sessions.map(({ address, userAgent }) => [address, userAgent]), [["127.0.0.1", "Browser of Linus"]])
  })

  it("whoever has signed in checks out with the address that they keep, and finds their orders again, which the next one at the machine does not", async () => {
    const { address, shop } = opened
    const email = "mary@example.com"
    const page = await opened.visit()
    await begin(page, email)
    await page.getByRole("link", { name: "Orders" }).click()
    await page.getByText("You have not ordered anything yet.").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "no orders")
    const session = (await page.context().cookies()).find(({ name }) => name === "session")?.value ?? ""
    const mary = shop.as(await shop.auth.authenticate(session))
    await mary.addresses.create({
      address: { name: "Mary Somerville", line1: "3 Burntisland Quay", city: "Austin", region: "TX", postalCode: "78701", country: "US" }
    })
    await page.goto(`${address}/products/stone-bowl`)
    await page.getByRole("button", { name: "Put into the cart" }).click()
    await page.getByRole("link", { name: "Check out" }).click()
    for (const [label, value] of [["E-mail address", email], ["Name", "Mary Somerville"], ["City", "Austin"], ["Country", "US"]] as const) {
      assert.strictEqual(await page.getByLabel(label).inputValue(), value)
    }
    await page.getByLabel("A card that the bank declines").check()
    await page.getByRole("button", { name: "Order and pay" }).click()
    await page.getByRole("heading", { name: /^Order \d+$/ }).waitFor()
    await page.getByRole("button", { name: "Pay" }).click()
    await page.getByText("is paid and about to be packed").waitFor()
    const order = page.url()
    await page.getByRole("link", { name: "Orders" }).click()
    await page.getByText("$30.90").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "one's orders")
    await page.getByRole("link", { name: /^Order \d+$/ }).click()
    await page.getByText("is paid and about to be packed").waitFor()
    // an address that was cut off leads to where its list begins
    for (const list of ["orders", "wishes"]) {
      await page.goto(`${address}/${list}?after=none`)
      assert.strictEqual(page.url(), `${address}/${list}`)
    }
    await page.getByRole("button", { name: "Sign out" }).click()
    await page.getByRole("link", { name: "Cart (0)" }).waitFor()
    assert.strictEqual((await page.goto(order))?.status(), 404)
    await page.getByRole("link", { name: "sign in to see it" }).click()
    await page.getByRole("heading", { name: "Sign in" }).waitFor()
  })

  it("has said nothing on the console of a browser", () => {
    assert.deepStrictEqual(opened.complaints(), [])
  })
})

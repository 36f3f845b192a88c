import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import * as AdminShop from "./testing/AdminShop.ts"
import * as Visitor from "./testing/Visitor.ts"

/** A device that makes passkeys and says yes to everything. */
const device = async (page: Page): Promise<void> => {
  const debug = await page.context().newCDPSession(page)
  await debug.send("WebAuthn.enable")
  await debug.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true
    }
  })
}

describe("passkeys on the administration page", () => {
  // the port is known once the shop listens
  const origins: Array<string> = []
  let s: AdminShop.AdminShop
  let url: string
  beforeAll(async () => {
    s = await AdminShop.make({
      identity: {
        argon2: { memoryCost: 8, timeCost: 1, parallelism: 1 },
        passkeys: { rpId: "localhost", rpName: "Walnut & Co", origins }
      }
    })
    url = s.url.replace("127.0.0.1", "localhost")
    origins.push(new URL(url).origin)
  })
  // nothing on the console, and nothing tried that the policy of the page forbids
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(() => s.close())

  it("are made, used instead of a password and as a fresh proof, and removed", async () => {
    const { page } = await s.visitor({}, url)
    await device(page)
    await AdminShop.signIn(page)
    await page.getByRole("link", { name: AdminShop.owner.email }).click()
    await page.getByLabel("What you know it by").fill("This desk")
    await page.getByRole("button", { name: "Add a passkey" }).click()
    const codes = page.getByRole("dialog", { name: "Your recovery codes" })
    await codes.waitFor()
    assert.isAbove(await codes.getByRole("listitem").count(), 5)
    await page.keyboard.press("Escape")
    await page.getByRole("listitem").filter({ hasText: "This desk" }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "an account")
    await page.setViewportSize(Visitor.screens.desk)

    await page.getByRole("button", { name: "Sign out" }).click()
    await page.getByRole("button", { name: "Use a passkey" }).click()
    await page.getByRole("button", { name: "Sign out" }).waitFor()

    // answers once as @stoa/http does when a proof is old
    await page.route("**/auth/passkeys/*", (route) =>
      route.request().method() !== "DELETE" ? route.fallback() : route.fulfill({
        status: 403,
        contentType: "application/problem+json",
        body: JSON.stringify({ status: 403, code: "step_up_required", detail: "Prove once more that it is you", secondFactor: true })
      }))
    await page.getByRole("button", { name: "Remove: This desk" }).click()
    await Visitor.agree(page, "Remove: This desk")
    const proof = page.getByRole("dialog", { name: "Confirm that it is you" })
    await proof.waitFor()
    await page.unroute("**/auth/passkeys/*")
    await proof.getByRole("button", { name: "Use a passkey" }).click()
    await page.getByText("You have no passkey yet.").waitFor()
  })

  it("say in words where they are of no use", async () => {
    const { page } = await s.visitor()
    await page.getByRole("button", { name: "Use a passkey" }).click()
    await page.getByText("Passkeys of this shop are not for this address.").waitFor()
  })
})

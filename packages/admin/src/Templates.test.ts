import type { Stoa } from "@stoa/core"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import * as AdminShop from "./testing/AdminShop.ts"
import * as Visitor from "./testing/Visitor.ts"

describe("what messages say, on the administration page", () => {
  let s: AdminShop.AdminShop
  let shop: Stoa.Stoa
  beforeAll(async () => {
    s = await AdminShop.make()
    ;({ shop } = s)
  })
  // only the frame of mails allows a script by its hash, and says so of one that it refuses
  const refused = () => s.complaints().filter((complaint) => complaint.includes("script-src 'sha256-"))
  // nothing on the console, and nothing tried that the policy of the page forbids
  afterEach(() => assert.deepStrictEqual(s.complaints().filter((complaint) => !refused().includes(complaint)), []))
  afterAll(() => s.close())

  it("a message is written anew, tried out before it is kept, and goes back to what it was", async () => {
    const { page } = await s.signedIn({}, `${s.url}#/engine/templates`)
    await page.getByRole("link", { name: "order-confirmation: English" }).click()
    const preview = page.getByRole("region", { name: "What it would be" })
    await preview.waitFor()
    await page.getByText("As it comes with the shop.").waitFor()
    // what comes with the shop is what one begins with
    assert.notStrictEqual(await page.getByLabel("Text", { exact: true }).inputValue(), "")
    await page.getByLabel("Subject").fill("Thank you for {{ order.number")
    await page.getByRole("button", { name: "Try it out" }).click()
    await page.getByRole("alert").getByText("The subject cannot be rendered").waitFor()
    await page.getByLabel("Subject").fill("Thank you for order {{ order.number }}")
    await page.getByLabel("Text", { exact: true }).fill("<script>attacked()</script> We are on it.")
    await page.getByRole("button", { name: "Try it out" }).click()
    await preview.getByText(/^Thank you for order \d+$/).waitFor()
    await preview.getByText("<script>attacked()</script> We are on it.").first().waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "a message")
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByRole("heading", { name: "What messages say" }).waitFor()
    const { subject } = await shop.notificationTemplates.get({ name: "order-confirmation", language: "en" })
    assert.strictEqual(subject, "Thank you for order {{ order.number }}")
    await page.getByText("Your own").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "the messages")

    await page.getByRole("link", { name: "order-confirmation: English" }).click()
    await page.getByText("version 1,").waitFor()
    await page.getByRole("button", { name: "Back to what comes with the shop" }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Back to what comes with the shop" }).click()
    await page.getByRole("heading", { name: "What messages say" }).waitFor()
    await page.getByText("Your own").waitFor({ state: "detached" })
    // it is written again after that, too
    await page.getByRole("link", { name: "order-confirmation: English" }).click()
    await page.getByText("As it comes with the shop.").waitFor()
    await page.getByLabel("Subject").fill("Once more")
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByText("Your own").waitFor()
  })

  it("a mail is shown as it will look, and what it would run does not run", async () => {
    const { page } = await s.signedIn({}, `${s.url}#/templates/order-shipped/en`)
    const mail = page.frameLocator("iframe.mail")
    await mail.getByRole("heading", { name: "Your order is on its way" }).waitFor()
    // of mails the page only knows what it was told: they have no cookies and reach nothing
    assert.strictEqual(await page.locator("iframe.mail").getAttribute("sandbox"), "allow-scripts")
    await page.getByLabel(/^HTML/).fill(
      "<h1 style=\"color:rgb(1,2,3)\">Gone out</h1><p id=\"told\">untouched</p><script>document.getElementById(\"told\").textContent = \"run\"</script>"
    )
    await page.getByRole("button", { name: "Try it out" }).click()
    const heading = mail.getByRole("heading", { name: "Gone out" })
    await heading.waitFor()
    assert.strictEqual(await heading.evaluate((element) => getComputedStyle(element).color), "rgb(1, 2, 3)")
    await mail.getByText("untouched", { exact: true }).waitFor()
    assert.lengthOf(refused(), 1)
  })

  it("the frame of mails belongs to nobody, and only the page may frame it", async () => {
    const frame = await fetch(new URL("frame", `${s.url}/`))
    const policy = frame.headers.get("content-security-policy") ?? ""
    for (const part of ["default-src 'none'", "frame-ancestors 'self'", "form-action 'none'", "sandbox allow-scripts"]) assert.include(policy, part)
    assert.notInclude(policy, "allow-same-origin")
    assert.match(policy, /script-src 'sha256-[^']+';/)
  })
})

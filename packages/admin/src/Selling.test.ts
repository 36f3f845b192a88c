import type { Stoa } from "@stoa/core"
import * as Actor from "@stoa/core/kernel/Actor"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Pictures from "@stoa/core/testing/Pictures"
import type { Locator } from "playwright-core"
import * as Countries from "@stoa/core/addresses/Countries"
import * as AdminShop from "./testing/AdminShop.ts"
import * as Visitor from "./testing/Visitor.ts"

/** Waits until a picture has been read and is drawn. */
const expectShown = async (picture: Locator): Promise<void> => {
  const width = await picture.evaluate(async (image) => {
    const picture = image as unknown as { readonly decode: () => Promise<void>; readonly naturalWidth: number }
    await picture.decode()
    return picture.naturalWidth
  })
  assert.isAbove(width, 0)
}

const attack = "<img src=x onerror=attacked()>"

describe("promotions, reviews and settings on the administration page", () => {
  let s: AdminShop.AdminShop
  let shop: Stoa.Stoa
  /** Somebody with an account writes of a product. */
  const review = async (product: string, email: string, title: string, text: string, pictures: ReadonlyArray<string> = []) => {
    const { id } = await s.person(email, [])
    return shop.as(Actor.customer(id)).reviews.create({ product, rating: 4, title, text, pictures })
  }
  beforeAll(async () => {
    s = await AdminShop.make()
    ;({ shop } = s)
    const { settings } = await shop.stores.current()
    await shop.stores.update({ settings: { reviews: { ...settings.reviews, writers: "customers", moderation: "all" } } })
  })
  // nothing on the console, and nothing tried that the policy of the page forbids
  afterEach(() => assert.deepStrictEqual(s.complaints(), []))
  afterAll(() => s.close())

  it("a promotion is made with a code, used, and switched off", async () => {
    const { product } = await AdminShop.sell(shop, { title: "Walnut lamp" })
    const { page } = await s.signedIn()
    await page.getByRole("link", { name: "Promotions" }).click()
    await page.getByRole("button", { name: "New promotion" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("Name").fill("Spring")
    await dialog.getByLabel("Percent off").fill("a lot")
    await dialog.getByLabel("Who gets it").selectOption("Whoever has the code")
    await dialog.getByLabel("Code").fill("SPRING")
    await dialog.getByRole("button", { name: "Make the promotion" }).click()
    await dialog.getByText("Write a number of percent, such as 12.5.").waitFor()
    await dialog.getByLabel("Percent off").fill("12.5")
    await dialog.getByLabel("From goods for, in USD").fill("50")
    await dialog.getByLabel("How often altogether").fill("100")
    await dialog.getByRole("button", { name: "Make the promotion" }).click()
    const row = page.getByRole("row").filter({ hasText: "Spring" })
    await row.getByText("12.5 % off the goods").waitFor()

    const variantId = product.variants[0]?.id ?? ""
    const { cart, token } = await shop.as(Actor.guest()).carts.create()
    const guest = shop.as(Actor.guest({ cartToken: token }))
    await guest.carts.addItem(cart.id, { variantId, quantity: 1 })
    const discounted = await guest.coupons.add(cart.id, { code: "SPRING" })
    assert.strictEqual(discounted.pricing.discount.amount, 1_125)

    await page.getByRole("button", { name: "Switch off: Spring" }).click()
    await page.getByRole("button", { name: "Switch on: Spring" }).waitFor()
    const { items } = await shop.promotions.list({})
    assert.deepStrictEqual(items.filter(({ name }) => name === "Spring").map(({ active }) => active), [false])
  })

  it("reviews wait until somebody has looked: one is published with an answer, one rejected", async () => {
    const { product } = await AdminShop.sell(shop, { title: "Stone bowl" })
    const picture = await shop.media.upload(Pictures.png(40, 30), { name: "bowl.png" })
    await review(product.id, "grace@example.com", "Bright", "It lights the whole room.", [picture.id, "elsewhere.jpg"])
    await review(product.id, "eve@example.com", attack, attack)
    const { page } = await s.signedIn()
    await page.getByRole("listitem").filter({ hasText: "Reviews to look at" }).getByRole("link").click()
    const good = page.getByRole("listitem", { name: "Bright" })
    await good.getByRole("img", { name: "4 of 5 stars" }).waitFor()
    const shown = good.getByRole("img", { name: "Picture 1 of 1" })
    await shown.scrollIntoViewIfNeeded()
    await expectShown(shown)
    await good.getByText("Further pictures: 1").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "a review with its picture")
    await good.getByRole("button", { name: "Answer" }).click()
    await page.getByRole("dialog").getByLabel("What the shop says to it").fill("Thank you, Ada.")
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click()
    await good.getByText("Thank you, Ada.").waitFor()
    await good.getByRole("button", { name: "Publish" }).click()
    await good.waitFor({ state: "detached" })
    // what was written as an attack is shown as it was written
    const bad = page.getByRole("listitem").filter({ hasText: attack }).last()
    await bad.getByRole("button", { name: "Reject" }).click()
    await page.getByRole("dialog").getByLabel("Reason").fill("No review")
    await page.getByRole("dialog").getByRole("button", { name: "Reject" }).click()
    await bad.waitFor({ state: "detached" })
    const { items } = await shop.reviews.ofProduct(product.id, {})
    assert.deepStrictEqual(items.map(({ answer, title }) => [title, answer?.text]), [["Bright", "Thank you, Ada."]])
    await page.getByRole("combobox", { name: "State" }).selectOption("Published")
    await good.waitFor()
    await page.goto(`${s.url}#/products`)
    await page.getByRole("row").filter({ hasText: "Stone bowl" }).getByRole("img", { name: "4 of 5 stars" }).waitFor()
  })

  it("settings are saved as a whole, or refused beside what is wrong", async () => {
    const { page } = await s.signedIn({}, `${s.url}#/settings`)
    await page.getByLabel("Name of the shop").fill("Walnut & Co")
    await page.getByLabel("Country").first().selectOption("Austria")
    await page.getByLabel("E-mail address for buyers").fill("walnut")
    await page.getByLabel("Time zone").selectOption("Europe/Vienna")
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByLabel("E-mail address for buyers").and(page.locator("[aria-invalid=true]")).waitFor()
    assert.strictEqual((await shop.stores.current()).name, "Main store")
    await page.getByLabel("E-mail address for buyers").fill("walnut@example.com")
    await page.getByLabel("Words that make a review wait").fill("spam, scam")
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByRole("status").filter({ hasText: "Saved." }).waitFor()
    await page.getByRole("complementary").getByText("Walnut & Co").waitFor()
    const { name, settings } = await shop.stores.current()
    assert.deepStrictEqual(
      [name, settings.country, settings.timeZone, settings.reviews.blockedWords],
      ["Walnut & Co", "AT", "Europe/Vienna", ["spam", "scam"]]
    )
  })

  it("a new shop is told what it lacks; ways of shipping, taxes and categories are made, and buyers are charged by them", async () => {
    const { page } = await s.signedIn()
    const dialog = page.getByRole("dialog")
    const save = async (shown: Locator) => {
      await dialog.getByRole("button", { name: "Save" }).click()
      await shown.waitFor()
    }
    await page.goto(`${s.url}#/settings/shipping`)
    await page.getByRole("button", { name: "New zone" }).click()
    await dialog.getByLabel("Name").fill("Islands")
    await dialog.getByLabel("Country").selectOption("Germany")
    await dialog.getByLabel("Postal codes").fill("259*x")
    await save(dialog.getByLabel("Postal codes").and(page.locator("[aria-invalid=true]")))
    await dialog.getByLabel("Postal codes").fill("25992, 259*")
    await save(page.getByText("Germany 25992, 259*"))
    await page.getByRole("button", { name: "New way of shipping" }).click()
    await dialog.getByLabel("Name").fill("Parcel")
    await dialog.getByLabel("Price in USD").fill("4.90")
    await dialog.getByLabel("Free from goods for, in USD").fill("50")
    await dialog.getByLabel("Where to").selectOption("Some countries")
    await save(dialog.getByLabel("Add a country").and(page.locator("[aria-invalid=true]")))
    await dialog.getByLabel("Add a country").selectOption("Austria")
    await dialog.getByLabel("Add a country").selectOption("Germany")
    await dialog.getByRole("button", { name: "Take out: Austria" }).click()
    await dialog.getByLabel("On top of the price").selectOption("By pieces")
    await dialog.getByLabel("On top, in USD").fill("1")
    await dialog.getByRole("button", { name: "Add a step" }).click()
    await dialog.getByLabel("From pieces").last().fill("3")
    await dialog.getByLabel("On top, in USD").last().fill("2.50")
    await save(page.getByRole("row").filter({ hasText: "Parcel" }).getByText("Germany · By pieces, free from $50.00"))
    assert.deepStrictEqual(await Visitor.looks(page), [], "shipping")
    const parcel = (await shop.shipping.list()).find(({ name }) => name === "Parcel")
    assert.deepStrictEqual(
      [parcel?.price.amount, parcel?.freeFrom, parcel?.countries, parcel?.rates?.tiers.map(({ amount, from }) => [from, amount])],
      [490, 5_000, ["DE"], [[0, 100], [3, 250]]]
    )

    await page.getByRole("link", { name: "Taxes" }).click()
    await page.getByRole("button", { name: "New tax rate" }).click()
    await dialog.getByLabel("Name").fill("MwSt.")
    await dialog.getByLabel("Percent").fill("19")
    await save(dialog.getByLabel("Country").and(page.locator("[aria-invalid=true]")))
    await dialog.getByLabel("Country").selectOption("Germany")
    await save(page.getByRole("row").filter({ hasText: "MwSt." }).getByText("19%"))
    assert.deepStrictEqual(await Visitor.looks(page), [], "taxes")
    assert.deepStrictEqual((await shop.taxes.list()).map(({ country, ratePpm }) => [country, ratePpm]), [["DE", 190_000]])

    await page.goto(`${s.url}#/categories`)
    for (const [name, button] of [["Light", "New category"], ["Lamps", "New below: Light"], ["Candles", "New below: Light"]] as const) {
      await page.getByRole("button", { name: button }).click()
      await dialog.getByLabel("Name", { exact: true }).fill(name)
      await save(page.getByRole("listitem").getByRole("link", { name, exact: true }))
    }
    await page.getByRole("button", { name: "Move up: Candles" }).click()
    await page.getByRole("button", { name: "Move up: Lamps" }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "categories")
    const tree = (await shop.catalog.listCategories()).map(({ name, path, position }) => [name, path.length, position])
    assert.deepStrictEqual(tree.filter(([, depth]) => depth === 2), [["Candles", 2, 0], ["Lamps", 2, 1]])
  })

  it("countries are all that the engine knows, by their names", async () => {
    const { page } = await s.signedIn({}, `${s.url}#/settings`)
    const country = page.getByLabel("Country").first()
    await country.waitFor()
    const options = await country.locator("option").evaluateAll((all) => all.map((option) => [option.getAttribute("value") ?? "", option.textContent]))
    assert.deepStrictEqual(options.map(([code]) => code).sort(), [...Countries.all().keys()].sort())
    assert.strictEqual(options.find(([code]) => code === "DE")?.[1], "Germany")
  })

  it("whoever may not see something is told so", async () => {
    await s.person("ada@example.com", [])
    const { page } = await s.visitor({}, `${s.url}#/settings`)
    await page.getByLabel("E-mail address").fill("ada@example.com")
    await page.getByLabel("Password").fill(AdminShop.owner.password)
    await page.getByRole("button", { name: "Sign in" }).click()
    await page.getByText("Your account may not do this.").waitFor()
  })

  it("have nothing that axe finds wrong, on a telephone and at a desk, light and dark", async () => {
    await shop.promotions.create({ name: "Autumn", action: { type: "free_shipping", args: {} }, trigger: "code", code: "AUTUMN" })
    const { product } = await AdminShop.sell(shop, { title: "Oak shelf" })
    const written = await review(product.id, "linus@example.com", "Straight", "It holds all my books.")
    await shop.reviews.approve(written.id, {})
    const { page } = await s.signedIn({}, `${s.url}#/promotions`)
    await page.getByRole("row").filter({ hasText: "Autumn" }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "promotions")
    await page.getByRole("button", { name: "New promotion" }).click()
    await page.getByRole("dialog").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "a new promotion")
    await page.goto(`${s.url}#/reviews?status=published`)
    await page.getByRole("listitem", { name: "Straight" }).waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "reviews")
    await page.goto(`${s.url}#/settings`)
    await page.getByLabel("Name of the shop").waitFor()
    assert.deepStrictEqual(await Visitor.looks(page), [], "settings")
  })
})

/**
 * What exemptions from tax and VAT ids must do on any storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { AuditLog } from "../audit/AuditLog.ts"
import { Carts } from "../cart/Carts.ts"
import { CustomerGroups } from "../customers/CustomerGroups.ts"
import { EventRepository } from "../events/EventRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { PersonalData } from "../privacy/PersonalData.ts"
import { Stores } from "../stores/Stores.ts"
import { TaxExemptions } from "../tax/TaxExemptions.ts"
import { Taxes } from "../tax/Taxes.ts"
import { VatRegister } from "../tax/VatRegister.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const sent = (input: unknown) => input as never
const staff = Actor.as(Actor.staff("user_1", ["settings:*", "customers:*", "audit:read"]))
const unknownId = "user_00000000000000000000000000"

/** A register that knows French numbers and no others. */
const register: VatRegister = { isRegistered: (number) => Effect.succeed(number.startsWith("FR")) }

/** One that knows French numbers, too, and answers nothing else; it is closed on the first day and on the 32nd. */
const moody: VatRegister = {
  isRegistered: Effect.fnUntraced(function*(number) {
    const day = Math.floor((yield* Clock.currentTimeMillis) / Duration.toMillis("1 day"))
    return number.startsWith("FR") && day !== 0 && day !== 32 ? true : yield* Effect.fail("closed")
  })
}

export const taxExemptionSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>, known = register) =>
    it.effect(name, () =>
      Effect.provide(staff(body), Layer.provide(Shop.layer(harness.storage()), Layer.succeed(VatRegister, known))))

  describe(`who pays no tax, on ${harness.name}`, () => {
    test(
      "is whom staff exempt, alone or in a group, and the cart says why",
      Effect.gen(function*() {
        const exemptions = yield* TaxExemptions
        const groups = yield* CustomerGroups
        const carts = yield* Carts
        yield* (yield* Taxes).create({ name: "Tax", taxClass: "standard", ratePpm: 100_000 })
        const { variantId } = yield* Shop.product({ price: Shop.usd(1_000) })
        const customerId = yield* Shop.account("ada@example.com")
        const { actor, cart } = yield* Shop.customer(customerId, [variantId, 1])
        const taxes = Effect.map(Actor.as(actor)(carts.get(cart.id)), ({ pricing }) => [
          pricing.taxes.map(({ name }) => name),
          pricing.total.amount
        ])
        assert.deepStrictEqual(yield* taxes, [["Tax"], 1_100])

        const { id: groupId } = yield* groups.create({ name: "Charities" })
        yield* groups.addMembers(groupId, { customerIds: [customerId] })
        yield* exemptions.exempt(groupId, { reason: "Charity" })
        assert.deepStrictEqual(yield* taxes, [["Charity"], 1_000])
        const given = yield* exemptions.exempt(customerId, { reason: "Certificate 1" })
        assert.deepStrictEqual(yield* exemptions.get(customerId), given)
        yield* exemptions.exempt(customerId, { reason: "Certificate 2" })
        assert.deepStrictEqual(yield* taxes, [["Certificate 2"], 1_000])
        const first = yield* exemptions.list({ limit: 1 })
        const second = yield* exemptions.list({ limit: 1, after: first.nextCursor ?? "" })
        assert.deepStrictEqual([...first.items, ...second.items].map(({ reason }) => reason).toSorted(), ["Certificate 2", "Charity"])
        assert.strictEqual(second.nextCursor, null)
        yield* exemptions.end(customerId)
        assert.deepStrictEqual(yield* taxes, [["Charity"], 1_000])
        // with the group goes its exemption
        yield* groups.delete(groupId)
        assert.deepStrictEqual(yield* taxes, [["Tax"], 1_100])

        assert.strictEqual((yield* Effect.flip(exemptions.end(customerId)))._tag, "TaxExemptionNotFound")
        assert.strictEqual((yield* Effect.flip(exemptions.get(groupId)))._tag, "TaxExemptionNotFound")
        const nobody = yield* Effect.flip(exemptions.exempt(unknownId, { reason: "None" }))
        assert.strictEqual(nobody._tag, "TaxSubjectNotFound")
        const events = yield* (yield* EventRepository).ofSubject(customerId)
        assert.deepStrictEqual(events.map(({ type }) => type).filter((type) => type.startsWith("tax.")), [
          "tax.exempted",
          "tax.exempted",
          "tax.exemption-ended"
        ])
        const { items } = yield* (yield* AuditLog).list({ action: "tax-exemption.grant" })
        assert.strictEqual(items.length, 3)
      })
    )

    test(
      "is a business in another member state whose VAT id the register knows",
      Effect.gen(function*() {
        const exemptions = yield* TaxExemptions
        const carts = yield* Carts
        yield* (yield* Stores).update({
          settings: { country: "DE", pricesIncludeTax: true, crossBorder: "constant_net", reverseCharge: true }
        })
        const rates = yield* Taxes
        yield* rates.create({ name: "MwSt", taxClass: "standard", country: "DE", ratePpm: 190_000 })
        yield* rates.create({ name: "TVA", taxClass: "standard", country: "FR", ratePpm: 200_000 })
        const { variantId } = yield* Shop.product({ price: Shop.usd(11_900), requiresShipping: false })
        const customerId = yield* Shop.account("ada@example.com")
        const { actor, cart } = yield* Shop.customer(customerId, [variantId, 1])
        const as = Actor.as(actor)
        const to = (country: string) =>
          Effect.map(
            as(carts.update(cart.id, { shippingAddress: { ...Shop.address, country, region: null } })),
            ({ pricing }) => [pricing.taxes.map(({ name }) => name), pricing.total.amount]
          )
        assert.deepStrictEqual(yield* to("FR"), [["TVA"], 12_000])
        const vatId = yield* as(exemptions.setVatId("me", { number: "fr 40 303.265.045" }))
        assert.deepStrictEqual([vatId.number, vatId.status, vatId.customerId], ["FR40303265045", "valid", customerId])
        const misspelt = yield* Effect.flip(as(exemptions.setVatId("me", { number: "FR40303265046" })))
        assert.strictEqual(misspelt._tag, "InvalidInput")
        assert.deepStrictEqual(yield* as(exemptions.vatId("me")), vatId)
        assert.deepStrictEqual(yield* exemptions.vatId(customerId), vatId)
        assert.deepStrictEqual(yield* to("FR"), [["Reverse charge, VAT id FR40303265045"], 10_000])
        assert.deepStrictEqual(yield* to("DE"), [["MwSt"], 11_900])
        // beyond the Union there is neither tax nor a charge that could be reversed
        assert.deepStrictEqual(yield* to("US"), [[], 10_000])

        assert.strictEqual((yield* as(exemptions.setVatId("me", { number: "NL004495445B01" }))).status, "invalid")
        assert.deepStrictEqual(yield* to("FR"), [["TVA"], 12_000])
        yield* as(exemptions.removeVatId("me"))
        assert.strictEqual((yield* Effect.flip(as(exemptions.vatId("me"))))._tag, "VatIdNotFound")
        const events = yield* (yield* EventRepository).ofSubject(customerId)
        assert.deepStrictEqual(events.map(({ type }) => type).filter((type) => type.startsWith("vat-id.")), [
          "vat-id.changed",
          "vat-id.changed",
          "vat-id.removed"
        ])
      })
    )

    test(
      "is nobody whose VAT id the register has not confirmed, and it is asked again after a while",
      Effect.gen(function*() {
        const exemptions = yield* TaxExemptions
        const ada = yield* Shop.account("ada@example.com")
        const bob = yield* Shop.account("bob@example.com")
        const vatId = yield* exemptions.setVatId(ada, { number: "FR40303265045" })
        assert.deepStrictEqual([vatId.status, vatId.checkedAt], ["unverified", null])
        yield* exemptions.setVatId(bob, { number: "DE123456789" })
        yield* TestClock.adjust("1 day")
        assert.strictEqual(yield* exemptions.recheck, 1)
        assert.strictEqual((yield* exemptions.vatId(ada)).status, "valid")
        assert.strictEqual((yield* exemptions.vatId(bob)).status, "unverified")
        // confirmed for 30 days
        assert.strictEqual(yield* exemptions.recheck, 0)
        yield* TestClock.adjust("31 days")
        assert.strictEqual(yield* exemptions.recheck, 0)
        assert.strictEqual((yield* exemptions.vatId(ada)).status, "valid")
        yield* TestClock.adjust("1 day")
        assert.strictEqual(yield* exemptions.recheck, 1)

        const holder = (yield* (yield* PersonalData).holders).find(({ name }) => name === "tax")
        yield* holder?.forget(ada) ?? Effect.die("nobody forgets VAT ids")
        assert.strictEqual((yield* Effect.flip(exemptions.vatId(ada)))._tag, "VatIdNotFound")
        assert.strictEqual((yield* exemptions.vatId(bob)).number, "DE123456789")
      }),
      moody
    )

    test(
      "is decided by staff with the permission, and VAT ids are one's own",
      Effect.gen(function*() {
        const exemptions = yield* TaxExemptions
        const ada = yield* Shop.account("ada@example.com")
        yield* exemptions.setVatId(ada, { number: "FR40303265045" })
        const others = Effect.all([
          Effect.flip(exemptions.exempt(ada, { reason: "Mine" })),
          Effect.flip(exemptions.end(ada)),
          Effect.flip(exemptions.get(ada)),
          Effect.flip(exemptions.list()),
          Effect.flip(exemptions.vatId(ada)),
          Effect.flip(exemptions.setVatId(ada, { number: "FR40303265045" })),
          Effect.flip(exemptions.removeVatId(ada))
        ])
        const strangers = yield* Actor.as(Actor.customer("user_2"))(others)
        assert.deepStrictEqual(strangers.map(({ _tag }) => _tag), strangers.map(() => "Forbidden" as const))
        const elsewhere = yield* (yield* Stores).create({ code: "elsewhere", name: "Elsewhere", currency: "USD" })
        const abroad = yield* within(elsewhere.id)(Effect.all([
          Effect.flip(exemptions.exempt(ada, { reason: "Mine" })),
          Effect.flip(exemptions.setVatId(ada, { number: "FR40303265045" })),
          Effect.flip(exemptions.vatId(ada)),
          Effect.flip(exemptions.vatId("me"))
        ]))
        assert.deepStrictEqual(abroad.map(({ _tag }) => _tag), [
          "TaxSubjectNotFound",
          "TaxSubjectNotFound",
          "VatIdNotFound",
          "VatIdNotFound"
        ])
        for (const number of ["", "DE1", "US123456789", "FR1234567890", "123456789", "DE12345678X"]) {
          assert.strictEqual((yield* Effect.flip(exemptions.setVatId(ada, { number })))._tag, "InvalidInput", number)
        }
        assert.strictEqual((yield* Effect.flip(exemptions.exempt(ada, sent({ reason: " " }))))._tag, "InvalidInput")
      })
    )
  })
}

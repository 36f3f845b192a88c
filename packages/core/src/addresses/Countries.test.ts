import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import type { Address } from "../kernel/Address.ts"
import * as AddressCheck from "./AddressCheck.ts"
import * as Countries from "./Countries.ts"
import * as PostalChecks from "./PostalChecks.ts"

const at = (country: string, region: string | null = null, postalCode: string | null = null): Address => ({
  name: "Ada Lovelace",
  line1: "12 Analytical Row",
  city: "Town",
  region,
  postalCode,
  country
})

const report = (address: Address, ...more: ReadonlyArray<AddressCheck.AddressCheck>) =>
  Effect.flatMap(AddressCheck.make([...PostalChecks.builtIn, ...more]), (checks) => checks.run(address))

describe("the countries of the world", () => {
  it("are all there, with a format of postal codes that takes an example of each", () => {
    assert.isAtLeast(Countries.all().size, 250)
    assert.isUndefined(Countries.find("XX"))
    assert.isUndefined(Countries.find("us"))
    for (
      const [country, good, bad] of [
        ["US", "97201-1234", "9720"],
        ["GB", "SW1A 1AA", "SW1A"],
        ["CA", "K1A 0B1", "K1A-0B"],
        ["DE", "26133", "2613"],
        ["NL", "1234 AB", "12345"],
        ["IE", "A65 F4E2", "A65"],
        ["JP", "154-0023", "154-002"],
        ["BR", "40301-110", "40301-11"],
        ["IN", "110034", "11003"],
        ["NG", "930283", "9302"],
        ["PL", "00-950", "00950X"],
        ["XK", "10000", "90000"]
      ] as const
    ) {
      const format = Countries.find(country)?.postalCode
      assert.isTrue(format?.test(good), `${country} ${good}`)
      assert.isFalse(format?.test(bad), `${country} ${bad}`)
      assert.isFalse(format?.test(`${good}\n${good}`), country)
    }
  })

  it("know their subdivisions by code and by name, in the script of the country or another", () => {
    for (
      const [country, text, code] of [
        ["US", "OR", "OR"],
        ["US", "us-or", "OR"],
        ["US", " oregon ", "OR"],
        ["US", "AE", "AE"],
        ["US", "ORE", undefined],
        ["JP", "東京都", "13"],
        ["JP", "Tokyo", "13"],
        ["JP", "Tôkyô", "13"],
        ["BR", "São Paulo", "SP"],
        ["BR", "sao paulo", "SP"],
        ["ES", "Álava", "VI"],
        ["DE", "BY", "BY"],
        ["DE", "Bavaria", undefined]
      ] as const
    ) {
      const format = Countries.find(country)
      assert.strictEqual(format && Countries.subdivisionCode(format, text), code, `${country} ${text}`)
    }
  })

  it.effect("are checked together, and every fault is named", () =>
    Effect.gen(function*() {
      const faults = (address: Address) =>
        Effect.map(report(address), ({ faults }) => faults.map(({ check, path }) => `${check}: ${path.join(".")}`))
      assert.deepStrictEqual(yield* faults(at("US", "OR", "97201")), [])
      assert.deepStrictEqual(yield* faults(at("US")), ["subdivision: region", "postal-code: postalCode"])
      assert.deepStrictEqual(yield* faults(at("US", "Bavaria", "K1A 0B1")), [
        "subdivision: region",
        "postal-code: postalCode"
      ])
      assert.deepStrictEqual(yield* faults(at("XX", "anything", "at all")), ["country: country"])
      assert.deepStrictEqual(yield* faults(at("DE", "Bayern", "80331")), [])
      assert.deepStrictEqual(yield* faults(at("DE", "DE-XX", "80331")), ["subdivision: region"])
      assert.deepStrictEqual(yield* faults(at("HK", "Kowloon")), [])
      assert.deepStrictEqual(yield* faults(at("HK")), ["subdivision: region"])
      assert.deepStrictEqual(yield* faults(at("AE", "Dubai")), [])
    }))

  it.effect("write an address as its post does", () =>
    Effect.gen(function*() {
      const better = (address: Address) =>
        Effect.map(report(address), ({ address: { postalCode, region } }) => [region, postalCode])
      assert.deepStrictEqual(yield* better(at("US", "Oregon", " 97201 ")), ["OR", "97201"])
      assert.deepStrictEqual(yield* better(at("NL", null, "1234  ab")), [null, "1234 AB"])
      assert.deepStrictEqual(yield* better(at("JP", "東京都", "１５４－００２３")), ["13", "154-0023"])
    }))

  it.effect("are no prey of a check that fails, hangs or has a bug", () =>
    Effect.gen(function*() {
      const running = yield* Effect.forkChild(report(
        at("US", "OR", "97201"),
        { name: "fails", check: () => Effect.fail("down") },
        { name: "breaks", check: () => Effect.die(new TypeError("a bug")) },
        { name: "throws", check: () => { throw new TypeError("a bug") } },
        { name: "hangs", check: () => Effect.never },
        { name: "knows", check: () => Effect.succeed({ changes: { city: "Portland" } }) }
      ))
      yield* TestClock.adjust("3 seconds")
      const { address, unanswered, valid } = yield* Fiber.join(running)
      assert.deepStrictEqual({ unanswered, valid, city: address.city }, {
        unanswered: ["fails", "breaks", "throws", "hangs"],
        valid: true,
        city: "Portland"
      })
    }))

  it.effect("are asked side by side: the slowest decides how long it takes", () =>
    Effect.gen(function*() {
      const slow = (name: string) => ({ name, check: () => Effect.as(Effect.sleep("2 seconds"), {}) })
      const running = yield* Effect.forkChild(report(at("US", "OR", "97201"), slow("a"), slow("b"), slow("c")))
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual((yield* Fiber.join(running)).unanswered, [])
    }))
})

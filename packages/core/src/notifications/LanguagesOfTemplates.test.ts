import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Liquid } from "liquidjs"
import * as Currency from "../kernel/Currency.ts"
import { format, make as moneyOf } from "../kernel/Money.ts"
import * as Rendering from "./Rendering.ts"
import type { Template } from "./Template.ts"
import * as TemplateCatalog from "./TemplateCatalog.ts"
import * as TemplateExamples from "./TemplateExamples.ts"

const names = Object.keys(TemplateCatalog.english) as ReadonlyArray<keyof typeof TemplateCatalog.english>
const others = ["de", "fr", "es"] as const
const templateOf = (language: "en" | (typeof others)[number], name: (typeof names)[number]): Template =>
  TemplateCatalog.shipped[language][name]

const tags = /\{%-?\s*(?:if|elsif|unless|case|for \w+ in)\s+([^%]*?)\s*-?%\}|\{\{-?\s*([\w.]+)/g

/** What a source reads of the data of its message; loops name their own. */
const variables = (source: string): ReadonlyArray<string> => {
  const found = new Set<string>()
  for (const [, condition, value] of source.matchAll(tags)) {
    const words = (condition ?? value ?? "").replaceAll(/'[^']*'|"[^"]*"/g, "").match(/[a-z][\w.]*/gi) ?? []
    for (const word of words) if (!["and", "or", "contains", "size"].includes(word)) found.add(word.replace(/\.size$/, ""))
  }
  return [...found].sort()
}

// where a language has one form more for one piece than English has, it asks for the number of them
const counted = new Set(["minutes", "available", "score", "items"])
const read = (source: string) => variables(source).filter((name) => !counted.has(name))

const money = moneyOf(123_456, Currency.Currency.make("EUR"))
const line = { title: "Brett", variantTitle: "Nuss", quantity: 2, total: money }

/** Everything that any message could say: each of these shows other branches. */
const cases: ReadonlyArray<Rendering.TemplateData> = [
  // what people write themselves stays in their own words
  { ...TemplateExamples.data, answer: "Antwort", note: "Notiz" },
  {
    ...TemplateExamples.data,
    answer: "Antwort",
    note: "Notiz",
    added: [line],
    lines: [line],
    moved: true,
    open: money,
    refund: { amount: 0, currency: "EUR" },
    decision: "replaced",
    creditedTo: "store-credit",
    reason: "gone",
    old: true,
    expires: "2026-12-24",
    message: "Bis bald",
    minutes: 1,
    available: 1,
    score: 1,
    what: "A passkey was added."
  },
  {
    order: { ...(TemplateExamples.data["order"] as object), isPaid: false, pricesIncludeTax: true, url: null, address: [], shippingName: null },
    number: "R-1",
    amount: money,
    due: money,
    open: { amount: 0, currency: "EUR" },
    refund: money,
    decision: "rejected",
    creditedTo: "outside",
    title: "Brett",
    location: "Lager",
    available: 2,
    threshold: 2,
    code: "123456",
    minutes: 10,
    from: "a@example.com",
    to: "b@example.com",
    what: "Something else happened.",
    at: "2026-11-05T08:05:00.000Z",
    gateway: "stripe",
    expected: money,
    received: money,
    reference: "dp_1",
    score: 70,
    url: "https://erp.example.com",
    reason: "failing",
    lines: [],
    added: [],
    note: "Note",
    files: [{ name: "Plan.pdf", until: null, times: null }],
    report: "Umsatz",
    attached: false,
    keptUntil: "2026-12-07T06:00:00.000Z",
    unsubscribe: "https://shop.example.com/u",
    items: [line, line]
  }
]

describe("the shipped messages", () => {
  for (const language of others) {
    describe(`in ${language}`, () => {
      it("are those that there are in English, with the same parts, and read the same data", () => {
        assert.sameMembers(Object.keys(TemplateCatalog.shipped[language]), [...names])
        for (const name of names) {
          const [said, english] = [templateOf(language, name), templateOf("en", name)]
          assert.sameMembers(Object.keys(said), Object.keys(english), name)
          for (const part of ["text", "html", "sms"] as const) {
            assert.deepStrictEqual(read(said[part] ?? ""), read(english[part] ?? ""), `${name}, ${part}`)
          }
          // what is optional in a subject may be put otherwise, but nothing is asked for that is not there
          const seen = new Set(read(`${english.subject}${english.text}`))
          assert.deepStrictEqual(read(said.subject).filter((one) => !seen.has(one)), [], `${name}, subject`)
        }
      })

      it.effect("say something in every case, without a hole and without English", () =>
        Effect.gen(function*() {
          const render = yield* Rendering.renderer
          for (const data of cases) {
            for (const name of names) {
              const seen = { ...data, locale: language, store: { name: "Laden", url: "https://shop.example.com" } }
              const { html, sms = "", subject, text } = yield* render(templateOf(language, name), seen)
              for (const part of [subject, text, html, sms]) {
                assert.notMatch(part, /\{[{%]|undefined|null|\[object/, name)
                assert.notMatch(part.replaceAll(/<[^>]*>|https?:\S+/g, ""), /\b(?:the|your|you|order|shipping|questions)\b/i, name)
              }
              assert.isNotEmpty(subject)
              assert.isNotEmpty(text)
            }
          }
        }))
    })
  }

  it("show nothing that their data lacks", () => {
    const liquid = new Liquid({ strictVariables: true, lenientIf: true, ownPropertyOnly: true })
    liquid.registerFilter("money", (value: object) => JSON.stringify(value))
    for (const language of ["en", ...others] as const) {
      for (const name of names) {
        for (const data of cases.slice(1)) {
          const seen = { ...data, store: { name: "Laden" } }
          for (const part of Object.values(templateOf(language, name))) {
            assert.doesNotThrow(() => liquid.parseAndRenderSync(part, seen), undefined, `${name} in ${language}`)
          }
        }
      }
    }
  })

  it.effect("write amounts, dates and numbers of pieces as each language does", () =>
    Effect.gen(function*() {
      const render = yield* Rendering.renderer
      const said = (language: (typeof others)[number], name: (typeof names)[number], data: Rendering.TemplateData) =>
        render(templateOf(language, name), { store: { name: "Laden" }, locale: language, ...data })
      const due = { ...TemplateExamples.data, due: money }
      assert.include((yield* said("de", "exchange-due", due)).subject, "1.234,56\u00a0€")
      assert.include((yield* said("fr", "exchange-due", due)).subject, format(money, "fr"))
      assert.include((yield* said("es", "exchange-due", due)).subject, "1234,56\u00a0€")
      const changed = { at: "2026-11-05T08:05:00.000Z" }
      assert.include((yield* said("de", "password-changed", changed)).text, "am 05.11.2026, 08:05 Uhr UTC")
      assert.include((yield* said("fr", "password-changed", changed)).text, "le 05/11/2026 à 08:05 UTC")
      assert.include((yield* said("es", "password-changed", changed)).text, "el 05/11/2026 a las 08:05 UTC")
      const low = (available: number) => ({ title: "Tasse", location: "Lager", available, threshold: 5 })
      assert.include((yield* said("de", "stock-low", low(1))).text, "ist noch 1 Stück")
      assert.include((yield* said("de", "stock-low", low(2))).text, "sind noch 2 Stück")
      assert.include((yield* said("fr", "stock-low", low(1))).text, "Il reste 1 pièce de")
      assert.include((yield* said("fr", "stock-low", low(2))).text, "Il reste 2 pièces de")
      assert.include((yield* said("es", "stock-low", low(1))).text, "Queda 1 unidad de")
      assert.include((yield* said("es", "stock-low", low(2))).text, "Quedan 2 unidades de")
    }))
})

describe("the language of a message", () => {
  it("is the reader's, then the store's, then English", () => {
    assert.deepStrictEqual(TemplateCatalog.languages("nl-BE", "de-AT"), ["nl-BE", "nl", "de-AT", "de", "en"])
    assert.deepStrictEqual(TemplateCatalog.languages("de", "de-AT"), ["de", "de-AT", "en"])
    assert.deepStrictEqual(TemplateCatalog.languages("en", "fr"), ["en", "fr"])
  })

  it("decides in which manner amounts are written", () => {
    assert.strictEqual(TemplateCatalog.mannerOf("de", "de-CH", "fr"), "de-CH")
    assert.strictEqual(TemplateCatalog.mannerOf("de", "nl", "de-AT"), "de-AT")
    assert.strictEqual(TemplateCatalog.mannerOf("en", "nl", "pt"), "en")
  })

  it("may be written by the shop, which keeps what else is shipped in it", () => {
    const words = { subject: "S", text: "T" }
    const own = { de: { "stock-low": words }, nl: { welcome: words } }
    const catalog = Effect.runSync(Effect.provide(TemplateCatalog.TemplateCatalog, TemplateCatalog.layer(own)))
    assert.strictEqual(TemplateCatalog.exactly(catalog, "stock-low", "de"), words)
    assert.strictEqual(TemplateCatalog.exactly(catalog, "welcome", "nl"), words)
    assert.strictEqual(TemplateCatalog.exactly(catalog, "welcome", "de"), TemplateCatalog.shipped.de.welcome)
  })
})

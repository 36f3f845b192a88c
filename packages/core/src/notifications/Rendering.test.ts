import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { english } from "./EnglishTemplates.ts"
import { oneLine } from "./Message.ts"
import * as Rendering from "./Rendering.ts"
import * as TemplateCatalog from "./TemplateCatalog.ts"

const render = (template: { readonly subject?: string; readonly text?: string; readonly html?: string }, data: Rendering.TemplateData) =>
  Effect.flatMap(Rendering.renderer, (render) => render({ subject: "S", text: "T", ...template }, data))

describe("a rendered message", () => {
  it.effect("says what its template says, with the data in it", () =>
    Effect.gen(function*() {
      const { html, sms, subject, text } = yield* Effect.flatMap(Rendering.renderer, (render) =>
        render(english["sign-in-code"], {
          store: { name: "Café <b>" },
          code: "123456",
          link: "https://shop.example/in#token=a&b",
          minutes: 10
        }))
      assert.strictEqual(subject, "123456 is your code for Café <b>")
      assert.include(text, "Your code to sign in to Café <b>:\n\n123456\n\nOr open this page")
      assert.include(html, "Caf\u00e9 &lt;b&gt;")
      assert.include(html, ">123456</p>")
      assert.include(html, "<a href=\"https://shop.example/in#token=a&amp;b\">")
      assert.include(sms ?? "", "123456 is your code")
    }))

  it.effect("renders every template that is shipped, without a hole", () =>
    Effect.gen(function*() {
      const data = {
        store: { name: "Shop" },
        code: "123456",
        minutes: 10,
        from: "a@example.com",
        to: "b@example.com",
        what: "A passkey was added.",
        at: "2026-11-25T08:05:00.000Z",
        address: "203.0.113.7",
        locale: "en",
        number: "INV-2026-000001",
        contact: "shop@example.com",
        amount: { amount: 500, currency: "EUR" },
        order: {
          number: 1001,
          isPaid: true,
          lines: [{ title: "Mug", variantTitle: "Blue", quantity: 2, total: { amount: 4_000, currency: "USD" } }],
          shippingTotal: { amount: 500, currency: "USD" },
          shippingName: "Post",
          tax: { amount: 300, currency: "USD" },
          total: { amount: 4_800, currency: "USD" },
          address: ["Ada Lovelace", "12 Analytical Row"],
          url: "https://shop.example.com/orders/ord_1"
        },
        tracking: { carrier: "Post", number: "RB123", url: "https://post.example.com/RB123" },
        title: "Mug",
        location: "Warehouse",
        available: 5,
        threshold: 5,
        url: "https://erp.example.com",
        reason: "failing"
      }
      for (const [name, template] of Object.entries(TemplateCatalog.english)) {
        const { html, subject, text } = yield* Effect.flatMap(Rendering.renderer, (render) => render(template, data))
        for (const part of [subject, text, html]) assert.notMatch(part, /\{[{%]|undefined|null|\[object/, name)
        assert.isNotEmpty(subject)
        if (text.includes("November")) assert.include(text, "25 November 2026, 08:05 UTC")
      }
    }))

  it.effect("attack 60, templates: what is in the data is never run, and no file is read", () =>
    Effect.gen(function*() {
      const evil = "{{ store.name }}{% include '/etc/passwd' %}{{ 7 | times: 6 }}"
      const { html, subject, text } = yield* render({ subject: "{{ name }}", text: "Hi {{ name }}" }, { name: evil })
      assert.strictEqual(subject, evil)
      assert.strictEqual(text, `Hi ${evil}`)
      assert.notInclude(html, "42")
      for (const text of ["{% include '/etc/passwd' %}", "{% render '../package.json' %}", "{% layout '/etc/hosts' %}"]) {
        assert.strictEqual((yield* Effect.flip(render({ text }, {})))._tag, "TemplateBroken")
      }
    }))

  it.effect("attack 60, templates: an object shows its own properties only", () =>
    Effect.gen(function*() {
      const text = "{{ name.constructor }}{{ constructor }}{{ __proto__ }}{{ list.map }}|"
      assert.strictEqual((yield* render({ text }, { name: "x", list: [1] })).text, "|")
    }))

  it.effect("attack 60, templates: one that does too much, or is none, is a typed failure without its content", () =>
    Effect.gen(function*() {
      for (
        const text of [
          "{% for a in (1..99999999) %}{{ a }}{% endfor %}",
          "{% for a in (1..2000) %}{% for b in (1..2000) %}{% for c in (1..2000) %}x{% endfor %}{% endfor %}{% endfor %}",
          "x".repeat(200_000),
          "{% if %}",
          "{{ secret | nothing }}"
        ]
      ) {
        const error = yield* Effect.flip(render({ text }, { secret: "hunter2" }))
        assert.strictEqual(error._tag, "TemplateBroken")
        assert.notInclude(error.message, "hunter2")
      }
    }))

  it.effect("attack 60, header injection: a subject is one line, whatever is in it", () =>
    Effect.gen(function*() {
      const name = "Ada\r\nBcc: eve@example.com\u2028\u0000\u0085x"
      const { subject } = yield* render({ subject: "Hi {{ name }}" }, { name })
      assert.strictEqual(subject, "Hi Ada Bcc: eve@example.com x")
      assert.isAtMost(oneLine("x".repeat(1_000)).length, 200)
    }))

  it.effect("escapes every value in HTML that a shop wrote itself", () =>
    Effect.gen(function*() {
      const { html } = yield* render({ html: "<p>{{ name }}</p>" }, { name: "<script>alert(\"1\")</script>" })
      assert.include(html, "<td><p>&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;</p></td>")
      const whole = "<!doctype html><p>{{ name }}</p>"
      assert.strictEqual((yield* render({ html: whole }, { name: "Ada" })).html, "<!doctype html><p>Ada</p>")
    }))
})

describe("the language of a template", () => {
  const template = (subject: string) => ({ subject, text: "" })
  const catalog = {
    "en": { a: template("en"), b: template("en") },
    "de": { a: template("de") },
    "de-AT": { c: template("de-AT") }
  }
  for (
    const [name, locale, found] of [
      ["a", "en", "en"],
      ["a", "de-AT", "de"],
      ["a", "de-CH-1996", "de"],
      ["c", "de-AT", "de-AT"],
      ["b", "de", "en"],
      ["a", "fr", "en"],
      ["c", "en", undefined],
      ["toString", "en", undefined],
      ["a", "constructor", "en"]
    ] as const
  ) {
    it(`of ${name} for ${locale} is ${found ?? "none"}`, () =>
      assert.strictEqual(TemplateCatalog.find(catalog, name, locale)?.subject, found))
  }
})

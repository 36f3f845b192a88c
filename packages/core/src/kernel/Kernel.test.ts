import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { inspect } from "node:util"
import * as Actor from "./Actor.ts"
import { Email } from "./Email.ts"
import * as Id from "./Id.ts"
import * as Input from "./Input.ts"
import * as Page from "./Page.ts"
import * as Permission from "./Permission.ts"
import * as Secret from "./Secret.ts"
import * as Slug from "./Slug.ts"
import * as StateMachine from "./StateMachine.ts"
import { isStoaError, StoaError } from "./StoaError.ts"
import * as Text from "./Text.ts"
import * as Timestamp from "./Timestamp.ts"

describe("StoaError", () => {
  class OutOfTea extends StoaError<OutOfTea>()("OutOfTea", { code: "out_of_tea", kind: "conflict" }, {
    cups: Schema.Int
  }) {
    override get message() {
      return `${this.cups} cups wanted`
    }
  }

  it("carries its code and kind by itself", () => {
    const error = new OutOfTea({ cups: 2 })
    assert.deepStrictEqual([error._tag, error.code, error.kind, error.message], [
      "OutOfTea",
      "out_of_tea",
      "conflict",
      "2 cups wanted"
    ])
    assert.isTrue(isStoaError(error))
    assert.isFalse(isStoaError(new Error("no")))
  })

  it("prints its message, where it came from and its fields", () => {
    const printed = inspect(new OutOfTea({ cups: 2 }))
    assert.match(printed, /^OutOfTea: 2 cups wanted\n +at .*Kernel\.test\.ts/)
    assert.include(printed, "cups: 2")
    assert.include(printed, "code: 'out_of_tea'")
  })

  it("survives a trip through JSON", () => {
    const codec = Schema.toCodecJson(OutOfTea)
    const json = JSON.parse(JSON.stringify(Schema.encodeSync(codec)(new OutOfTea({ cups: 3 }))))
    assert.deepStrictEqual(json, { _tag: "OutOfTea", code: "out_of_tea", kind: "conflict", cups: 3 })
    assert.strictEqual(Schema.decodeUnknownSync(codec)(json).cups, 3)
  })
})

describe("Input", () => {
  const ProductId = Id.define("prod", "ProductId")
  const decode = Input.decoder(Schema.Struct({
    name: Schema.String,
    lines: Schema.Array(Schema.Struct({ quantity: Schema.Int.check(Schema.isGreaterThan(0)) }))
  }))

  it.effect("names every fault with its path", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(decode({ name: 7, lines: [{ quantity: 1 }, { quantity: -1 }, { quantity: 1.5 }] }))
      assert.deepStrictEqual(error.faults.map((fault) => fault.path), [
        ["name"],
        ["lines", 1, "quantity"],
        ["lines", 2, "quantity"]
      ])
    }))

  it.effect("says in words what it expected", () =>
    Effect.gen(function*() {
      const form = Input.decoder(Schema.Struct({ id: ProductId, email: Email, slug: Slug.Slug, title: Text.name(10) })
        .annotate({ identifier: "Form" }))
      const error = yield* Effect.flip(form({ id: "7", email: "ada", title: " ", nope: 1 }))
      assert.sameMembers(error.message.split("; "), [
        "id: Expected an id that starts with prod_",
        "email: Expected an e-mail address",
        "slug: is missing",
        "title: Expected text that is not blank",
        "nope: is not known here"
      ])
      assert.strictEqual((yield* Effect.flip(form(undefined))).message, "Expected an object")
      assert.strictEqual(
        (yield* Effect.flip(form({ id: 7, email: "a@b.example", slug: "a", title: "a" }))).message,
        "id: Expected string"
      )
    }))

  it.effect("finds fault with the form that an input is most like, where there are several", () =>
    Effect.gen(function*() {
      const range = Input.decoder(Schema.Struct({
        range: Schema.Union([
          Schema.Struct({ from: Schema.String, to: Schema.String }),
          Schema.Struct({ last: Schema.Int, unit: Schema.String })
        ])
      }))
      const said = (input: unknown) => Effect.map(Effect.flip(range(input)), ({ message }) => message)
      assert.strictEqual(yield* said({ range: { from: 1, to: "2026-11-02" } }), "range.from: Expected string")
      assert.strictEqual(yield* said({ range: { last: 1.5, unit: "day" } }), "range.last: Expected an integer")
      assert.strictEqual(yield* said({ range: { last: 3 } }), "range.unit: is missing")
      assert.strictEqual(yield* said({ range: 7 }), "range: Expected an object")
    }))

  it.effect("says by a code and figures which rule was broken, for clients that speak another language", () =>
    Effect.gen(function*() {
      const form = Input.decoder(Schema.Struct({
        title: Text.name(10),
        email: Email,
        slug: Slug.Slug,
        kind: Schema.NullOr(Schema.Literals(["small", "large"])),
        tags: Schema.Array(Schema.String.check(Schema.isMinLength(2))).check(Schema.isMaxLength(2), Schema.isUnique()),
        parts: Schema.Array(Schema.String).check(Schema.isMinLength(1)),
        price: Schema.Int.check(Schema.isGreaterThan(0)),
        quantity: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5 })),
        weight: Schema.Number,
        odd: Schema.Number.check(Schema.makeFilter((given: number) => given % 2 === 1 || "Expected an odd number"))
      }))
      const error = yield* Effect.flip(form({
        title: "much too long",
        email: "ada",
        kind: "medium",
        tags: ["a", "bb", "bb"],
        parts: [],
        price: 0,
        quantity: 1.5,
        weight: "heavy",
        odd: 2,
        nope: 1
      }))
      const codes = error.faults.map(({ code, params, path }) => `${path.join(".")}: ${code ?? "-"} ${JSON.stringify(params ?? {})}`)
      assert.sameMembers(codes, [
        "title: too_long {\"maximum\":10}",
        "email: not_an_email {}",
        "slug: missing {}",
        "kind: not_a_choice {\"choices\":[\"small\",\"large\"]}",
        "tags.0: too_short {\"minimum\":2}",
        "parts: too_few {\"minimum\":1}",
        "price: too_small {\"above\":0}",
        "quantity: not_whole {}",
        "weight: not_a_number {}",
        "odd: - {}",
        "nope: unknown_field {}"
      ])
      const many = yield* Effect.flip(Input.decoder(Schema.Array(Schema.String).check(Schema.isMaxLength(2)))(["a", "b", "c"]))
      assert.deepStrictEqual(many.faults.map(({ code, params }) => [code, params]), [["too_many", { maximum: 2 }]])
    }))

  it("a fault that a service finds says its word and figures, or only its message", () => {
    const { faults: [named] } = Input.InvalidInput.at(["price"], "is another currency", "other_currency")
    assert.deepStrictEqual(named, { path: ["price"], message: "is another currency", code: "other_currency" })
    const { faults: [counted] } = Input.InvalidInput.at([], "has more than 3", { code: "too_many", params: { maximum: 3 } })
    assert.deepStrictEqual(counted, { path: [], message: "has more than 3", code: "too_many", params: { maximum: 3 } })
    assert.deepStrictEqual(Input.InvalidInput.at(["odd"], "is odd").faults, [{ path: ["odd"], message: "is odd" }])
  })

  it.effect("refuses fields that nobody asked for", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(decode({ name: "a", lines: [], price: 1 }))
      assert.deepStrictEqual(error.faults.map((fault) => fault.path), [["price"]])
      assert.strictEqual(error.code, "invalid_input")
    }))

  it.effect("does not touch prototypes", () =>
    Effect.gen(function*() {
      yield* Effect.flip(decode(JSON.parse("{\"name\":\"a\",\"lines\":[],\"__proto__\":{\"admin\":true}}")))
      assert.isUndefined(({} as Record<string, unknown>)["admin"])
    }))
})

describe("Permission", () => {
  it("covers one action, all actions on a thing, or everything", () => {
    assert.isTrue(Permission.covers(["orders:refund"], "orders:refund"))
    assert.isTrue(Permission.covers(["orders:*"], "orders:refund"))
    assert.isTrue(Permission.covers(["*"], "orders:refund"))
    assert.isFalse(Permission.covers(["orders:read", "order:*"], "orders:refund"))
  })

  it.effect("lets an embedded call do everything, unless it acts as somebody", () =>
    Effect.gen(function*() {
      yield* Permission.require("orders:refund")
      const guest = yield* Effect.flip(Permission.require("orders:refund").pipe(Actor.as(Actor.guest())))
      assert.strictEqual(guest._tag, "Unauthenticated")
      const customer = yield* Effect.flip(Permission.require("orders:refund").pipe(Actor.as(Actor.customer("user_1"))))
      assert.strictEqual(customer._tag, "Forbidden")
      yield* Permission.require("orders:refund").pipe(Actor.as(Actor.staff("key_1", ["orders:refund"])))
    }))

  it("never shows a token when an actor is described", () => {
    const text = Actor.describe(Actor.guest({ cartToken: "cart_secret", orderToken: "order_secret" }))
    assert.strictEqual(text, "guest")
  })
})

describe("Page", () => {
  it.effect("continues after the last row, and only in its own order", () =>
    Effect.gen(function*() {
      const page = Page.fromRows([{ id: "a" }, { id: "b" }, { id: "c" }], 2, "id", (row) => [row.id])
      assert.deepStrictEqual(page.items, [{ id: "a" }, { id: "b" }])
      assert.deepStrictEqual(yield* Page.decodeCursor("id", ["string"], page.nextCursor ?? ""), ["b"])
      for (const [sort, keys] of [["-id", ["string"]], ["id", ["string", "string"]], ["id", ["number"]]] as const) {
        const error = yield* Effect.flip(Page.decodeCursor(sort, keys, page.nextCursor ?? ""))
        assert.strictEqual(error.code, "invalid_input")
      }
      assert.strictEqual((yield* Effect.flip(Page.decodeCursor("id", ["string"], "%%%"))).code, "invalid_input")
    }))

  it.effect("refuses a place that no list has", () =>
    Effect.gen(function*() {
      for (const place of [1e21, -1e21, Number.MAX_SAFE_INTEGER + 1, "1", null]) {
        const error = yield* Effect.flip(Page.decodeCursor("price", ["number", "string"], Page.encodeCursor("price", [place, "a"])))
        assert.strictEqual(error.code, "invalid_input")
      }
    }))

  it("ends with no cursor", () => {
    assert.isNull(Page.fromRows([{ id: "a" }], 1, "id", (row) => [row.id]).nextCursor)
  })
})

describe("StateMachine", () => {
  const door = StateMachine.make({
    name: "door",
    initial: "open",
    table: { open: { close: "closed" }, closed: { open: "open", lock: "locked" }, locked: {} }
  })

  it.effect("goes where its table says, and names what is allowed where it does not", () =>
    Effect.gen(function*() {
      for (const state of StateMachine.states(door)) {
        for (const event of ["open", "close", "lock"] as const) {
          const result = yield* Effect.result(StateMachine.transition(door, state, event))
          const target = StateMachine.next(door, state, event)
          if (target !== undefined) assert.strictEqual(result._tag, "Success")
          else if (result._tag === "Failure") {
            assert.deepStrictEqual(result.failure.allowed, StateMachine.allowed(door, state))
          } else assert.fail(`${state} accepted ${event}`)
        }
      }
      assert.isTrue(StateMachine.isFinal(door, "locked"))
    }))

  it("can be added to, but not changed", () => {
    const more = StateMachine.extend(door, { locked: { unlock: "closed" }, closed: { lock: "open", paint: "painted" }, painted: {} })
    assert.strictEqual(StateMachine.next(more, "locked", "unlock"), "closed")
    assert.strictEqual(StateMachine.next(more, "closed", "lock"), "locked")
    assert.strictEqual(StateMachine.next(more, "closed", "paint"), "painted")
  })

  it("draws itself", () => {
    assert.include(StateMachine.toMermaid(door), "closed --> locked : lock")
  })
})

describe("small words", () => {
  it("makes slugs of titles in any language", () => {
    assert.strictEqual(Slug.fromText("Crème brûlée, 2 pcs!"), "creme-brulee-2-pcs")
    assert.strictEqual(Slug.fromText("木のまな板"), "木のまな板")
    assert.strictEqual(Slug.fromText("***"), "item")
    assert.isTrue(Schema.is(Slug.Slug)(Slug.fromText("  A -- B  ")))
  })

  it("takes one mailbox for one customer", () => {
    const decode = Schema.decodeUnknownSync(Email)
    assert.strictEqual(decode("  Ada@Example.COM "), "ada@example.com")
    for (const text of ["", "a", "a@b", "a b@c.de", "a@b.c", "<a@b.de>", `${"x".repeat(250)}@b.de`]) {
      assert.throws(() => decode(text))
    }
  })

  it("compares secrets by their hash", () => {
    assert.isTrue(Secret.matches("s3cret", Secret.hash("s3cret")))
    assert.isFalse(Secret.matches("s3creT", Secret.hash("s3cret")))
    assert.isFalse(Secret.matches("s3cret", "short"))
  })

  it("writes times so that text order is time order", () => {
    const at = Timestamp.fromMillis(1_800_000_000_000)
    assert.strictEqual(at, "2027-01-15T08:00:00.000Z")
    assert.isTrue(at < Timestamp.plus(at, "1 millis"))
    assert.isFalse(Schema.is(Timestamp.Timestamp)("2027-01-15"))
    assert.isFalse(Schema.is(Timestamp.Timestamp)("2027-13-15T08:00:00.000Z"))
  })
})

/**
 * Redirects on every storage: where they lead, what is refused, and what a file of them becomes.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { Redirects } from "../redirects/Redirects.ts"
import { Stores } from "../stores/Stores.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const staff = Actor.as(Actor.staff("clerk", ["catalog:*", "settings:write", "jobs:write"]))
const guest = Actor.as(Actor.guest())

const led = (path: string) =>
  guest(Effect.flatMap(Redirects, (redirects) => redirects.resolve(path))).pipe(
    Effect.map(({ status, to }) => `${status} ${to}`),
    Effect.catchTag("RedirectNotFound", () => Effect.succeed("nowhere"))
  )

const file = async function*(text: string) {
  for (let at = 0; at < text.length; at += 50) yield text.slice(at, at + 50)
}

export const redirectSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => staff(body).pipe(Effect.provide(Shop.layer(harness.storage()))))

  describe(`redirects on ${harness.name}`, () => {
    test(
      "lead whoever asks to where they say, in one step, and never in a circle",
      Effect.gen(function*() {
        const redirects = yield* Redirects
        const mugs = yield* redirects.create({ from: "/old-mugs/", to: "/mugs?sort=price#top" })
        assert.deepInclude(mugs, { from: "/old-mugs", to: "/mugs?sort=price#top", status: 301, hits: 0, version: 1 })
        assert.strictEqual(yield* led("/old-mugs"), "301 /mugs?sort=price#top")
        // what begins the chain is led to its end, whichever part was there first
        yield* redirects.create({ from: "/ancient-mugs", to: "/old-mugs", status: 302 })
        assert.strictEqual(yield* led("/ancient-mugs?a=1"), "302 /mugs?sort=price#top")
        const last = yield* redirects.create({ from: "/mugs", to: "/cups", status: 308 })
        for (const path of ["/ancient-mugs", "/old-mugs", "/mugs"]) assert.match(yield* led(path), / \/cups$/, path)
        assert.strictEqual(yield* led("/mugs?b=2"), "308 /cups?b=2")
        assert.strictEqual((yield* Effect.flip(redirects.create({ from: "/cups", to: "/ancient-mugs" })))._tag, "RedirectLoop")
        assert.strictEqual((yield* Effect.flip(redirects.create({ from: "/cups", to: "/cups/" })))._tag, "RedirectLoop")
        assert.strictEqual((yield* Effect.flip(redirects.create({ from: "/mugs", to: "/bowls" })))._tag, "RedirectTaken")
        assert.strictEqual((yield* Effect.flip(redirects.update(last.id, { to: "/mugs/?a=1" })))._tag, "RedirectLoop")
        assert.strictEqual(yield* led("/mugs"), "308 /cups")
        const moved = yield* redirects.update(last.id, { to: "/bowls", version: last.version })
        assert.deepInclude(moved, { to: "/bowls", status: 308, version: 2 })
        assert.strictEqual((yield* Effect.flip(redirects.update(last.id, { to: "/a", version: 1 })))._tag, "VersionConflict")
        yield* redirects.delete(last.id)
        assert.strictEqual(yield* led("/mugs"), "nowhere")
        assert.strictEqual((yield* Effect.flip(redirects.get(last.id)))._tag, "RedirectNotFound")
        const first = yield* redirects.list({ limit: 1 })
        const second = yield* redirects.list({ limit: 1, after: first.nextCursor ?? "" })
        assert.deepStrictEqual([...first.items, ...second.items].map(({ from }) => from), ["/ancient-mugs", "/old-mugs"])
        assert.deepStrictEqual((yield* redirects.list({ from: "/old" })).items.map(({ from }) => from), ["/old-mugs"])
      })
    )

    test(
      "lead to the shop, or to hosts that it allows, and are kept by who may",
      Effect.gen(function*() {
        const redirects = yield* Redirects
        const stores = yield* Stores
        yield* stores.update({ settings: { storefrontUrl: "https://shop.example.com", redirectHosts: ["blog.example.com"] } })
        for (
          const to of [
            "https://evil.example.com/",
            "//evil.example.com",
            "/..//evil.example.com",
            "/\\evil.example.com",
            "/\t/evil.example.com",
            "javascript:alert(1)",
            "https://blog.example.com@evil.example.com/",
            "https://blog.example.com:444/",
            "http:\\\\evil.example.com",
            "mugs",
            ""
          ]
        ) assert.strictEqual((yield* Effect.flip(redirects.create({ from: "/a", to })))._tag, "InvalidInput", to)
        for (const from of ["a", "//a", "/a?b", "https://shop.example.com/a", ""]) {
          assert.strictEqual((yield* Effect.flip(redirects.create({ from, to: "/b" })))._tag, "InvalidInput", from)
        }
        yield* redirects.create({ from: "/news", to: "https://blog.example.com/news?x=1" })
        yield* redirects.create({ from: "/home", to: "https://shop.example.com/start" })
        yield* redirects.create({ from: "/für dich", to: "/for-you" })
        assert.strictEqual(yield* led("/news?utm=1"), "301 https://blog.example.com/news?x=1")
        assert.strictEqual(yield* led("/home"), "301 /start")
        assert.strictEqual(yield* led("/f%c3%bcr%20dich"), "301 /for-you")
        for (const path of ["", "news", "//news", "/nothing", `/${"x".repeat(5_000)}`]) assert.strictEqual(yield* led(path), "nowhere", path)
        const { items: [one] } = yield* redirects.list({ limit: 1 })
        const acts: ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>> = [
          redirects.list(),
          redirects.get(one?.id ?? ""),
          redirects.create({ from: "/x", to: "/y" }),
          redirects.update(one?.id ?? "", { to: "/y" }),
          redirects.delete(one?.id ?? ""),
          redirects.import(file("from,to\n/x,/y"))
        ]
        for (const act of acts) assert.strictEqual((yield* Effect.flip(guest(act)))._tag, "Unauthenticated")
        const other = yield* Effect.orDie(Actor.as(Actor.system("test"))(stores.create({ code: "other", name: "Other", currency: "USD" })))
        assert.strictEqual(yield* within(other.id)(led("/home")), "nowhere")
        assert.strictEqual((yield* within(other.id)(redirects.create({ from: "/home", to: "/theirs" }))).to, "/theirs")
        assert.strictEqual(yield* led("/home"), "301 /start")
      })
    )

    test(
      "to the shop's own host are paths of it, wherever on it the shop begins and whatever the scheme, so that none leads to itself",
      Effect.gen(function*() {
        const redirects = yield* Redirects
        yield* Effect.flatMap(Stores, (stores) => stores.update({ settings: { storefrontUrl: "https://example.com/shop" } }))
        for (const to of ["https://example.com/shop/a", "http://example.com/shop/a/", "https://EXAMPLE.com:443/shop/a?b=1"]) {
          assert.strictEqual((yield* Effect.flip(redirects.create({ from: "/shop/a", to })))._tag, "RedirectLoop", to)
        }
        yield* redirects.create({ from: "/shop/a", to: "http://example.com/shop/b?c=1" })
        assert.strictEqual(yield* led("/shop/a"), "301 /shop/b?c=1")
        assert.strictEqual((yield* Effect.flip(redirects.create({ from: "/shop/c", to: "https://example.com:444/shop/c" })))._tag, "InvalidInput")
      })
    )

    test(
      "carry a query over as an address writes it",
      Effect.gen(function*() {
        yield* Effect.flatMap(Redirects, (redirects) => redirects.create({ from: "/a", to: "/b#top" }))
        assert.strictEqual(yield* led("/a?x=1\r\nSet-Cookie: y=2"), "301 /b?x=1Set-Cookie:%20y=2#top")
        assert.strictEqual(yield* led("/a?x=<\u00fc>#c"), "301 /b?x=%3C%C3%BC%3E#top")
        assert.strictEqual(yield* led("/a?"), "301 /b#top")
      })
    )

    test(
      "come out of a file at once, and every line that cannot be read is named",
      Effect.gen(function*() {
        const redirects = yield* Redirects
        yield* redirects.create({ from: "/b", to: "/c" })
        yield* redirects.create({ from: "/x", to: "/a" })
        yield* redirects.create({ from: "/same", to: "/there" })
        const report = yield* redirects.import(file([
          "Redirect from,Redirect to,status",
          "/a,/b,",
          "/c,/d,302",
          "/d,/a,",
          "/same,/there,",
          "/e,https://elsewhere.example.com/,",
          "e,/f,",
          "/g,/h,200",
          "/a,/z,",
          "/h,\"/i, or j\",308"
        ].join("\n")))
        assert.deepStrictEqual(report, {
          lines: 9,
          created: 3,
          updated: 0,
          unchanged: 1,
          failed: 5,
          failures: [
            { line: 4, message: "from: would lead back to /d" },
            { line: 6, message: "to: leads to elsewhere.example.com, which is none of the store's redirectHosts" },
            { line: 7, message: "from: must be a path of the shop, such as /mugs" },
            { line: 8, message: "status: must be 301, 302, 307 or 308" },
            { line: 9, message: "leads away from /a, as a line before does" }
          ]
        })
        for (const path of ["/a", "/b", "/x"]) assert.strictEqual(yield* led(path), "301 /d", path)
        assert.deepStrictEqual([yield* led("/c"), yield* led("/d"), yield* led("/h")], ["302 /d", "nowhere", "308 /i,%20or%20j"])
        const again = yield* redirects.import(file("from,to\n/a,/elsewhere\n/c,/d"))
        assert.deepInclude(again, { created: 0, updated: 1, unchanged: 1, failed: 0 })
        for (const text of ["", "a,b\n/a,/b"]) {
          assert.strictEqual((yield* Effect.flip(redirects.import(file(text))))._tag, "ImportRefused", text)
        }
        assert.strictEqual((yield* Effect.flip(redirects.import("from,to" as never)))._tag, "InvalidInput")
      })
    )

    test(
      "are counted by those who follow them, some seconds later",
      Effect.gen(function*() {
        const redirects = yield* Redirects
        const jobs = yield* Jobs
        yield* TestClock.setTime(Date.parse("2026-11-26T12:00:00.000Z"))
        const { id } = yield* redirects.create({ from: "/a", to: "/b" })
        for (let time = 0; time < 3; time++) yield* led("/a")
        yield* jobs.drain
        assert.deepInclude(yield* redirects.get(id), { hits: 3, lastHitAt: "2026-11-26T12:00:00.000Z" as never, version: 1 })
        yield* redirects.update(id, { to: "/c" })
        yield* led("/a")
        yield* jobs.drain
        assert.deepInclude(yield* redirects.get(id), { hits: 4, version: 2 })
      })
    )

    test(
      "are one step at any time, whoever creates them at once",
      Effect.gen(function*() {
        const redirects = yield* Redirects
        const pairs = Array.from({ length: 8 }, (_, place) => ({ from: `/${place}`, to: `/${(place + 1) % 8}` }))
        const made = yield* Effect.forEach(pairs, (pair) => Effect.result(redirects.create(pair)), { concurrency: 8 })
        assert.deepStrictEqual(made.flatMap((one) => one._tag === "Failure" ? [one.failure._tag] : []), ["RedirectLoop"])
        const { items } = yield* redirects.list({ limit: 100 })
        assert.lengthOf(items, 7)
        const away = new Set(items.map(({ from }) => from))
        for (const { from, to } of items) assert.isFalse(away.has(to), `${from} to ${to}`)
      })
    )
  })
}

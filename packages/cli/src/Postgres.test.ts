import { OwnPort, Relay, TestDatabase } from "@stoa/adapter-postgres/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as StoaCommand from "./testing/StoaCommand.ts"

const password = "hunter2-of-the-test"

const folder = Effect.acquireRelease(
  Effect.sync(StoaCommand.temporaryFolder),
  (folder) => Effect.sync(() => folder[Symbol.dispose]())
)

const withPassword = (url: string): string => {
  const changed = new URL(url)
  changed.password = password
  return changed.href
}

/** Asks until the answer is the one that is waited for. */
const until = async (url: string, accept: (response: Response) => boolean): Promise<Response> => {
  for (;;) {
    const response = await fetch(url).catch(() => undefined)
    if (response !== undefined && accept(response)) return response
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe("stoa on PostgreSQL", () => {
  it.effect("migrates, imports, exports and checks a shop, as on a file", () =>
    Effect.gen(function*() {
      const { path } = yield* folder
      const url = withPassword(yield* TestDatabase.empty)
      const stoa = (...args: ReadonlyArray<string>) =>
        Effect.promise(() => StoaCommand.run(path, args, { env: { STOA_DATABASE_URL: url } }))
      const said: Array<string> = []
      const expect = Effect.fnUntraced(function*(args: ReadonlyArray<string>, code: number, text: RegExp) {
        const { code: ended, err, out } = yield* stoa(...args)
        said.push(out, err)
        assert.match(out + err, text)
        assert.strictEqual(ended, code, out + err)
      })
      yield* expect(["doctor"], 1, /migrations {2}not run yet \(stoa migrate\)/)
      yield* expect(["export"], 1, /There is no shop in 127\.0\.0\.1:\d+\/stoa_test_\w+ \(PostgreSQL\)\. "stoa migrate" creates it/)
      yield* expect(["migrate"], 0, /Ran \d+ migrations\./)
      yield* expect(["migrate"], 0, /The database is up to date\./)
      yield* expect(["migrate", "--status"], 0, /@stoa\/adapter-postgres 1 product search: ran at/)
      writeFileSync(join(path, "cups.csv"), "Handle,Title,Variant SKU,Variant Price,Status\ncup,Cup,CUP,12.00,active\n")
      yield* expect(["import", "cups.csv"], 0, /1 product/)
      yield* expect(["export"], 0, /cup,Cup,/)
      yield* expect(["doctor"], 0, /ok {6}money/)
      assert.notInclude(said.join("\n"), password)
    }))

  it.effect("takes the URL from the environment only, and repeats it nowhere", () =>
    Effect.gen(function*() {
      const { path } = yield* folder
      const url = `postgres://shop:${password}@127.0.0.1:1/shop`
      const run = (args: ReadonlyArray<string>, env: Record<string, string>) =>
        Effect.promise(() => StoaCommand.run(path, args, { env }))
      const [flag, file, away, none] = yield* Effect.all([
        run(["migrate", "--database", url], {}),
        run(["migrate"], { STOA_DATABASE: url }),
        run(["doctor"], { STOA_DATABASE_URL: url }),
        run(["migrate"], { STOA_DATABASE_URL: `mysql://shop:${password}@localhost/shop` })
      ], { concurrency: 2 })
      assert.match(flag.err, /^--database is a file\. The URL of a PostgreSQL database goes into the variable STOA_DATABASE_URL\n$/)
      assert.match(file.err, /^STOA_DATABASE is a file/)
      assert.match(away.out, /fault {3}database {4}The PostgreSQL server does not answer/)
      assert.match(none.err, /^The URL of the database is not one of PostgreSQL: [^\n]*\n$/)
      for (const { code, err, out } of [flag, file, away, none]) {
        assert.notStrictEqual(code, 0)
        assert.notInclude(out + err, password)
      }
    }))

  it.effect("serves as soon as its database is there, is not ready while it is away, and recovers by itself", () =>
    Effect.gen(function*() {
      const { path } = yield* folder
      const relay = yield* Effect.acquireRelease(
        Effect.flatMap(TestDatabase.empty, (url) => Effect.promise(() => Relay.open(url))),
        (relay) => Effect.promise(relay.goAway)
      )
      const port = yield* Effect.promise(OwnPort.find)
      const at = `http://127.0.0.1:${port}`
      yield* Effect.promise(async () => {
        await relay.goAway()
        const starting = StoaCommand.listen(path, ["serve", "--port", String(port)], {
          STOA_DATABASE_URL: withPassword(relay.url)
        })
        const early = await until(`${at}/health/ready`, () => true)
        assert.deepStrictEqual([early.status, early.headers.get("retry-after")], [503, "2"])
        assert.strictEqual((await fetch(`${at}/health/live`)).status, 200)
        await relay.comeBack()
        await using server = await starting
        assert.strictEqual(server.url, at)
        assert.match(server.out() + server.err(), /does not answer[^\n]*Trying again for up to 1m/)
        assert.strictEqual((await fetch(`${at}/health/ready`)).status, 200)
        const products = `${at}/api/v1/products`
        assert.strictEqual((await fetch(products)).status, 200)

        await relay.goAway()
        const refused = await fetch(products)
        assert.deepStrictEqual([refused.status, refused.headers.get("retry-after")], [503, "2"])
        assert.strictEqual((await refused.json() as { code: string }).code, "storage_unavailable")
        assert.strictEqual((await fetch(`${at}/health/ready`)).status, 503)
        assert.strictEqual((await fetch(`${at}/health/live`)).status, 200)

        await relay.comeBack()
        await until(`${at}/health/ready`, ({ status }) => status === 200)
        assert.strictEqual((await fetch(products)).status, 200)
        server.signal("SIGTERM")
        assert.strictEqual(await server.ended, 0)
        assert.notInclude(server.out() + server.err(), password)
      })
    }))
})

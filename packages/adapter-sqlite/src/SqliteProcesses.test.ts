import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as SqliteClient from "./SqliteClient.ts"

const file = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "stoa-processes-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
  ),
  (path) => join(path, "shop.db")
)

/** Runs a program, with `sql` in scope, in a process of its own and answers with what it printed. */
const inProcess = (filename: string, program: string, options: { readonly killAt?: string } = {}) =>
  Effect.callback<string>((resume) => {
    const script = `
      import * as Effect from "effect/Effect"
      import * as SqlClient from "effect/sql/SqlClient"
      import { Migration, Migrations } from "@stoa/sql"
      import { layer } from ${JSON.stringify(join(import.meta.dirname, "SqliteClient.ts"))}
      await Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        ${program}
      }).pipe(Effect.provide(layer({ filename: ${JSON.stringify(filename)} })), Effect.runPromise)`
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script], { cwd: import.meta.dirname })
    let output = ""
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8")
      stream.on("data", (text: string) => {
        output += text
        if (options.killAt !== undefined && output.includes(options.killAt)) child.kill("SIGKILL")
      })
    }
    child.on("close", () => resume(Effect.succeed(output)))
    return Effect.sync(() => child.kill("SIGKILL"))
  })

const migrations = `
  const sets = [Migration.set("shoes", Array.from({ length: 20 }, (_, i) => ({
    id: i + 1,
    name: "step",
    up: (d) => ["CREATE TABLE shoes_" + i + " (pairs " + d.int + ")" + d.strict, "INSERT INTO shoes_" + i + " VALUES (0)"]
  })))]
  console.log((yield* Migrations.run(sets)).length)`

describe("several processes on one file", () => {
  it.effect("run each migration once, though they all start at the same moment", () =>
    Effect.gen(function*() {
      const filename = yield* file
      const ran = yield* Effect.all(Array.from({ length: 4 }, () => inProcess(filename, migrations)), {
        concurrency: "unbounded"
      })
      assert.strictEqual(ran.reduce((sum, output) => sum + Number(output), 0), 20, ran.join("; "))
    }))

  it.effect("take turns at writing, and lose no write", () =>
    Effect.gen(function*() {
      const filename = yield* file
      yield* inProcess(filename, migrations)
      const writes = `
        for (let i = 0; i < 100; i++) {
          yield* sql.withTransaction(Effect.gen(function*() {
            const [{ pairs }] = yield* sql\`SELECT pairs FROM shoes_1\`
            yield* Effect.yieldNow
            yield* sql\`UPDATE shoes_1 SET pairs = \${pairs + 1}\`
          }))
          yield* sql\`UPDATE shoes_2 SET pairs = pairs + 1\`
        }
        console.log("done")`
      const ran = yield* Effect.all(Array.from({ length: 3 }, () => inProcess(filename, writes)), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(ran, ["done\n", "done\n", "done\n"])
      const counted = yield* Effect.flatMap(
        SqlClient.SqlClient,
        (sql) => sql`SELECT a.pairs AS a, b.pairs AS b FROM shoes_1 a, shoes_2 b`
      ).pipe(Effect.provide(SqliteClient.layer({ filename })))
      assert.deepStrictEqual(counted, [{ a: 300, b: 300 }])
    }))

  it.effect("leave what was committed and nothing else when one is killed", () =>
    Effect.gen(function*() {
      const filename = yield* file
      yield* inProcess(filename, migrations)
      const output = yield* inProcess(
        filename,
        `yield* sql.withTransaction(sql\`UPDATE shoes_1 SET pairs = 1\`)
        yield* sql.withTransaction(Effect.gen(function*() {
          yield* sql\`UPDATE shoes_1 SET pairs = 2\`
          console.log("in the middle")
          yield* Effect.sleep("1 minute")
        }))`,
        { killAt: "in the middle" }
      )
      assert.strictEqual(output, "in the middle\n")
      const [left] = yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT pairs FROM shoes_1`).pipe(
        Effect.provide(SqliteClient.layer({ filename }))
      )
      assert.deepStrictEqual(left, { pairs: 1 })
    }))
})

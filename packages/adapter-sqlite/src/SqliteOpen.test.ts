import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { spawnSync } from "node:child_process"
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as SqliteClient from "./SqliteClient.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "stoa-open-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

const refusal = (filename: string) =>
  SqliteClient.layer({ filename, busyTimeout: 0 }).pipe(Layer.build, Effect.scoped, Effect.flip)

describe("opening", () => {
  it.effect("a file that is no database is refused in a sentence and left as it is", () =>
    Effect.gen(function*() {
      const path = yield* folder
      for (const content of ["notes", "a longer text that is no database at all. ".repeat(100)]) {
        const filename = join(path, "notes.txt")
        writeFileSync(filename, content)
        const error = yield* refusal(filename)
        assert.deepInclude(error, { _tag: "SqliteOpenError", code: "database_unreadable", reason: "not_a_database" })
        assert.include(error.message, "is not an SQLite database")
        assert.strictEqual(readFileSync(filename, "utf8"), content)
        assert.deepStrictEqual(readdirSync(path), ["notes.txt"])
      }
    }))

  it.effect("a folder, a missing folder, a path through a file and an empty name are each named", () =>
    Effect.gen(function*() {
      const path = yield* folder
      mkdirSync(join(path, "data"))
      writeFileSync(join(path, "file"), "")
      assert.strictEqual((yield* refusal(join(path, "data"))).reason, "folder")
      assert.strictEqual((yield* refusal(join(path, "none", "shop.db"))).reason, "missing_folder")
      assert.strictEqual((yield* refusal(join(path, "file", "shop.db"))).reason, "missing_folder")
      assert.strictEqual((yield* refusal("")).reason, "invalid_name")
      assert.strictEqual((yield* refusal(join(path, "a\0b"))).reason, "invalid_name")
      assert.deepStrictEqual(readdirSync(path), ["data", "file"])
    }))

  it.effect("a damaged database is found at once", () =>
    Effect.gen(function*() {
      const filename = join(yield* folder, "shop.db")
      const database = new DatabaseSync(filename)
      database.exec("CREATE TABLE a (x TEXT)")
      database.close()
      const bytes = readFileSync(filename)
      writeFileSync(filename, bytes.fill(0xff, 100, 4000))
      const error = yield* refusal(filename)
      assert.deepInclude(error, { code: "database_unreadable", reason: "damaged" })
      assert.include(error.message, "Restore it from a backup")
    }))

  it.effect("a database that another process has to itself is waited for, and then refused", () =>
    Effect.gen(function*() {
      const filename = join(yield* folder, "shop.db")
      const other = new DatabaseSync(filename)
      other.exec("PRAGMA locking_mode = EXCLUSIVE; CREATE TABLE a (x TEXT); BEGIN EXCLUSIVE")
      assert.strictEqual((yield* refusal(filename)).reason, "locked")
      const waiting = yield* SqliteClient.layer({ filename }).pipe(Layer.build, Effect.scoped, Effect.forkChild)
      yield* Effect.yieldNow
      other.close()
      yield* Fiber.join(waiting)
    }))

  // Root may write anywhere, so the attempt is made by a process of somebody else.
  it.effect("a database that may not be written to is refused at the start, not at the first sale", () =>
    Effect.gen(function*() {
      const path = yield* folder
      const filename = join(path, "shop.db")
      const database = new DatabaseSync(filename)
      database.exec("PRAGMA journal_mode = DELETE; CREATE TABLE a (x TEXT)")
      database.close()
      chmodSync(filename, 0o444)
      chmodSync(path, 0o555)
      const script = `
        import * as Effect from "effect/Effect"
        import * as Layer from "effect/Layer"
        import { layer } from ${JSON.stringify(join(import.meta.dirname, "SqliteClient.ts"))}
        for (const filename of ${JSON.stringify([filename, join(path, "new.db")])}) {
          const error = await layer({ filename }).pipe(Layer.build, Effect.scoped, Effect.flip, Effect.runPromise)
          console.log(error.code, error.reason)
        }`
      const child = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
        cwd: import.meta.dirname,
        encoding: "utf8",
        ...(process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {})
      })
      chmodSync(path, 0o755)
      assert.strictEqual(child.stderr, "")
      assert.strictEqual(child.stdout, "database_unreadable not_writable\n".repeat(2))
    }))
})

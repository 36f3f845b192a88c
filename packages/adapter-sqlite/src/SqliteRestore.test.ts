import { createStoa } from "@stoa/core"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import fs, { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as SqliteStorage from "./SqliteStorage.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "stoa-restore-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** A shop in a file, for as long as the scope lives. */
const open = (filename: string) =>
  Effect.acquireRelease(
    Effect.promise(() => createStoa({ storage: SqliteStorage.sqlite({ filename }), workers: false })),
    (shop) => Effect.promise(() => shop.close())
  )

const add = (filename: string, title: string) =>
  Effect.scoped(Effect.flatMap(open(filename), (shop) => Effect.promise(() => shop.catalog.createProduct({ title, status: "active", variants: [{ price: { amount: 900, currency: "USD" } }] }))))

const titles = (filename: string) =>
  Effect.scoped(Effect.flatMap(open(filename), (shop) =>
    Effect.promise(async () => (await shop.catalog.listProducts({ sort: "title" })).items.map(({ title }) => title))))

const at = Effect.map(folder, (path) => ({ backup: join(path, "monday.db"), filename: join(path, "shop.db"), path }))

describe("a backup", () => {
  it.live("is taken while the shop is open, and is the shop of that moment when it is put back", () =>
    Effect.gen(function*() {
      const { backup, filename } = yield* at
      yield* add(filename, "Mug")
      yield* Effect.scoped(Effect.andThen(open(filename), SqliteStorage.backup({ filename }, backup)))
      yield* add(filename, "Plate")
      const refused = yield* Effect.flip(SqliteStorage.restore({ backup, filename }))
      assert.deepInclude(refused, { code: "restore_failed", reason: "exists" })
      yield* SqliteStorage.restore({ backup, filename, replaces: true })
      assert.deepStrictEqual(yield* titles(filename), ["Mug"])
      assert.deepStrictEqual(yield* titles(`${filename}.old`), ["Mug", "Plate"])
      const again = yield* Effect.flip(SqliteStorage.restore({ backup, filename, replaces: true }))
      assert.deepInclude(again, { reason: "kept_exists" })
    }).pipe(Effect.scoped))

  it.live("does not take the place of a database that is in use", () =>
    Effect.gen(function*() {
      const { backup, filename, path } = yield* at
      yield* add(filename, "Mug")
      yield* SqliteStorage.backup({ filename }, backup)
      const shop = yield* open(filename)
      const refused = yield* Effect.flip(SqliteStorage.restore({ backup, filename, replaces: true }))
      assert.deepInclude(refused, { reason: "in_use" })
      assert.strictEqual((yield* Effect.promise(() => shop.catalog.listProducts())).items.length, 1)
      assert.isFalse(readdirSync(path).some((name) => /old|restored/.test(name)))
    }).pipe(Effect.scoped))

  it.live("does not take the place of a database that is in use, though a row of it is not as it should be", () =>
    Effect.gen(function*() {
      const { backup, filename, path } = yield* at
      yield* add(filename, "Mug")
      yield* SqliteStorage.backup({ filename }, backup)
      const rewrite = (from: string, to: string) => {
        using database = new DatabaseSync(filename, { defensive: false })
        database.exec("PRAGMA writable_schema = ON")
        database.exec(`UPDATE sqlite_schema SET sql = replace(sql, '${from}', '${to}') WHERE name = 'products'`)
      }
      rewrite("title TEXT NOT NULL", "title TEXT")
      {
        using database = new DatabaseSync(filename)
        database.exec("UPDATE products SET title = NULL")
      }
      rewrite("title TEXT", "title TEXT NOT NULL")
      const shop = yield* open(filename)
      const refused = yield* Effect.flip(SqliteStorage.restore({ backup, filename, replaces: true }))
      assert.deepInclude(refused, { reason: "in_use" })
      yield* Effect.promise(() => shop.catalog.createProduct({ title: "Plate", status: "active", variants: [{ price: { amount: 900, currency: "USD" } }] }))
      assert.isFalse(readdirSync(path).some((name) => /old|restored/.test(name)))
      using database = new DatabaseSync(filename, { readOnly: true })
      assert.deepInclude(database.prepare("PRAGMA integrity_check").get(), { integrity_check: "NULL value in products.title" })
      assert.deepInclude(database.prepare("SELECT count(*) AS held FROM products").get(), { held: 2 })
    }).pipe(Effect.scoped))

  it.live("does not take the place of a database that another process has locked", () =>
    Effect.gen(function*() {
      const { backup, filename, path } = yield* at
      yield* add(filename, "Mug")
      yield* SqliteStorage.backup({ filename }, backup)
      using other = new DatabaseSync(filename)
      other.exec("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE")
      const refused = yield* Effect.flip(SqliteStorage.restore({ backup, filename, replaces: true }))
      assert.deepInclude(refused, { reason: "in_use" })
      assert.isFalse(readdirSync(path).some((name) => /old|restored/.test(name)))
    }).pipe(Effect.scoped))

  it.live("leaves the database in its place, which nobody can open meanwhile, if it cannot take that", () =>
    Effect.gen(function*() {
      const { backup, filename, path } = yield* at
      yield* add(filename, "Mug")
      yield* SqliteStorage.backup({ filename }, backup)
      yield* add(filename, "Plate")
      const seen: Array<unknown> = []
      yield* Effect.acquireRelease(
        Effect.sync(() => {
          const rename = fs.renameSync
          fs.renameSync = (from, to) => {
            if (to !== filename) return rename(from, to)
            seen.push(existsSync(filename))
            using visitor = new DatabaseSync(filename)
            try {
              visitor.exec("SELECT count(*) FROM products")
              seen.push("opened")
            } catch (cause) {
              seen.push(cause instanceof Error && cause.message)
            }
            throw new Error("The disk is gone")
          }
          syncBuiltinESMExports()
          return rename
        }),
        (rename) =>
          Effect.sync(() => {
            fs.renameSync = rename
            syncBuiltinESMExports()
          })
      )
      const refused = yield* Effect.flip(SqliteStorage.restore({ backup, filename, replaces: true }))
      assert.deepInclude(refused, { reason: "failed" })
      assert.deepStrictEqual(seen, [true, "database is locked"])
      assert.deepStrictEqual(yield* titles(filename), ["Mug", "Plate"])
      assert.deepStrictEqual(readdirSync(path).filter((name) => name.startsWith("shop")), ["shop.db"])
    }).pipe(Effect.scoped))

  it.live("takes the place of a database that is damaged, and keeps it for whoever wants to look at it", () =>
    Effect.gen(function*() {
      const { backup, filename } = yield* at
      yield* add(filename, "Mug")
      yield* SqliteStorage.backup({ filename }, backup)
      const whole = readFileSync(filename)
      const broken = Buffer.from(whole).fill(0xff, 100, 8_000)
      writeFileSync(filename, broken)
      yield* SqliteStorage.restore({ backup, filename, replaces: true })
      assert.deepStrictEqual(yield* titles(filename), ["Mug"])
      assert.isTrue(readFileSync(`${filename}.old`).equals(broken))
    }).pipe(Effect.scoped))

  it.live("takes the place of a database that is damaged and was not closed, and keeps its log with it", () =>
    Effect.gen(function*() {
      const { backup, filename } = yield* at
      yield* add(filename, "Mug")
      yield* SqliteStorage.backup({ filename }, backup)
      const killed = yield* Effect.scoped(Effect.gen(function*() {
        yield* open(filename)
        return { database: readFileSync(filename), log: readFileSync(`${filename}-wal`) }
      }))
      const broken = killed.database.fill(0xff, 100, 8_000)
      writeFileSync(filename, broken)
      const log = Buffer.concat([killed.log, Buffer.from("a log that was not written to its end")])
      writeFileSync(`${filename}-wal`, log)
      yield* SqliteStorage.restore({ backup, filename, replaces: true })
      assert.isFalse(existsSync(`${filename}-wal`))
      assert.isTrue(readFileSync(`${filename}.old`).equals(broken))
      assert.isTrue(readFileSync(`${filename}.old-wal`).equals(log))
      assert.deepStrictEqual(yield* titles(filename), ["Mug"])
    }).pipe(Effect.scoped))

  it.live("that is none changes nothing", () =>
    Effect.gen(function*() {
      const { backup, filename, path } = yield* at
      yield* add(filename, "Mug")
      const reasonOf = (wanted: string) =>
        Effect.map(Effect.flip(SqliteStorage.restore({ backup: wanted, filename, replaces: true })), (error) =>
          "reason" in error ? error.reason : error.code)
      assert.strictEqual(yield* reasonOf(backup), "missing")
      const text = join(path, "letter.txt")
      writeFileSync(text, "Dear shop, this is no database, but it is long enough to be taken for one.".repeat(100))
      assert.strictEqual(yield* reasonOf(text), "damaged")
      const others = join(path, "others.db")
      using database = new DatabaseSync(others)
      database.exec("CREATE TABLE songs (title TEXT)")
      assert.strictEqual(yield* reasonOf(others), "no_shop")
      yield* SqliteStorage.backup({ filename }, backup)
      using newer = new DatabaseSync(backup)
      newer.exec("INSERT INTO stoa_migrations (package, id, name, checksum, applied_at) SELECT package, 99999, 'later', checksum, applied_at FROM stoa_migrations LIMIT 1")
      assert.strictEqual(yield* reasonOf(backup), "database_newer_than_engine")
      assert.deepStrictEqual(yield* titles(filename), ["Mug"])
      assert.isFalse(existsSync(`${filename}.old`))
      assert.isFalse(existsSync(`${filename}.restored`))
    }).pipe(Effect.scoped))
})

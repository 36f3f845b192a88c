/**
 * What migrations promise, on any database.
 */
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"
import assert from "node:assert/strict"
import * as Migration from "../Migration.ts"
import * as Migrations from "../Migrations.ts"
import type { Case } from "./Contract.ts"

const shoes = Migration.set("shoes", [
  { id: 1, name: "shoes", up: (d) => [`CREATE TABLE shoes (id ${d.text} PRIMARY KEY, size ${d.int} NOT NULL)${d.strict}`] },
  { id: 2, name: "shelves", up: (d) => [
    `CREATE TABLE shelves (id ${d.serial}, shoe ${d.text} REFERENCES shoes (id), crowded ${d.bool})${d.strict}`,
    "CREATE INDEX shelves_by_shoe ON shelves (shoe)"
  ] }
])

const laces = Migration.set("laces", [
  { id: 1, name: "laces", up: (d) => [`CREATE TABLE laces (id ${d.text} PRIMARY KEY, data ${d.json})${d.strict}`] }
])

const colours: Migration.Migration = {
  id: 3,
  name: "colours",
  up: (d) => [`ALTER TABLE shoes ADD COLUMN colour ${d.text}`]
}

const wearing = (...migrations: ReadonlyArray<Migration.Migration>) =>
  Migration.set("shoes", [...shoes.migrations, ...migrations])

const short = (statuses: ReadonlyArray<Migrations.MigrationStatus>) =>
  statuses.map(({ id, package: name, state }) => `${name} ${id} ${state}`)

const states = (...sets: ReadonlyArray<Migration.MigrationSet>) => Effect.map(Migrations.status(sets), short)

export const cases: ReadonlyArray<Case> = [
  {
    name: "a new database takes all migrations, in order, once",
    test: Effect.gen(function*() {
      const sql = yield* SqlClient
      assert.deepEqual(yield* states(shoes, laces), ["shoes 1 pending", "shoes 2 pending", "laces 1 pending"])
      const ran = yield* Migrations.run([shoes, laces])
      assert.deepEqual(short(ran), ["shoes 1 applied", "shoes 2 applied", "laces 1 applied"])
      assert.match(String(ran[0]?.appliedAt), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
      assert.deepEqual(yield* Migrations.run([shoes, laces]), [])
      assert.deepEqual(yield* states(shoes, laces), ["shoes 1 applied", "shoes 2 applied", "laces 1 applied"])
      yield* sql`INSERT INTO shoes (id, size) VALUES ('a', 44)`
      yield* sql`INSERT INTO shelves (shoe, crowded) VALUES ('a', 1)`
      assert.equal((yield* sql`SELECT * FROM laces`).length, 0)
    })
  },
  {
    name: "a database takes what is new, also where another branch has taken a later one already",
    test: Effect.gen(function*() {
      yield* Migrations.run([shoes])
      const later: Migration.Migration = { ...colours, id: 5, name: "soles", up: () => ["CREATE TABLE soles (id INTEGER)"] }
      assert.deepEqual(short(yield* Migrations.run([wearing(later)])), ["shoes 5 applied"])
      assert.deepEqual(short(yield* Migrations.run([wearing(colours, later)])), ["shoes 3 applied"])
    })
  },
  {
    name: "a migration that was changed later is refused and nothing runs",
    test: Effect.gen(function*() {
      yield* Migrations.run([shoes])
      const changed = Migration.set("shoes", [
        { id: 1, name: "shoes", up: (d) => [`CREATE TABLE shoes (id ${d.text} PRIMARY KEY)${d.strict}`] },
        ...wearing(colours).migrations.slice(1)
      ])
      const error = yield* Effect.flip(Migrations.run([laces, changed]))
      assert.equal(error._tag, "MigrationChecksumMismatch")
      assert.equal("code" in error && error.code, "migration_checksum_mismatch")
      assert.deepEqual(yield* states(laces, changed), [
        "laces 1 pending",
        "shoes 1 changed",
        "shoes 2 applied",
        "shoes 3 pending"
      ])
    })
  },
  {
    name: "a migration may be laid out anew",
    test: Effect.gen(function*() {
      yield* Migrations.run([shoes])
      const spaced = Migration.set("shoes", shoes.migrations.map((migration) => ({
        ...migration,
        up: (d) => migration.up(d).map((statement) => `\n  ${statement.replaceAll(" ", "\n\t ")} `)
      })))
      assert.deepEqual(yield* Migrations.run([spaced]), [])
    })
  },
  {
    name: "a database that a newer version has migrated is refused and nothing runs",
    test: Effect.gen(function*() {
      yield* Migrations.run([wearing(colours)])
      const error = yield* Effect.flip(Migrations.run([laces, shoes]))
      assert.equal(error._tag, "DatabaseNewerThanEngine")
      assert.equal("code" in error && error.code, "database_newer_than_engine")
      assert.match(error.message, /Upgrade shoes/)
      assert.deepEqual(yield* states(laces, shoes), [
        "laces 1 pending",
        "shoes 1 applied",
        "shoes 2 applied",
        "shoes 3 unknown"
      ])
    })
  },
  {
    name: "the migrations of a package that is not there any more are left alone",
    test: Effect.gen(function*() {
      yield* Migrations.run([shoes, laces])
      assert.deepEqual(yield* Migrations.run([shoes]), [])
    })
  },
  {
    name: "a migration that fails leaves nothing behind, and those before it stay",
    test: Effect.gen(function*() {
      const broken: Migration.Migration = {
        ...colours,
        up: (d) => [...colours.up(d), "INSERT INTO shoes (id) VALUES ('no size')"]
      }
      const error = yield* Effect.flip(Migrations.run([wearing(broken)]))
      assert.equal(error._tag, "MigrationFailed")
      assert.equal("code" in error && error.code, "migration_failed")
      assert.match(error.message, /Migration 3 \(colours\) of shoes failed and was rolled back: .*size/s)
      assert.deepEqual(yield* states(wearing(colours)), ["shoes 1 applied", "shoes 2 applied", "shoes 3 pending"])
      assert.deepEqual(short(yield* Migrations.run([wearing(colours)])), ["shoes 3 applied"])
    })
  },
  {
    name: "migrations that many start at once run once",
    test: Effect.gen(function*() {
      const sets = [wearing(colours), laces]
      const all = yield* Effect.forEach(Array.from({ length: 8 }), () => Migrations.run(sets), {
        concurrency: "unbounded"
      })
      assert.deepEqual(short(all.flat()).sort(), [
        "laces 1 applied",
        "shoes 1 applied",
        "shoes 2 applied",
        "shoes 3 applied"
      ])
    })
  }
]

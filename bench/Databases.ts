/**
 * Databases to measure on: made, copied, and thrown away again.
 */
import { PostgresServer } from "@stoa/adapter-postgres/testing"
import { copyFileSync, mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir, totalmem } from "node:os"
import { join } from "node:path"
import { Client, type QueryResult } from "pg"
import type { Backend } from "./Options.ts"
import * as RawPostgres from "./RawPostgres.ts"
import type { RawShop } from "./RawShop.ts"
import * as RawSqlite from "./RawSqlite.ts"
import type { PostgresTarget, SqliteTarget, Target } from "./server/Target.ts"

/** Commits that survive a power cut (`FULL`) or may not (`NORMAL`). */
export type Durability = SqliteTarget["synchronous"]

export interface Databases<T extends Target = Target> extends AsyncDisposable {
  /** What is compared with what, in words. */
  readonly title: (durability: Durability) => string
  /** The durabilities that make a difference. */
  readonly durabilities: ReadonlyArray<Durability>
  /** A new, empty database. */
  readonly create: (name: string, durability: Durability) => Promise<T>
  /** A copy of one that nobody has open. */
  readonly copy: (of: T, name: string, durability: Durability) => Promise<T>
  /** How much room one takes. */
  readonly bytes: (of: T) => Promise<number>
  /** What the engine is compared with, on a database of its own. */
  readonly raw: (target: T) => Promise<RawShop>
}

export const sqlite = (): Databases<SqliteTarget> => {
  const folder = mkdtempSync(join(tmpdir(), "stoa-bench-"))
  const target = (name: string, synchronous: Durability): SqliteTarget => ({
    backend: "sqlite",
    filename: join(folder, `${name}.db`),
    synchronous
  })
  return {
    title: (durability) => `SQLite file, synchronous ${durability}, beside node:sqlite`,
    durabilities: ["FULL", "NORMAL"],
    create: (name, durability) => Promise.resolve(target(name, durability)),
    copy: (of, name, durability) => {
      const copy = target(name, durability)
      copyFileSync(of.filename, copy.filename)
      return Promise.resolve(copy)
    },
    bytes: ({ filename }) => Promise.resolve(statSync(filename).size),
    raw: ({ filename, synchronous }) => Promise.resolve(RawSqlite.open(filename, synchronous)),
    [Symbol.asyncDispose]: () => {
      rmSync(folder, { recursive: true, force: true })
      return Promise.resolve()
    }
  }
}

/** A quarter of the memory, as docs/postgres.md tells a shop to give PostgreSQL; of a large machine 8 GB. */
const buffers = (): string => {
  const limit = process.constrainedMemory()
  const megabytes = (limit > 0 ? Math.min(limit, totalmem()) : totalmem()) / 2 ** 20
  return `${Math.max(128, Math.min(8_192, Math.floor(megabytes / 4)))}MB`
}

/** On a server of its own, which waits for no disk: what is measured is what it and its callers work. */
export const postgres = async (): Promise<Databases<PostgresTarget>> => {
  const server = await PostgresServer.start({ settings: { shared_buffers: buffers(), huge_pages: "off" } })
  const target = (name: string): PostgresTarget => ({
    backend: "postgres",
    url: server.url.replace(/[^/]+$/, `bench_${name.toLowerCase().replaceAll("-", "_")}`)
  })
  const query = async (statement: string): Promise<QueryResult> => {
    const client = new Client({ connectionString: server.url })
    await client.connect()
    try {
      return await client.query(statement)
    } finally {
      await client.end()
    }
  }
  const nameOf = ({ url }: PostgresTarget) => url.slice(url.lastIndexOf("/") + 1)
  const create = async (name: string, template: string) => {
    await query(`CREATE DATABASE ${nameOf(target(name))} TEMPLATE ${template}`)
    return target(name)
  }
  return {
    title: () => "PostgreSQL on this machine, not waiting for the disk, beside pg",
    durabilities: ["NORMAL"],
    create: (name) => create(name, "template0"),
    copy: (of, name) => create(name, nameOf(of)),
    bytes: async (of) => Number((await query(`SELECT pg_database_size('${nameOf(of)}') AS bytes`)).rows[0]?.["bytes"]),
    raw: ({ url }) => RawPostgres.open(url),
    [Symbol.asyncDispose]: () => server.stop()
  }
}

/** Databases of one kind, gone when they are disposed of. */
export const open = async (backend: Backend): Promise<Databases> =>
  backend === "sqlite" ? sqlite() as unknown as Databases : await postgres() as unknown as Databases

/**
 * Runs the whole bench, as small as it goes: its figures say nothing then, but everything that it does must work.
 */
import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"

const smallest = [
  "--products=40",
  "--orders=60",
  "--rounds=1",
  "--millis=1",
  "--seconds=0.05",
  "--warm=0.05",
  "--buyers=12",
  "--stock=5",
  "--requestsBefore=20",
  "--requestsAfter=60",
  "--growTo=100",
  "--samples=3",
  "--boots=1",
  "--rest=0.1",
  "--logins=4",
  "--megapixels=0.06",
  "--hang=0.1",
  "--mails=20",
  "--trackers=12"
]

interface Results {
  readonly tables: ReadonlyArray<{
    readonly title: string
    readonly rows: ReadonlyArray<{ readonly name: string; readonly figures: Readonly<Record<string, number>> }>
  }>
}

const bench = (...args: ReadonlyArray<string>) =>
  promisify(execFile)(process.execPath, ["main.ts", ...args], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    timeout: 280_000
  })

/** The figures of some suites, which are in the JSON as in the tables. */
const figuresOf = async (suites: ReadonlyArray<string>) => {
  const folder = mkdtempSync(join(tmpdir(), "stoa-bench-test-"))
  try {
    const out = join(folder, "results.json")
    const { stdout } = await bench("--source", ...suites, `--out=${out}`, ...smallest)
    const { tables } = JSON.parse(readFileSync(out, "utf8")) as Results
    for (const { rows, title } of tables) {
      expect(stdout).toContain(title)
      for (const { figures, name } of rows) {
        for (const [figure, value] of Object.entries(figures)) {
          if (!["told to come later", "taken twice"].includes(figure)) expect(value, `${name}, ${figure}`).toBeGreaterThan(0)
        }
      }
    }
    return (row: string, title = "") =>
      tables.filter((table) => table.title.endsWith(title)).flatMap((table) => table.rows).find(({ name }) => name.startsWith(row))?.figures
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What is asked in process is asked of a server as well. */
const askedOverHttp = (figures: Awaited<ReturnType<typeof figuresOf>>) => {
  for (const question of ["deep page", "all, whatever their status", "a word of 20 products, with facets", "the same, deep page", "statistics of all", "dashboard"]) {
    expect(figures(question, "over HTTP")?.["p50 us 100"], question).toBeGreaterThan(0)
  }
}

// processes are started, and a database server: on a busy machine that takes its time
describe("the bench", { timeout: 300_000 }, () => {
  it("measures a shop on SQLite, over HTTP too", async () => {
    const figures = await figuresOf(["pricing", "pictures", "sqlite", "http", "process", "sign-ins", "gateways", "mails", "trackers", "--on=sqlite"])
    expect(figures("12 buyers, 5 pieces, carts filled before")?.["orders"]).toBe(5)
    expect(figures("12 buyers, 5 pieces, from an empty cart")?.["orders"]).toBe(5)
    expect(figures("10 lines, 20 promotions that apply")?.["p50 us"]).toBeGreaterThan(0)
    expect(figures("access token, revocation check included")?.["a second"]).toBeGreaterThan(0)
    expect(figures("4 sign-ins with a password")?.["all ms"]).toBeGreaterThan(0)
    expect(figures("webhooks worked off")?.["a second"]).toBeGreaterThan(0)
    expect(figures("after both")?.["mails"]).toBe(20)
    expect(figures("from asking for a change")?.["p95 ms"]).toBeGreaterThan(0)
    expect(figures("whole flow")?.["a second"]).toBeGreaterThan(0)
  })

  it("measures growing shops on SQLite, over HTTP too", async () => {
    const figures = await figuresOf(["growth", "search", "figures", "--on=sqlite"])
    expect(figures("search, 20 products have the word")?.["p50 us 100"]).toBeGreaterThan(0)
    expect(figures("a word of 20 products, misspelt")?.["p50 us 100"]).toBeGreaterThan(0)
    askedOverHttp(figures)
    expect(figures("reviews written")?.["a second"]).toBeGreaterThan(0)
  })

  it("measures a shop on PostgreSQL", async () => {
    const figures = await figuresOf(["postgres", "growth", "search", "figures", "--on=postgres"])
    expect(figures("reservation of a hot variant, 16 buyers")?.["ratio"]).toBeGreaterThan(0)
    expect(figures("search, 20 products have the word")?.["p50 us 100"]).toBeGreaterThan(0)
    expect(figures("a word of 20 products, misspelt")?.["p50 us 100"]).toBeGreaterThan(0)
    askedOverHttp(figures)
    expect(figures("reviews written")?.["a second"]).toBeGreaterThan(0)
  })

  it("says what it does not know", async () => {
    await expect(bench("mysql")).rejects.toThrow(/There is no suite mysql/)
    await expect(bench("--rounds=none")).rejects.toThrow(/--rounds is not a number above zero/)
  })
})

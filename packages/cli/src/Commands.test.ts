import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, it } from "vitest"

const main = fileURLToPath(new URL("main.ts", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "stoa-cli-"))
const database = join(folder, "shop.db")

afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the command as a person does. */
const stoa = (...args: ReadonlyArray<string>): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { cwd: folder, timeout: 60_000 }, (error, out, err) =>
      resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : null, out, err }))
  })

describe("stoa", { timeout: 120_000 }, () => {
  it("seeds once, exports what it has, and imports it again without a change", async () => {
    const seeded = await stoa("seed", "-d", database)
    expect([seeded.code, seeded.out]).toEqual([0, "Created 78 products.\n"])
    const file = join(folder, "products.csv")
    expect((await stoa("export", file, "-d", database)).code).toBe(0)
    const imported = await stoa("import", file, "-d", database)
    expect(imported.code).toBe(0)
    expect(imported.out).toMatch(/0 products created, 0 updated, 78 unchanged/)
  })

  it("lets good lines land, names the bad ones and ends with 1", async () => {
    const file = join(folder, "mixed.csv")
    writeFileSync(file, "Handle,Title,Variant SKU,Variant Price\ngood-cup,Good Cup,CUP-1,12.00\nbad-cup,Bad Cup,CUP-2,twelve\n")
    const { code, err, out } = await stoa("import", file, "-d", database)
    expect(code).toBe(1)
    expect(out).toMatch(/1 products? created/)
    expect(err).toMatch(/line 3.*bad-cup/)
  })

  it("finds nothing wrong with a sound shop, and says in a sentence what is no shop at all", async () => {
    const sound = await stoa("doctor", "-d", database)
    expect([sound.code, sound.out]).toEqual([0, expect.stringContaining("the books sum to zero")])
    const text = join(folder, "notes.txt")
    writeFileSync(text, "This is not a database, however long the text may be. ".repeat(50))
    for (const args of [["doctor", "-d", text], ["import", "nowhere.csv", "-d", database], ["doctor", "-d", join(folder, "none.db")]]) {
      const ended = await stoa(...args)
      expect(ended.code, args.join(" ")).toBe(1)
      expect(`${ended.out}${ended.err}`).not.toMatch(/\n\s+at /)
    }
  })

  it("serves until it is told to stop, and keeps its data", async () => {
    const server = spawn(process.execPath, [main, "start", "-d", database, "--port", "0"], { cwd: folder })
    try {
      let text = ""
      for await (const chunk of server.stdout) {
        text += String(chunk)
        if (text.includes("Ctrl-C")) break
      }
      const api = /http:\/\/\S+\/api\/v1/.exec(text)?.[0] ?? ""
      const answer = await fetch(`${api}/products/good-cup`)
      expect([answer.status, ((await answer.json()) as { readonly title: string }).title]).toEqual([200, "Good Cup"])
      const ended = once(server, "exit")
      server.kill("SIGINT")
      const [code, signal] = (await ended) as [number | null, string | null]
      // the status is that of a normal end, or of one by the signal that was asked for
      expect(code === 0 || code === 130 || signal === "SIGINT").toBe(true)
    } finally {
      server.kill("SIGKILL")
    }
  })
})

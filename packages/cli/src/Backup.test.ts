import { afterAll, describe, expect, it } from "vitest"
import * as StoaCommand from "./testing/StoaCommand.ts"

const folder = StoaCommand.temporaryFolder()
afterAll(() => folder[Symbol.dispose]())

const stoa = (...args: ReadonlyArray<string>) => StoaCommand.run(folder.path, args)

describe("stoa backup and restore", () => {
  it("copy a shop that is open, and put the copy back once it is closed", async () => {
    {
      await using _server = await StoaCommand.listen(folder.path, ["serve", "-d", "shop.db"])
      const written = await stoa("backup", "monday.db", "-d", "shop.db")
      expect(written).toEqual({ code: 0, out: expect.stringMatching(/^Wrote monday\.db \(\d+\.\d MB\)[^\n]*sound/), err: "" })
      const inUse = await stoa("restore", "monday.db", "-d", "shop.db", "--replace")
      expect(inUse).toEqual({ code: 1, out: "", err: "\"shop.db\" is in use. Stop what uses it first\n" })
    }
    const [there, server] = await Promise.all([
      stoa("restore", "monday.db", "-d", "shop.db"),
      StoaCommand.run(folder.path, ["backup"], { env: { STOA_DATABASE_URL: "postgres://stoa:hunter2@127.0.0.1/stoa" } })
    ])
    expect(there).toEqual({ code: 1, out: "", err: expect.stringContaining("--replace") })
    expect(server).toEqual({ code: 1, out: "", err: "127.0.0.1/stoa (PostgreSQL) is no file: pg_dump does this\n" })
    const restored = await stoa("restore", "monday.db", "-d", "shop.db", "--replace")
    expect(restored).toEqual({
      code: 0,
      out: "shop.db is what monday.db holds, and what it was before is shop.db.old.\n",
      err: ""
    })
    expect((await stoa("doctor", "-d", "shop.db")).code).toBe(0)
  })
})

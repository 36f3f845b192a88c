import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa } from "@stoa/core"
import { generateKeyPairSync } from "node:crypto"
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import * as StoaCommand from "./testing/StoaCommand.ts"

const folder = StoaCommand.temporaryFolder()
afterAll(() => folder[Symbol.dispose]())

const stoa = (...args: ReadonlyArray<string>) => StoaCommand.run(folder.path, args)
const file = (name: string, text: string): string => {
  writeFileSync(join(folder.path, name), text)
  return name
}

/** A database with the demo shop, which another one can be copied from. */
const seeded = "seeded.db"
const copyOfSeeded = (name: string): string => {
  copyFileSync(join(folder.path, seeded), join(folder.path, name))
  return name
}

beforeAll(async () => {
  expect(await stoa("seed", "-d", seeded)).toEqual({ code: 0, out: "Created 78 products.\n", err: "" })
})

/** Changes a database behind the engine's back. */
const tamper = (database: string, statements: string): void => {
  const db = new DatabaseSync(join(folder.path, database))
  db.exec(statements)
  db.close()
}

const header = "Handle,Title,Variant SKU,Variant Price,Status\n"
const cup = "cup,Cup,CUP,12.00,active\n"

/** A message for a person: one line, and no trace of where in the program it came from. */
const expectSentence = (text: string): void => {
  expect(text).toMatch(/^\S.*\n$/)
}

describe("stoa", () => {
  it("names the Node that it needs to somebody whose Node is older", async () => {
    const older = "data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '22.18.0' })"
    expect(await StoaCommand.run(folder.path, ["--help"], { env: { NODE_OPTIONS: `--import=${encodeURI(older)}` } })).toEqual({
      code: 1,
      out: "",
      err: "stoa needs Node 22.19 or newer, and this is Node 22.18.0.\n"
    })
  })

  it("says its version and what there is, and suggests what may have been meant", async () => {
    const [version, help, nothing, typo, flag] = await Promise.all([
      stoa("--version"),
      stoa("import", "--help"),
      stoa(),
      stoa("sed"),
      stoa("serve", "--prot", "1")
    ])
    expect([version.code, version.out]).toEqual([0, expect.stringMatching(/^stoa v\d+\.\d+\.\d+\n$/)])
    expect([help.code, help.out]).toEqual([0, expect.stringContaining("stoa import [flags] <file>")])
    expect([nothing.code, nothing.out]).toEqual([0, expect.stringContaining("SUBCOMMANDS")])
    expect(typo).toEqual({ code: 2, out: "", err: expect.stringMatching(/Unknown subcommand "sed"[\s\S]*seed/) })
    expect(flag).toEqual({ code: 2, out: "", err: expect.stringMatching(/--prot[\s\S]*--port[\s\S]*stoa serve --help/) })
  })

  it("says in a sentence what is wrong with a setting, wherever it comes from", async () => {
    const all = await Promise.all([
      stoa("serve", "--port", "70000"),
      StoaCommand.run(folder.path, ["start"], { env: { PORT: "abc" } }),
      stoa("seed", "--currency", "XXY"),
      stoa("seed", "--store", "My Shop")
    ])
    expect(all.map(({ code }) => code)).toEqual([2, 2, 2, 2])
    for (const { err } of all) expectSentence(err)
    expect(all.map(({ err }) => err.split(" is ")[0])).toEqual(["--port", "PORT", "--currency", "--store"])
    expect(existsSync(join(folder.path, ".stoa"))).toBe(false)
  })

  it("refuses a secret that protects nothing, and does not repeat it", async () => {
    const { code, err } = await StoaCommand.run(folder.path, ["migrate"], { env: { STOA_SECRET: "hunter2" } })
    expect(code).toBe(1)
    expectSentence(err)
    expect(err).toContain("STOA_SECRET")
    expect(err).not.toContain("hunter2")
  })

  it("seeds an empty store once, and never puts back what was changed since", async () => {
    const database = copyOfSeeded("changed.db")
    tamper(database, "UPDATE products SET title = 'Mine' WHERE slug = 'paring-knife'")
    expect(await stoa("seed", "-d", database)).toEqual({
      code: 0,
      out: "The store has products already; nothing was changed.\n",
      err: ""
    })
    expect((await stoa("export", "-d", database)).out).toContain("\nparing-knife,Mine,")
  })

  it("exports what imports again without a change, as CSV and as JSON", async () => {
    expect((await stoa("export", "out.csv", "-d", seeded)).code).toBe(0)
    const again = await stoa("import", "out.csv", "-d", seeded)
    expect([again.code, again.out]).toEqual([0, "185 lines: 0 products created, 0 updated, 78 unchanged\n"])
    const { out } = await stoa("export", "--format", "json", "-d", seeded)
    const piped = await StoaCommand.run(folder.path, ["import", "-", "--format", "json", "-d", "piped.db"], { input: out })
    expect([piped.code, piped.out]).toEqual([0, "78 lines: 78 products created, 0 updated, 0 unchanged\n"])
  })

  it("makes accounts for those who run the shop, with a password that is no argument", async () => {
    const create = (email: string, options: StoaCommand.RunOptions, ...more: ReadonlyArray<string>) =>
      StoaCommand.run(folder.path, ["users", "create", "-d", "staff.db", "--email", email, ...more], options)
    const piped = await create("Ada@example.com", { input: "tulip lamp seven\n" }, "--role", "owner", "--name", "Ada")
    expect(piped).toEqual({ code: 0, out: "ada@example.com has an account now (customer, owner).\n", err: "" })
    const [environment, weak, none, taken, grant] = await Promise.all([
      create("bob@example.com", { env: { STOA_NEW_PASSWORD: "river stone eight" } }, "--role", "fulfilment", "--role", "support"),
      create("eve@example.com", { input: "password1" }, "--role", "admin"),
      create("eve@example.com", {}, "--role", "admin"),
      create("ada@example.com", { input: "tulip lamp seven" }, "--role", "admin"),
      stoa("users", "grant", "-d", "staff.db", "--email", "ada@example.com", "--role", "support")
    ])
    expect(environment).toEqual({ code: 0, out: "bob@example.com has an account now (customer, fulfilment, support).\n", err: "" })
    expect(grant).toEqual({ code: 0, out: "ada@example.com may act as customer, owner, support now.\n", err: "" })
    for (const refused of [weak, none, taken]) {
      expect([refused.code, refused.out]).toEqual([1, ""])
      expectSentence(refused.err)
    }
    expect(none.err).toContain("STOA_NEW_PASSWORD")
    expect(taken.err).toContain("stoa users grant")
    const shop = await createStoa({ storage: sqlite({ filename: join(folder.path, "staff.db") }), workers: false })
    try {
      const { user } = await shop.auth.login({ email: "ada@example.com", password: "tulip lamp seven" })
      expect([user.name, user.roles]).toEqual(["Ada", ["customer", "owner", "support"]])
      await shop.auth.login({ email: "bob@example.com", password: "river stone eight" })
    } finally {
      await shop.close()
    }
  })

  it("ends an export quietly when its reader has had enough", async () => {
    const lines = Array.from({ length: 400 }, (_, n) => `thing-${n},${"Thing ".repeat(40)}${n},T-${n},1.00,active\n`)
    await stoa("import", file("many.csv", header + lines.join("")), "-d", "many.db")
    expect(await StoaCommand.runInto(folder.path, ["export", "-d", "many.db"])).toEqual({ code: 0, err: "" })
  })

  it("lets good lines land, names the bad ones, and ends with 1", async () => {
    const mixed = file("mixed.csv", `${header}${cup}jug,Jug,JUG,twelve,active\n`)
    const tried = await stoa("import", mixed, "--dry-run", "-d", "mixed.db")
    expect([tried.code, tried.out]).toEqual([1, expect.stringContaining("1 product created")])
    expect(existsSync(join(folder.path, "mixed.db"))).toBe(false)
    const { code, err, out } = await stoa("import", mixed, "-d", "mixed.db")
    expect([code, out]).toEqual([1, "2 lines: 1 product created, 0 updated, 0 unchanged\n"])
    expect(err).toMatch(/^line 3 \(jug\): .*\n1 line could not be imported\n$/)
  })

  it("says in a sentence which file it cannot use", async () => {
    mkdirSync(join(folder.path, "folder"))
    const all = await Promise.all([
      stoa("import", "nowhere.csv"),
      stoa("import", "folder"),
      stoa("import", file("header.csv", "a,b\n1,2\n"), "--dry-run"),
      stoa("export", "-d", "nowhere.db"),
      stoa("seed", "-d", join(file("text", "text"), "shop.db"))
    ])
    for (const { code, err, out } of all) {
      expect([code, out]).toEqual([1, ""])
      expectSentence(err)
    }
  })

  it("opens a store in the currency that it has, and tells a store apart from one that is not there", async () => {
    expect((await stoa("migrate", "-d", "yen.db", "--currency", "JPY")).code).toBe(0)
    expect((await stoa("export", "-d", "yen.db")).code).toBe(0)
    const other = await stoa("seed", "-d", "yen.db", "--currency", "EUR")
    expect([other.code, other.err]).toEqual([1, expect.stringContaining("JPY")])
    const missing = await stoa("export", "-d", "yen.db", "--store", "outlet")
    expect(missing.code).toBe(1)
    expectSentence(missing.err)
  })
})

describe("stoa migrate", () => {
  it("brings a database up to date, and says what ran", async () => {
    expect((await stoa("migrate", "--status", "-d", "fresh.db")).code).toBe(1)
    const first = await stoa("migrate", "-d", "fresh.db")
    expect([first.code, first.out]).toEqual([0, expect.stringMatching(/\nRan \d+ migrations\.\n$/)])
    expect((await stoa("migrate", "-d", "fresh.db")).out).toBe("The database is up to date.\n")
    const status = await stoa("migrate", "--status", "-d", "fresh.db")
    expect(status.out.trimEnd().split("\n").every((line) => / ran at \d{4}-/.test(line))).toBe(true)
  })
})

describe("the sign-ins of the environment", () => {
  const google = { STOA_GOOGLE_CLIENT_ID: "shop", STOA_GOOGLE_CLIENT_SECRET: "the secret of the shop" }
  const apple = {
    STOA_APPLE_CLIENT_ID: "com.example.shop",
    STOA_APPLE_TEAM_ID: "TEAM123456",
    STOA_APPLE_KEY_ID: "KEY1234567",
    STOA_APPLE_KEY_FILE: join(folder.path, "apple.p8"),
    STOA_PUBLIC_URL: "https://shop.example",
    STOA_SIGN_IN_PAGES: "https://shop.example/welcome, https://shop.example/account"
  }
  const doctor = async (env: Record<string, string>) => {
    const { code, out } = await StoaCommand.run(folder.path, ["doctor", "-d", seeded], { env })
    return { code, out, found: out.split("\n").find((line) => line.includes(" sign-ins ")) ?? "" }
  }

  it("are named by the doctor, and a mistake in them is a sentence without the secrets", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" })
    writeFileSync(apple.STOA_APPLE_KEY_FILE, privateKey.export({ type: "pkcs8", format: "pem" }))
    const other = join(folder.path, "other.p8")
    writeFileSync(other, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    const [both, half, nowhere, broken] = await Promise.all([
      doctor({ ...google, ...apple }),
      doctor({ ...apple, STOA_APPLE_TEAM_ID: "" }),
      doctor(google),
      doctor({ ...apple, STOA_APPLE_KEY_FILE: other })
    ])
    expect(both).toMatchObject({ code: 0, found: expect.stringMatching(/^ok +sign-ins +our own, google, apple$/) })
    expect(half).toMatchObject({ code: 1, found: expect.stringContaining("STOA_APPLE_TEAM_ID is not set") })
    expect(nowhere).toMatchObject({ code: 1, found: expect.stringContaining("STOA_PUBLIC_URL is not set") })
    expect(broken).toMatchObject({ code: 1, found: expect.stringContaining("no private key for ES256") })
    for (const { out } of [both, half, nowhere, broken]) expect(out).not.toMatch(/AAAA|the secret of the shop/)
  })
})

describe("the gateways of the environment", () => {
  const doctor = async (env: Record<string, string>) => {
    const { code, out } = await StoaCommand.run(folder.path, ["doctor", "-d", seeded], { env })
    return { code, found: out.split("\n").find((line) => line.includes(" gateways ") || /gateways {2,}/.test(line)) ?? "" }
  }

  it("are named by the doctor, and no key is", async () => {
    const keys = {
      STOA_STRIPE_SECRET_KEY: "sk_test_abcdefghijklmnopqrstuvwx",
      STOA_STRIPE_WEBHOOK_SECRET: "whsec_abcdefghijklmnopqrstuvwx",
      STOA_PAYSTACK_SECRET_KEY: "sk_test_bcdefghijklmnopqrstuvwxy",
      STOA_FLUTTERWAVE_SECRET_KEY: "FLWSECK_TEST-cdefghijklmnopqrst-X",
      STOA_FLUTTERWAVE_SECRET_HASH: "a-hash-that-is-long-enough",
      STOA_RETURN_URL: "https://shop.example.com/thanks",
      STOA_BANK_TRANSFER: "Transfer {amount} with {reference}",
      STOA_CASH_ON_DELIVERY: "on"
    }
    const { code, err, out } = await StoaCommand.run(folder.path, ["doctor", "-d", seeded], { env: keys })
    expect([code, err]).toEqual([0, ""])
    expect(out).toMatch(/ok +gateways +stripe, paystack, flutterwave, bank-transfer, cash-on-delivery\n/)
    for (const key of Object.values(keys).filter((value) => /abc|bcd|cde|hash/.test(value))) expect(out).not.toContain(key)
  })

  it("are the sandbox where there are none, and a half of their settings is a sentence", async () => {
    const [none, half, off, odd] = await Promise.all([
      doctor({}),
      doctor({ STOA_STRIPE_SECRET_KEY: "sk_test_abcdefghijklmnopqrstuvwx" }),
      doctor({ STOA_SANDBOX: "off" }),
      doctor({ STOA_CASH_ON_DELIVERY: "yes" })
    ])
    expect(none).toEqual({ code: 0, found: expect.stringMatching(/^warning +gateways +sandbox: /) })
    expect(half).toEqual({ code: 1, found: expect.stringMatching(/^fault +gateways +STOA_STRIPE_WEBHOOK_SECRET is not set/) })
    expect(half.found).not.toContain("sk_test")
    expect(off).toEqual({ code: 1, found: expect.stringMatching(/^fault +gateways +STOA_SANDBOX is off/) })
    expect(odd).toEqual({ code: 1, found: expect.stringContaining("neither on nor off") })
  })
})

describe("stoa doctor", () => {
  it("finds a sound shop sound", async () => {
    const { code, err, out } = await stoa("doctor", "-d", seeded)
    expect([code, err]).toEqual([0, ""])
    expect(out.match(/^fault/gm)).toBeNull()
    for (const check of ["node", "secret", "database", "migrations", "keys", "stock", "money", "jobs"]) {
      expect(out).toMatch(new RegExp(`^(ok|warning) +${check} `, "m"))
    }
  })

  it("finds a level that its ledger does not explain", async () => {
    const database = copyOfSeeded("drift.db")
    tamper(
      database,
      "DROP TRIGGER stock_levels_moved; UPDATE stock_levels SET on_hand = on_hand + 3 WHERE rowid = 1"
    )
    const { code, err, out } = await stoa("doctor", "-d", database)
    expect([code, err]).toEqual([1, "1 fault found\n"])
    expect(out).toMatch(/^fault +stock +1 level .*var_/m)
  })

  it("names what is no database, what belongs to a newer version, and what is not there", async () => {
    tamper(
      copyOfSeeded("newer.db"),
      "INSERT INTO stoa_migrations SELECT package, 999, 'from the future', checksum, applied_at FROM stoa_migrations LIMIT 1"
    )
    const all = await Promise.all([
      stoa("doctor", "-d", "missing.db"),
      stoa("doctor", "-d", file("notes.db", "This is not a database, however long the text may be. ".repeat(50))),
      stoa("doctor", "-d", "newer.db")
    ])
    expect(all.map(({ code, err }) => [code, err])).toEqual(all.map(() => [1, "1 fault found\n"]))
    expect(all[0]?.out).toMatch(/^fault +database +there is no file missing\.db/m)
    expect(all[1]?.out).toMatch(/^fault +database .*is not an SQLite database/m)
    expect(all[2]?.out).toMatch(/^fault +migrations +from a newer version: .* 999$/m)
    const used = await stoa("seed", "-d", "newer.db")
    expect(used.code).toBe(1)
    expectSentence(used.err)
    expect(existsSync(join(folder.path, "missing.db"))).toBe(false)
  })

  it("notices that the secret is not the one that keys were encrypted with, as a server does", async () => {
    const shop = await createStoa({
      storage: sqlite({ filename: join(folder.path, "secret.db") }),
      secret: "first-secret-of-thirty-two-characters",
      workers: false
    })
    await shop.auth.publicKeys()
    await shop.close()
    const env = { STOA_SECRET: "other-secret-of-thirty-two-characters" }
    const found = await StoaCommand.run(folder.path, ["doctor", "-d", "secret.db"], { env })
    expect([found.code, found.out]).toEqual([1, expect.stringMatching(/^fault +keys /m)])
    const served = await StoaCommand.run(folder.path, ["serve", "-d", "secret.db", "-p", "0"], { env })
    expect([served.code, served.out]).toEqual([1, ""])
    expectSentence(served.err)
  })
})

describe("stoa figures rebuild", () => {
  it("works the sums out anew, also of a shop that has sold nothing", async () => {
    expect(await StoaCommand.run(folder.path, ["figures", "rebuild", "-d", copyOfSeeded("figures.db")])).toEqual({
      code: 0,
      out: expect.stringMatching(/^The figures of the shop were worked out anew, from \d+ pieces of time/),
      err: ""
    })
  })
})

describe("stoa search rebuild", () => {
  it("has the shop write its index anew", async () => {
    expect(await StoaCommand.run(folder.path, ["search", "rebuild", "-d", copyOfSeeded("search.db")])).toEqual({
      code: 0,
      out: expect.stringMatching(/^The index of the search is written anew in the background, by the servers of the shop/),
      err: ""
    })
  })
})

describe("stoa audit verify", () => {
  it("says that the log is whole, and where an entry was changed past the engine", async () => {
    const database = copyOfSeeded("audit.db")
    const secret = { env: { STOA_SECRET: "a secret of more than 32 characters" } }
    const verify = () => StoaCommand.run(folder.path, ["audit", "verify", "-d", database], secret)
    expect(await verify()).toMatchObject({ code: 0, out: expect.stringMatching(/^The audit log is whole\. \d+ entries are sealed/) })
    const shop = await createStoa({
      storage: sqlite({ filename: join(folder.path, database) }),
      secret: secret.env.STOA_SECRET,
      workers: false
    })
    await shop.stores.update({ name: "The demo shop" })
    await shop.audit.seal()
    await shop.close()
    expect(await verify()).toMatchObject({ code: 0, out: expect.stringMatching(/The chain ends at [1-9]\d* with [\w-]{8}\.[0-9a-f]{64}\.$/m) })
    tamper(database, "UPDATE audit_log SET actor = 'nobody' WHERE id = (SELECT entry_id FROM audit_seals WHERE position = 1)")
    const found = await verify()
    expect(found.code).toBe(1)
    expect(found.out).toMatch(/^1: the entry aud_\S+ is not as it was sealed$/m)
    // who replaces the secret names the one before, or the chain is that of another shop
    const former = { STOA_SECRET: "another secret of more than 32 characters", STOA_FORMER_SECRETS: secret.env.STOA_SECRET }
    tamper(database, "UPDATE audit_log SET actor = 'system:stores' WHERE actor = 'nobody'")
    const withFormer = await StoaCommand.run(folder.path, ["audit", "verify", "-d", database], { env: former })
    expect(withFormer.out).not.toMatch(/secret/)
    const { STOA_FORMER_SECRETS: _, ...without } = former
    const withoutFormer = await StoaCommand.run(folder.path, ["audit", "verify", "-d", database], { env: without })
    expect([withoutFormer.code, withoutFormer.out]).toEqual([1, expect.stringMatching(/was not sealed with this shop's secret$/m)])
  })
})

describe("stoa keys rotate", () => {
  /** The keys of a database with their states, oldest first. */
  const keysOf = (database: string): ReadonlyArray<unknown> => {
    const db = new DatabaseSync(join(folder.path, database))
    try {
      return db.prepare("SELECT status FROM signing_keys ORDER BY created_at, kid").all().map(({ status }) => status)
    } finally {
      db.close()
    }
  }
  const secret = { env: { STOA_SECRET: "a secret of more than 32 characters" } }
  const rotate = (database: string, ...flags: ReadonlyArray<string>) =>
    StoaCommand.run(folder.path, ["keys", "rotate", "-d", database, ...flags], secret)

  it("signs with a new key, leaves the old one good for its tokens, or worthless where it was stolen", async () => {
    const database = copyOfSeeded("keys.db")
    const first = await rotate(database)
    expect(first).toEqual({
      code: 0,
      out: expect.stringMatching(/^Access tokens are signed with a new key\. Published: \S+/),
      err: ""
    })
    expect((await rotate(database)).code).toBe(0)
    const kept = keysOf(database)
    expect(kept.filter((status) => status === "active")).toHaveLength(1)
    expect(kept).toContain("retired")
    expect((await rotate(database, "--distrust")).code).toBe(0)
    expect(keysOf(database)).toEqual(["active"])
  })

  it("makes no key that servers could not read, and no database", async () => {
    const database = copyOfSeeded("other-keys.db")
    expect((await rotate(database)).code).toBe(0)
    const before = keysOf(database)
    const other = await StoaCommand.run(folder.path, ["keys", "rotate", "-d", database], {
      env: { STOA_SECRET: "another secret of more than 32 characters" }
    })
    expect(other.code).toBe(1)
    expectSentence(other.err)
    expect(keysOf(database)).toEqual(before)
    const nowhere = await rotate("nowhere.db")
    expect(nowhere.code).toBe(1)
    expect(existsSync(join(folder.path, "nowhere.db"))).toBe(false)
  })
})

describe("stoa reconcile", () => {
  it("compares the bank's payments with the shop's, repairs what is safe and says what it cannot", async () => {
    const database = copyOfSeeded("paid.db")
    const at = "2026-11-02T00:00:00.000Z"
    tamper(
      database,
      `INSERT INTO sandbox_charges (store_id, reference, payment_id, idempotency_key, method, status, currency, amount,
        taken_currency, taken, manual, return_url, created_at)
        SELECT id, 'sbx_foreign', 'pay_elsewhere', 'k', 'sandbox_success', 'captured', 'USD', 999, 'USD', 999, 0, NULL, '${at}'
        FROM stores`
    )
    const november = ["--since", "2026-11-01", "--until", "2026-12-01"]
    const found = await stoa("reconcile", "-d", database, ...november)
    expect(found).toEqual({
      code: 1,
      out: "sandbox: 1 payment compared, 0 repaired, 1 to look at\n",
      err: "Look at sandbox.\n"
    })
    const quiet = await stoa("reconcile", "-d", database, "--since", "2026-01-01", "--until", "2026-02-01")
    expect(quiet).toEqual({ code: 0, out: "sandbox: 0 payments compared, 0 repaired, 0 to look at\n", err: "" })
    const [odd, missing] = await Promise.all([
      stoa("reconcile", "-d", database, "--since", "yesterday"),
      stoa("reconcile", "-d", database, "--gateway", "nobody")
    ])
    expect([odd.code, missing.code]).toEqual([1, 1])
    expectSentence(odd.err)
    expectSentence(missing.err)
  })
})

describe("stoa payouts", () => {
  it("lists what came to the bank, and says what a person must look at", async () => {
    const database = copyOfSeeded("payouts.db")
    expect(await stoa("payouts", "-d", database)).toEqual({ code: 0, out: "There are no payouts.\n", err: "" })
    const differences = JSON.stringify([
      { kind: "amount", reference: "txn_1", paymentId: "pay_1", here: { amount: 2500, currency: "USD" }, there: { amount: 2400, currency: "USD" } }
    ])
    tamper(
      database,
      `INSERT INTO payouts SELECT 'pyo_1', id, 'stripe', 'po_1', 'paid', 'USD', 2325, '[2400,0,0,-75,0]', 1, 1, 1,
        '${differences}', 1, NULL, '2026-11-02T00:00:00.000Z', '2026-11-03T00:00:00.000Z', 2 FROM stores`
    )
    expect(await stoa("payouts", "-d", database, "--differing")).toEqual({
      code: 1,
      out: "2026-11-02  stripe  po_1  paid  23.25 USD  1 entry, fees -0.75 USD  1 to look at\n"
        + "  amount  pay_1  there 24.00 USD, here 25.00 USD\n",
      err: "Look at 1 payout.\n"
    })
    expect((await stoa("payouts", "-d", database, "--gateway", "paystack")).out).toBe("There are no payouts.\n")
  })
})

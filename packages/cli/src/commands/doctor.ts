import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { existsSync } from "node:fs"
import * as CommandFailed from "../CommandFailed.ts"
import * as Count from "../Count.ts"
import * as Database from "../Database.ts"
import * as Engine from "../Engine.ts"
import * as Gateways from "../Gateways.ts"
import * as LinkedPages from "../LinkedPages.ts"
import * as OtherSignIns from "../OtherSignIns.ts"
import * as Settings from "../Settings.ts"
import * as SigningKeyCheck from "../SigningKeyCheck.ts"

/** What a check found. A warning does not change the exit code. */
interface Finding {
  readonly check: string
  readonly state: "ok" | "warning" | "fault"
  readonly detail: string
}

const ok = (check: string, detail: string): Finding => ({ check, state: "ok", detail })
const warning = (check: string, detail: string): Finding => ({ check, state: "warning", detail })
const fault = (check: string, detail: string): Finding => ({ check, state: "fault", detail })

const configuration = Effect.gen(function*() {
  const secret = yield* Effect.result(Settings.secret)
  const gateways = yield* Effect.result(Gateways.gateways)
  const mailer = yield* Effect.result(Settings.mailer)
  const signIns = yield* Effect.result(OtherSignIns.settings)
  const linked = yield* Effect.result(LinkedPages.settings)
  return [
    ok("node", process.version),
    Result.isFailure(secret)
      ? fault("secret", secret.failure.message)
      : secret.success === undefined
      ? warning("secret", "STOA_SECRET is not set: signing keys are stored unencrypted")
      : ok("secret", "STOA_SECRET is set"),
    Result.isFailure(gateways)
      ? fault("gateways", gateways.failure.message)
      : gateways.success.sandbox === undefined
      ? ok("gateways", gateways.success.all.map(({ name }) => name).join(", "))
      : warning("gateways", `${gateways.success.all.map(({ name }) => name).join(", ")}: with the sandbox, orders are paid without money`),
    Result.isFailure(mailer)
      ? fault("mail", mailer.failure.message)
      : mailer.success === undefined
      ? warning("mail", "STOA_SMTP_URL is not set: no mail is sent")
      : ok("mail", mailer.success.name),
    Result.isFailure(signIns)
      ? fault("sign-ins", signIns.failure.message)
      : ok("sign-ins", ["our own", ...(signIns.success?.providers ?? []).map(({ name }) => name)].join(", ")),
    Result.isFailure(linked)
      ? fault("links", linked.failure.message)
      : ok("links", linked.success?.links.signIn ?? "none: mails hold a code only (STOA_LINKS_CONTINUE_TO)")
  ]
})

const migrations = (database: Database.Database) =>
  Database.migrationStatus(database).pipe(
    Effect.map((all): Finding => {
      const of = (state: string) => all.filter((one) => one.state === state).map((one) => `${one.package} ${one.id}`)
      const unknown = of("unknown")
      const changed = of("changed")
      const pending = of("pending")
      if (unknown.length > 0) return fault("migrations", `from a newer version: ${unknown.join(", ")}`)
      if (changed.length > 0) return fault("migrations", `not as they were when they ran: ${changed.join(", ")}`)
      if (pending.length > 0) return fault("migrations", `not run yet (stoa migrate): ${pending.join(", ")}`)
      return ok("migrations", `${all.length} ran`)
    }),
    Effect.catch((error) => Effect.succeed(fault("database", CommandFailed.from(error).message)))
  )

const keys = {
  none: ok("keys", "nobody has signed in yet, so there is none"),
  readable: ok("keys", "the key that signs access tokens can be read"),
  unreadable: fault("keys", "the key that signs access tokens cannot be read: STOA_SECRET is not what it was")
}

const books = Effect.fn(function*(settings: Settings.ShopSettings) {
  const shop = yield* Engine.open(settings, { create: false })
  const findings: Array<Finding> = [keys[yield* SigningKeyCheck.check(shop)]]

  const drift = yield* Engine.call(() => shop.inventory.reconcile())
  findings.push(
    drift.length === 0
      ? ok("stock", "every level is what its ledger and its reservations say")
      : fault(
        "stock",
        `${Count.of(drift.length, "level")} not as the ledger says, the first is of variant ${drift[0]?.variantId}`
      )
  )

  const sums = new Map<string, number>()
  for (const { balance } of yield* Engine.call(() => shop.payments.balances())) {
    sums.set(balance.currency, (sums.get(balance.currency) ?? 0) + balance.amount)
  }
  const uneven = [...sums].filter(([, sum]) => sum !== 0)
  findings.push(
    uneven.length === 0
      ? ok("money", "the books sum to zero")
      : fault("money", `the books do not sum to zero: ${uneven.map(([code, sum]) => `${sum} ${code}`).join(", ")}`)
  )

  const { dead, waiting } = yield* Engine.call(() => shop.jobs.counts())
  findings.push(
    dead === 0
      ? ok("jobs", `${waiting} waiting, none given up`)
      : warning("jobs", `${Count.of(dead, "job")} given up (GET /admin/jobs/dead lists them)`)
  )
  return findings
}, Effect.scoped)

/** Checks everything there is to check; exit code 1 if something is wrong. Changes nothing. */
export const doctor = Command.make(
  "doctor",
  Settings.shop,
  Effect.fn(function*(settings) {
    const findings: Array<Finding> = [...yield* configuration]
    const { database } = settings
    if (database._tag === "File" && !existsSync(database.path)) {
      findings.push(fault("database", `there is no file ${database.path} (stoa migrate creates it)`))
    } else {
      const migrated = yield* migrations(database)
      if (migrated.check !== "database") findings.push(ok("database", Database.nameOf(database)))
      findings.push(migrated)
      const usable = findings.every(({ state }) => state !== "fault") && migrated.state === "ok"
      if (usable) {
        findings.push(
          ...yield* books(settings).pipe(Effect.catchTag("CommandFailed", ({ message }) => Effect.succeed([fault("shop", message)])))
        )
      }
    }
    for (const { check, detail, state } of findings) yield* Console.log(`${state.padEnd(8)}${check.padEnd(12)}${detail}`)
    const faults = findings.filter(({ state }) => state === "fault").length
    if (faults > 0) {
      return yield* new CommandFailed.CommandFailed({ message: `${Count.of(faults, "fault")} found` })
    }
  })
).pipe(
  Command.withDescription("Check configuration, database, migrations, stock and books"),
  Command.withExamples([{ command: "stoa doctor --database shop.db", description: "See whether shop.db is sound" }])
)

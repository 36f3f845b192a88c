/**
 * The redirects of the shop.
 */
import type { Buffer } from "node:buffer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { AuditLog } from "../audit/AuditLog.ts"
import { ImportRefused } from "../catalog/CatalogFilesErrors.ts"
import * as CsvRecords from "../catalog/CsvRecords.ts"
import { type FileSource, isFileSource, pieces } from "../catalog/FileBytes.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import { Stores } from "../stores/Stores.ts"
import {
  CreateRedirect,
  ListRedirects,
  maximumImported,
  maximumRedirects,
  type Redirect,
  RedirectId,
  type RedirectImport,
  type RedirectStatus,
  type Resolved,
  UpdateRedirect
} from "./Redirect.ts"
import * as RedirectAddress from "./RedirectAddress.ts"
import { RedirectLoop, RedirectNotFound, RedirectTaken, TooManyRedirects } from "./RedirectErrors.ts"
import type { JobRegistry } from "../jobs/JobRegistry.ts"
import * as RedirectHits from "./RedirectHits.ts"
import * as RedirectPlan from "./RedirectPlan.ts"
import { RedirectRepository } from "./RedirectRepository.ts"

export class Redirects extends Context.Service<Redirects, {
  /** All redirects, by the path that they lead away from. Needs `catalog:read`. */
  readonly list: (input?: typeof ListRedirects.Encoded) => Effect.Effect<Page<Redirect>, InvalidInput | StorageError | Denied>
  /** A redirect by its id. Needs `catalog:read`. */
  readonly get: (id: string) => Effect.Effect<Redirect, InvalidInput | RedirectNotFound | StorageError | Denied>
  /**
   * Where somebody who asks for a path is to go, counted as one who did. For everybody. The query of the path is carried over where the
   * target has none.
   */
  readonly resolve: (path: string) => Effect.Effect<Resolved, InvalidInput | RedirectNotFound | StorageError>
  /**
   * A redirect that would lead to another leads to where that one does; those that led to its path are led on; one that would lead
   * in a circle is refused. Needs `catalog:write`.
   */
  readonly create: (
    input: typeof CreateRedirect.Encoded
  ) => Effect.Effect<Redirect, InvalidInput | RedirectTaken | RedirectLoop | TooManyRedirects | StorageError | Denied>
  /**
   * Changes a redirect. Fields that are left out stay as they are. Fails with `VersionConflict` if `version` is not
   * the current one. Chains and circles are treated as by `create`. Needs `catalog:write`.
   */
  readonly update: (
    id: string,
    input: typeof UpdateRedirect.Encoded
  ) => Effect.Effect<
    Redirect,
    InvalidInput | RedirectNotFound | RedirectTaken | RedirectLoop | VersionConflict | StorageError | Denied
  >
  /** Deletes a redirect. Needs `catalog:write`. */
  readonly delete: (
    id: string,
    options?: typeof AtVersion.Encoded
  ) => Effect.Effect<void, InvalidInput | RedirectNotFound | VersionConflict | StorageError | Denied>
  /**
   * Redirects out of a CSV file with the columns `from`, `to` and, if it has one, `status`; those of Shopify, `Redirect from` and
   * `Redirect to`, are known as well. What is there from a path leads where the file says. All that can be read lands, at once; every other
   * line is named. Needs `catalog:write`.
   */
  readonly import: (
    source: FileSource
  ) => Effect.Effect<RedirectImport, InvalidInput | ImportRefused | TooManyRedirects | StorageError | Denied>
}>()("@stoa/core/redirects/Redirects") {}

const decodeList = Input.decoder(ListRedirects)
const decodeCreate = Input.decoder(CreateRedirect)
const decodeUpdate = Input.decoder(UpdateRedirect)

const checked = Input.textParameters<Redirects["Service"]>({ get: ["id"], resolve: ["path"], update: ["id"], delete: ["id"] })

/** So many lines that could not be read are named. */
const maximumFailures = 100

interface Wanted {
  readonly from: string
  readonly to: string
  readonly status: RedirectStatus | undefined
}

const columnsOf = (cells: ReadonlyArray<string>) => {
  const names = cells.map((cell) => cell.trim().toLowerCase().replace(/^redirect /, ""))
  return { from: names.indexOf("from"), to: names.indexOf("to"), status: names.indexOf("status") }
}

const statuses: ReadonlyMap<string, RedirectStatus> = new Map([["301", 301], ["302", 302], ["307", 307], ["308", 308]])

export const make = Effect.gen(function*() {
  const repository = yield* RedirectRepository
  const hits = yield* RedirectHits.RedirectHits
  const stores = yield* Stores
  const audit = yield* AuditLog
  const { transaction } = yield* Transactor

  const find = Effect.fnUntraced(function*(id: string) {
    return (yield* repository.find(id)) ?? (yield* new RedirectNotFound({ redirect: id }))
  })

  const fieldOf = <A>(name: string, result: Result.Result<A, string>) =>
    Result.isFailure(result) ? Effect.fail(InvalidInput.at([name], result.failure, "not_valid")) : Effect.succeed(result.success)

  const allowed = Effect.map(stores.current, ({ settings }) => settings)

  /** What some redirects and those around them become. */
  const plan = Effect.fnUntraced(function*(wanted: ReadonlyArray<Wanted>, self?: Redirect) {
    const from = wanted.map((one) => one.from)
    const to = wanted.flatMap((one) => RedirectPlan.pathOf(one.to) ?? [])
    const { count, redirects } = yield* repository.around({ from: [...from, ...to], to: from })
    const others = redirects.filter(({ id }) => id !== self?.id)
    const known = new Map(others.map((redirect) => [redirect.from, redirect]))
    const { leads, loops } = RedirectPlan.flattened(others, wanted)
    const statusOf = new Map(wanted.map((one) => [one.from, one.status]))
    const now = yield* Timestamp.now
    const fresh = wanted.filter((one) => !known.has(one.from) && !loops.has(one.from))
    const made = self === undefined ? yield* RedirectId.generateMany(fresh.length) : [self.id]
    const ids = new Map(fresh.map((one, index) => [one.from, made[index]]))
    const paths = new Set([...leads.keys(), ...wanted.filter((one) => !loops.has(one.from)).map((one) => one.from)])
    const changed = [...paths].flatMap((path): ReadonlyArray<Redirect> => {
      const before = known.get(path)
      const lead = leads.get(path) ?? before?.to ?? ""
      const status = statusOf.get(path) ?? before?.status ?? self?.status ?? 301
      if (before !== undefined) {
        return before.to === lead && before.status === status
          ? []
          : [{ ...before, to: lead, status, version: before.version + 1, updatedAt: now }]
      }
      const id = ids.get(path)
      if (id === undefined) return []
      return [
        self === undefined
          ? { id, from: path, to: lead, status, hits: 0, lastHitAt: null, version: 1, createdAt: now, updatedAt: now }
          : { ...self, from: path, to: lead, status, version: self.version + 1, updatedAt: now }
      ]
    })
    if (self === undefined && count + fresh.length > maximumRedirects) return yield* new TooManyRedirects({ maximum: maximumRedirects })
    return { known, loops, changed, created: fresh.length }
  })

  const readFile = Effect.fnUntraced(function*(source: FileSource) {
    const hosts = yield* allowed
    const read = async () => {
      const wanted = new Map<string, Wanted & { readonly line: number }>()
      const failures: Array<{ readonly line: number; readonly message: string }> = []
      let columns: ReturnType<typeof columnsOf> | undefined
      let lines = 0
      for await (const row of CsvRecords.read(pieces(source, { damaged: false }) as AsyncIterable<Buffer>)) {
        if (columns === undefined) {
          columns = columnsOf(row.cells ?? [])
          const missing = (["from", "to"] as const).filter((name) => columns?.[name] === -1)
          if (missing.length > 0) {
            throw new ImportRefused({ reason: "wrong_header", missing, detail: "Columns are missing" })
          }
          continue
        }
        lines += 1
        if (lines > maximumImported) {
          throw new ImportRefused({ reason: "too_long", missing: [], detail: `A file has at most ${maximumImported} redirects` })
        }
        const bad = (message: string) => void failures.push({ line: row.line, message })
        if (row.cells === undefined) {
          bad(row.fault)
          continue
        }
        const cell = (place: number) => (row.cells[place] ?? "").trim()
        const said = cell(columns.status)
        const from = RedirectAddress.fromOf(cell(columns.from))
        const to = RedirectAddress.toOf(cell(columns.to), hosts)
        if (Result.isFailure(from)) bad(`from: ${from.failure}`)
        else if (Result.isFailure(to)) bad(`to: ${to.failure}`)
        else if (said !== "" && !statuses.has(said)) bad("status: must be 301, 302, 307 or 308")
        else if (wanted.has(from.success)) bad(`leads away from ${from.success}, as a line before does`)
        else wanted.set(from.success, { line: row.line, from: from.success, to: to.success, status: statuses.get(said) })
      }
      if (columns === undefined) throw new ImportRefused({ reason: "empty", missing: [], detail: "The file is empty" })
      return { wanted, failures, lines }
    }
    const result = yield* Effect.promise(() =>
      read().then(Result.succeed, (error: unknown) => error instanceof ImportRefused ? Result.fail(error) : Promise.reject(error))
    )
    return yield* Effect.fromResult(result)
  })

  return checked(Redirects.of({
    list: Effect.fn("Redirects.list")(function*(input = {}) {
      yield* Permission.require("catalog:read")
      return yield* repository.list(yield* decodeList(input))
    }),

    get: Effect.fn("Redirects.get")(function*(id) {
      yield* Permission.require("catalog:read")
      return yield* find(id)
    }),

    resolve: Effect.fn("Redirects.resolve")(function*(path) {
      const [plain = ""] = path.split(/[?#]/, 1)
      const key = plain.length > 2_000 ? undefined : RedirectAddress.pathOf(plain)
      const found = key === undefined || Result.isFailure(key) ? undefined : yield* repository.resolve(key.success)
      if (found === undefined) return yield* new RedirectNotFound({ redirect: plain.slice(0, 200) })
      yield* hits.count(found.id)
      const { search: query } = new URL(/\?[^#]*/.exec(path)?.[0] ?? "", "http://shop.invalid")
      const to = query === "" || found.to.includes("?") ? found.to : found.to.replace(/(?=#)|$/, () => query)
      return { to, status: found.status }
    }),

    create: Effect.fn("Redirects.create")(function*(input) {
      yield* Permission.require("catalog:write")
      const { status, ...decoded } = yield* decodeCreate(input)
      const from = yield* fieldOf("from", RedirectAddress.fromOf(decoded.from))
      const to = yield* fieldOf("to", RedirectAddress.toOf(decoded.to, yield* allowed))
      return yield* transaction(Effect.gen(function*() {
        const { changed, known, loops } = yield* plan([{ from, to, status }])
        if (known.has(from)) return yield* new RedirectTaken({ from })
        const created = changed.find((one) => one.from === from)
        if (loops.has(from) || created === undefined) return yield* new RedirectLoop({ from })
        yield* repository.write(changed)
        yield* audit.record({ action: "redirect.create", subject: created.id, details: { from, to: created.to } })
        return created
      }))
    }),

    update: Effect.fn("Redirects.update")(function*(id, input) {
      yield* Permission.require("catalog:write")
      const { version, ...decoded } = yield* decodeUpdate(input)
      const hosts = yield* allowed
      return yield* transaction(Effect.gen(function*() {
        const before = yield* find(id)
        if (version !== undefined && version !== before.version) return yield* new VersionConflict({ id: before.id, expected: version })
        const from = decoded.from === undefined ? before.from : yield* fieldOf("from", RedirectAddress.fromOf(decoded.from))
        const to = decoded.to === undefined ? before.to : yield* fieldOf("to", RedirectAddress.toOf(decoded.to, hosts))
        const { changed, known, loops } = yield* Effect.catchTag(
          plan([{ from, to, status: decoded.status }], before),
          "TooManyRedirects",
          Effect.die
        )
        if (known.has(from)) return yield* new RedirectTaken({ from })
        const updated = changed.find((one) => one.id === before.id)
        if (loops.has(from) || updated === undefined) return yield* new RedirectLoop({ from })
        yield* repository.write(changed)
        yield* audit.record({ action: "redirect.update", subject: updated.id, details: { from, to: updated.to, version: updated.version } })
        return updated
      }))
    }),

    delete: Effect.fn("Redirects.delete")(function*(id, options = {}) {
      yield* Permission.require("catalog:write")
      const { version } = yield* decodeAtVersion(options)
      yield* transaction(Effect.gen(function*() {
        const redirect = yield* find(id)
        if (!(yield* repository.delete(redirect.id, version))) {
          return yield* version === undefined
            ? new RedirectNotFound({ redirect: id })
            : new VersionConflict({ id: redirect.id, expected: version })
        }
        yield* audit.record({ action: "redirect.delete", subject: redirect.id, details: { from: redirect.from } })
      }))
    }),

    import: Effect.fn("Redirects.import")(function*(source) {
      yield* Permission.require("catalog:write")
      if (!isFileSource(source)) return yield* InvalidInput.at([], "is no file", "not_a_file")
      const { failures, lines, wanted } = yield* readFile(source)
      const report = yield* transaction(Effect.gen(function*() {
        const { changed, created, loops } = yield* plan([...wanted.values()])
        yield* repository.write(changed)
        const updated = changed.filter(({ from, version }) => version > 1 && wanted.has(from)).length
        const circles = [...loops].map((from) => ({ line: wanted.get(from)?.line ?? 0, message: `from: would lead back to ${from}` }))
        const failed = [...failures, ...circles].sort((a, b) => a.line - b.line)
        const report: RedirectImport = {
          lines,
          created,
          updated,
          unchanged: wanted.size - loops.size - created - updated,
          failed: failed.length,
          failures: failed.slice(0, maximumFailures)
        }
        yield* audit.record({
          action: "redirect.import",
          subject: "redirects",
          details: { lines, created, updated, failed: report.failed }
        })
        return report
      }))
      return report
    })
  }))
})

export const layer: Layer.Layer<
  Redirects,
  never,
  AuditLog | JobRegistry | RedirectRepository | Stores | Transactor
> = Layer.effect(Redirects, make).pipe(Layer.provide(RedirectHits.layer))

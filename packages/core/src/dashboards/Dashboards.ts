/**
 * Dashboards that people put together of figures, metrics and charts.
 *
 * **Details**
 *
 * A tile is a report that is made when somebody looks: its figures are those of `Analytics` at that moment. Whoever sees figures has
 * dashboards of their own; one that is shared is seen by all of them and changed by who may write reports.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Analytics } from "../analytics/Analytics.ts"
import * as ReportTimes from "../analytics/ReportTimes.ts"
import { AuditLog } from "../audit/AuditLog.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import type { Metrics } from "../metrics/Metrics.ts"
import * as ReportDays from "../reports/ReportDays.ts"
import * as ReportFigures from "../reports/ReportFigures.ts"
import type { Stores } from "../stores/Stores.ts"
import { DashboardNotFound, TooManyDashboards } from "./DashboardErrors.ts"
import { DashboardRepository } from "./DashboardRepository.ts"
import {
  CreateSavedDashboard,
  type DashboardFigures,
  maximumDashboards,
  maximumLines,
  maximumPieces,
  type SavedDashboard,
  SavedDashboardId,
  type Tile,
  type TileFailure,
  type TileFigures,
  UpdateSavedDashboard
} from "./SavedDashboard.ts"

type Denied = Permission.Denied

export class Dashboards extends Context.Service<Dashboards, {
  /** One's own, and those that are shared in the store, by name. Needs `analytics:read`. */
  readonly list: Effect.Effect<ReadonlyArray<SavedDashboard>, StorageError | Denied>
  /** A dashboard of the caller's own, or one that is shared. Needs `analytics:read`. */
  readonly get: (id: string) => Effect.Effect<SavedDashboard, InvalidInput | DashboardNotFound | StorageError | Denied>
  /** A dashboard with what its tiles show now. Needs `analytics:read`. */
  readonly read: (id: string) => Effect.Effect<DashboardFigures, InvalidInput | DashboardNotFound | StorageError | Denied>
  /** Needs `analytics:read`, and `analytics:write` for one that is shared. */
  readonly create: (
    input: typeof CreateSavedDashboard.Encoded
  ) => Effect.Effect<SavedDashboard, InvalidInput | TooManyDashboards | StorageError | Denied>
  /**
   * Needs `analytics:read` for one's own, and `analytics:write` for one that is shared or becomes so. Only who has made it stops
   * sharing it.
   */
  readonly update: (
    id: string,
    input: typeof UpdateSavedDashboard.Encoded
  ) => Effect.Effect<SavedDashboard, InvalidInput | DashboardNotFound | TooManyDashboards | VersionConflict | StorageError | Denied>
  /** Needs `analytics:read` for one's own, and `analytics:write` for one that is shared. */
  readonly delete: (
    id: string,
    at?: typeof AtVersion.Encoded
  ) => Effect.Effect<void, InvalidInput | DashboardNotFound | VersionConflict | StorageError | Denied>
}>()("@stoa/core/dashboards/Dashboards") {}

const decodeCreate = Input.decoder(CreateSavedDashboard)
const decodeUpdate = Input.decoder(UpdateSavedDashboard)

const checked = Input.textParameters<Dashboards["Service"]>({ get: ["id"], read: ["id"], update: ["id"], delete: ["id"] })

/** How many tiles are worked out at once. */
const atOnce = 3

/** Which tiles are shown: in their order, until what they are cut into is too much together. One that is too much by itself says so. */
const withinBounds = (tiles: ReadonlyArray<Tile>): ReadonlyArray<readonly [tile: Tile, isShown: boolean]> => {
  let left = maximumPieces
  return tiles.map((tile) => {
    const pieces = ReportDays.mostPieces(tile.definition)
    if (pieces > ReportTimes.maximumPieces) return [tile, true]
    if (pieces > left) return [tile, false]
    left -= pieces
    return [tile, true]
  })
}

const tooManyPieces = Effect.suspend(() =>
  InvalidInput.at(["bucket"], `cuts, with the tiles before it, the time into more than ${maximumPieces} pieces`, { code: "too_many", params: { maximum: maximumPieces } }))

const me = Effect.map(Actor.CurrentActor, Actor.describe)

export const make = Effect.gen(function*() {
  const repository = yield* DashboardRepository
  const figures = yield* ReportFigures.make
  const transactor = yield* Transactor
  const audit = yield* AuditLog
  const read = Permission.require("analytics:read")
  const write = Permission.require("analytics:write")

  const find = Effect.fnUntraced(function*(id: string) {
    const found = yield* repository.find(id)
    if (found === undefined || !(found.shared || found.owner === (yield* me))) return yield* new DashboardNotFound({ dashboard: id.slice(0, 50) })
    return found
  })

  const at = Effect.fnUntraced(function*(id: string, version: number | undefined) {
    const found = yield* find(id)
    if (found.shared) yield* write
    if (version !== undefined && version !== found.version) return yield* new VersionConflict({ id, expected: version })
    return found
  })

  /** What is everybody's is written down. */
  const recorded = (action: string, { id, name, shared, tiles }: SavedDashboard) =>
    shared ? audit.record({ action, subject: id, details: { name, tiles: tiles.length } }) : Effect.void

  const shown = ([tile, isShown]: readonly [Tile, boolean]): Effect.Effect<TileFigures | TileFailure, StorageError | Denied> =>
    // others get their turn between two tiles
    Effect.map(Effect.andThen(Effect.yieldNow, isShown ? figures(tile.title, tile.definition) : tooManyPieces), ({ chart, columns, from, rows, timeZone, title, to }): TileFigures => {
      const column = columns.findIndex(({ name }) => name === tile.column)
      return {
        title,
        view: tile.view,
        from,
        to,
        timeZone,
        columns,
        rows: rows.slice(0, maximumLines),
        more: rows.length > maximumLines,
        chart: column < 0 ? chart : { ...chart, value: column }
      }
    }).pipe(
      // the others are shown
      Effect.catchTag(["InvalidInput", "MetricNotFound"], ({ code, message }) =>
        Effect.succeed({ title: tile.title, view: tile.view, failure: { code, message } }))
    )

  return checked(Dashboards.of({
    list: Effect.andThen(read, Effect.flatMap(me, repository.list)).pipe(Effect.withSpan("Dashboards.list")),

    get: Effect.fn("Dashboards.get")(function*(id) {
      yield* read
      return yield* find(id)
    }),

    read: Effect.fn("Dashboards.read")(function*(id) {
      yield* read
      const dashboard = yield* find(id)
      return { dashboard, tiles: yield* Effect.forEach(withinBounds(dashboard.tiles), shown, { concurrency: atOnce }) }
    }),

    create: Effect.fn("Dashboards.create")(function*(input) {
      yield* read
      const { shared = false, ...decoded } = yield* decodeCreate(input)
      if (shared) yield* write
      const now = yield* Timestamp.now
      const dashboard: SavedDashboard = {
        id: yield* SavedDashboardId.generate,
        ...decoded,
        shared,
        owner: yield* me,
        version: 1,
        createdAt: now,
        updatedAt: now
      }
      return yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* repository.save(dashboard, maximumDashboards))) return yield* new TooManyDashboards({ shared, maximum: maximumDashboards })
        yield* recorded("dashboard.create", dashboard)
        return dashboard
      }))
    }),

    update: Effect.fn("Dashboards.update")(function*(id, input) {
      yield* read
      const { version, ...changes } = yield* decodeUpdate(input)
      const before = yield* at(id, version)
      if (changes.shared === true) yield* write
      // its owner may not be there any more, and then nobody would see it
      if (changes.shared === false && before.shared && before.owner !== (yield* me)) {
        return yield* InvalidInput.at(["shared"], "is for who has made it to change: others can delete it", "not_allowed")
      }
      const after: SavedDashboard = { ...before, ...changes, version: before.version + 1, updatedAt: yield* Timestamp.now }
      return yield* transactor.transaction(Effect.gen(function*() {
        const outcome = yield* repository.replace(after, maximumDashboards)
        if (outcome === "full") return yield* new TooManyDashboards({ shared: after.shared, maximum: maximumDashboards })
        if (outcome === "conflict") return yield* new VersionConflict({ id, expected: before.version })
        yield* recorded("dashboard.update", { ...after, shared: before.shared || after.shared })
        return after
      }))
    }),

    delete: Effect.fn("Dashboards.delete")(function*(id, given = {}) {
      yield* read
      const { version } = yield* decodeAtVersion(given)
      const before = yield* at(id, version)
      yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* repository.remove(before))) return yield* new VersionConflict({ id, expected: before.version })
        yield* recorded("dashboard.delete", before)
      }))
    })
  }))
})

export const layer: Layer.Layer<
  Dashboards,
  never,
  Analytics | AuditLog | DashboardRepository | Metrics | Stores | Transactor
> = Layer.effect(Dashboards, make)

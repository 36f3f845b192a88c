/**
 * Dashboards that people put together: which figures they look at, in which order and how, for themselves or for everybody in the store.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { ReportDefinition } from "../reports/Report.ts"

export const SavedDashboardId = Id.define("dash", "SavedDashboardId")
export type SavedDashboardId = typeof SavedDashboardId.Type

/** So many tiles a dashboard may have. */
export const maximumTiles = 24

/** Some figures on a dashboard, and how they are shown. */
export const Tile = Schema.Struct({
  title: name(100),
  definition: ReportDefinition,
  /** `"number"`: the figures of the whole time, large; the others as they say. */
  view: Schema.Literals(["number", "line", "bars", "table"]),
  /** The column of the table that is shown, as `columns` of what it reads calls it; that of the report's chart if it is left out. */
  column: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^[a-z][a-z_]{0,49}$/)))
}).annotate({ identifier: "DashboardTile" })
export interface Tile extends Schema.Schema.Type<typeof Tile> {}

const tiles = Schema.Array(Tile).check(Schema.isMaxLength(maximumTiles))

export const SavedDashboard = Schema.Struct({
  id: SavedDashboardId,
  name: Schema.String,
  /** Whether all staff who see figures see it, or its owner alone. */
  shared: Schema.Boolean,
  /** Who has made it. */
  owner: Schema.String,
  /** In the order in which they are shown. */
  tiles: Schema.Array(Tile),
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "SavedDashboard" })
export interface SavedDashboard extends Schema.Schema.Type<typeof SavedDashboard> {}

export const CreateSavedDashboard = Schema.Struct({
  name: name(100),
  tiles,
  /** `false` if it is left out. */
  shared: Schema.optionalKey(Schema.Boolean)
}).annotate({ identifier: "CreateSavedDashboard" })

/** What is left out stays. */
export const UpdateSavedDashboard = Schema.Struct({
  name: Schema.optionalKey(name(100)),
  tiles: Schema.optionalKey(tiles),
  shared: Schema.optionalKey(Schema.Boolean),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateSavedDashboard" })

/** So many a person may have of their own, and so many may be shared in a store. */
export const maximumDashboards = 20

/** So many pieces of time all tiles of a dashboard are cut into at most: those that go beyond it are not shown. */
export const maximumPieces = 5_000

/** So many lines of a tile come with it. */
export const maximumLines = 500

/** A column of what a tile shows. */
export const TileColumn = Schema.Struct({
  name: Schema.String,
  kind: Schema.Literals(["text", "number", "amount", "time"])
}).annotate({ identifier: "TileColumn" })

/** The figures of a tile as they are now. */
export const TileFigures = Schema.Struct({
  title: Schema.String,
  view: Tile.fields.view,
  /** The first day and the last. */
  from: Schema.String,
  to: Schema.String,
  timeZone: Schema.String,
  columns: Schema.Array(TileColumn),
  /** A cell for each column; amounts are decimals in major units. The first `maximumLines`. */
  rows: Schema.Array(Schema.Array(Schema.Union([Schema.String, Schema.Finite]))),
  /** Whether there are more lines than come with it. */
  more: Schema.Boolean,
  /** Which columns say what a value is of, and the value; columns are counted from 0. */
  chart: Schema.Struct({ label: Schema.Int, value: Schema.Int, kind: Schema.Literals(["line", "bars"]) })
}).annotate({ identifier: "TileFigures" })
export interface TileFigures extends Schema.Schema.Type<typeof TileFigures> {}

/** A tile that cannot be shown, and why: the code of an error and what it says. */
export const TileFailure = Schema.Struct({
  title: Schema.String,
  view: Tile.fields.view,
  failure: Schema.Struct({ code: Schema.String, message: Schema.String })
}).annotate({ identifier: "TileFailure" })
export interface TileFailure extends Schema.Schema.Type<typeof TileFailure> {}

/** A dashboard with the figures of its tiles, in their order. */
export const DashboardFigures = Schema.Struct({
  dashboard: SavedDashboard,
  tiles: Schema.Array(Schema.Union([TileFigures, TileFailure]))
}).annotate({ identifier: "DashboardFigures" })
export interface DashboardFigures extends Schema.Schema.Type<typeof DashboardFigures> {}

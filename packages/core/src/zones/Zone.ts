/**
 * Zones: named parts of the world, for which a store has tax rates or ways of shipping.
 */
import * as Schema from "effect/Schema"
import { Area } from "../kernel/Area.ts"
import * as Id from "../kernel/Id.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"

export const ZoneId = Id.define("zone", "ZoneId")
export type ZoneId = typeof ZoneId.Type

/** What a zone is for. */
export const ZoneKind = Schema.Literals(["tax", "shipping"])
export type ZoneKind = typeof ZoneKind.Type

/** How many zones of each kind a store may have. They are read with every cart. */
export const maximumZones = 500

/** How long a zone may be, as JSON: some 10,000 postal codes. */
export const maximumZoneSize = 100_000

const areas = Schema.Array(Area).check(
  Schema.isMinLength(1),
  Schema.isMaxLength(300),
  Schema.makeFilter((given: ReadonlyArray<Area>) =>
    JSON.stringify(given).length <= maximumZoneSize || "Expected fewer postal codes: use beginnings and ranges"
  )
)

export const Zone = Schema.Struct({
  id: ZoneId,
  kind: ZoneKind,
  name: name(200),
  /** A place is in the zone if it is in one of them. */
  areas,
  /**
   * Of a tax zone: whether prices contain tax for goods that go there; `null`: as the store or a zone around it says. See
   * `TaxInPrices.ts`.
   */
  pricesIncludeTax: Schema.NullOr(Schema.Boolean),
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "Zone" })
export interface Zone extends Schema.Schema.Type<typeof Zone> {}

export const CreateZone = Schema.Struct({
  name: Zone.fields.name,
  areas,
  pricesIncludeTax: Schema.optionalKey(Zone.fields.pricesIncludeTax)
}).annotate({ identifier: "CreateZone" })

/** Changes to a zone; what is left out stays. */
export const UpdateZone = Schema.Struct({
  name: Schema.optionalKey(Zone.fields.name),
  areas: Schema.optionalKey(areas),
  pricesIncludeTax: Schema.optionalKey(Zone.fields.pricesIncludeTax),
  /** The version that the change is based on; without it the change applies to whatever is there. */
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateZone" })

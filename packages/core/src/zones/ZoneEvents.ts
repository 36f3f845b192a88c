/**
 * What happens to zones.
 */
import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { ZoneKind } from "./Zone.ts"

const zone = Schema.Struct({ kind: ZoneKind, name: Schema.String })

export const ZoneCreated = DomainEvent.define("zone.created", zone)

export const ZoneUpdated = DomainEvent.define("zone.updated", zone)

export const ZoneDeleted = DomainEvent.define("zone.deleted", zone)

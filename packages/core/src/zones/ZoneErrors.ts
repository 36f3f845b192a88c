import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** There is no such zone of this kind. */
export class ZoneNotFound extends StoaError<ZoneNotFound>()("ZoneNotFound", {
  code: "zone_not_found",
  kind: "not_found"
}, { zoneId: Schema.String }) {
  override get message(): string {
    return `There is no zone ${this.zoneId}`
  }
}

/** Tax rates or shipping methods are for this zone. */
export class ZoneInUse extends StoaError<ZoneInUse>()("ZoneInUse", {
  code: "zone_in_use",
  kind: "conflict"
}, { zoneId: Schema.String }) {
  override get message(): string {
    return `The zone ${this.zoneId} still has tax rates or shipping methods; delete them or give them another zone first`
  }
}

/** The store has as many zones as it may have. */
export class TooManyZones extends StoaError<TooManyZones>()("TooManyZones", {
  code: "too_many_zones",
  kind: "conflict"
}, { maximum: Schema.Int }) {
  override get message(): string {
    return `A store has at most ${this.maximum} zones of one kind; delete one first`
  }
}

import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

/** A period of the books takes no entry any more. */
export const BooksPeriodClosed = DomainEvent.define(
  "books.period_closed",
  Schema.Struct({ periodId: Schema.String, endsAt: Timestamp })
)

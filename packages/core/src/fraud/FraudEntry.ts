/**
 * The block and allow lists of a store: whom it never sells to, and whom it sells to without looking.
 */
import * as Schema from "effect/Schema"
import { Country } from "../kernel/Address.ts"
import { Email } from "../kernel/Email.ts"
import * as Id from "../kernel/Id.ts"
import { masked } from "./Card.ts"
import * as Page from "../kernel/Page.ts"
import { text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

export const FraudEntryId = Id.define("fre", "FraudEntryId")
export type FraudEntryId = typeof FraudEntryId.Type

/**
 * What stands on a list. A network is an IPv4 address, or the first four groups of an IPv6 one: `"2001:db8:1:2::/64"`. A card is
 * named by a payment that was made or tried with it, and shown as the beginning of a hash.
 */
export const FraudEntryKind = Schema.Literals(["email", "domain", "network", "country", "customer", "card"])
export type FraudEntryKind = typeof FraudEntryKind.Type

export const FraudList = Schema.Literals(["block", "allow"])
export type FraudList = typeof FraudList.Type

/** Who is on a list. Where somebody is on both, the block list counts. */
export const FraudEntry = Schema.Struct({
  id: FraudEntryId,
  list: FraudList,
  kind: FraudEntryKind,
  value: Schema.String,
  /** Why, for staff. */
  note: Schema.String,
  createdAt: Timestamp
}).annotate({ identifier: "FraudEntry" })
export interface FraudEntry extends Schema.Schema.Type<typeof FraudEntry> {}

const entry = { list: FraudList, note: Schema.optionalKey(text(500)) } as const

const domain = Schema.String.check(
  Schema.isMaxLength(253),
  Schema.isPattern(/^(?:[a-z0-9\u00a1-\uffff-]+\.)+[a-z0-9\u00a1-\uffff-]{2,}$/, {
    expected: "a domain in lower case, such as example.com"
  })
)
const network = Schema.String.check(
  Schema.isPattern(/^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){3}::\/64)$/, {
    expected: "an IPv4 address, or an IPv6 network such as 2001:db8:1:2::/64"
  })
)

export const CreateFraudEntry = Schema.Union([
  Schema.Struct({ kind: Schema.tag("email"), value: Email, ...entry }),
  Schema.Struct({ kind: Schema.tag("domain"), value: domain, ...entry }),
  Schema.Struct({ kind: Schema.tag("network"), value: network, ...entry }),
  Schema.Struct({ kind: Schema.tag("country"), value: Country, ...entry }),
  Schema.Struct({ kind: Schema.tag("customer"), value: text(200).check(Schema.isMinLength(1)), ...entry }),
  /** The card of a payment, by the payment's id. */
  Schema.Struct({ kind: Schema.tag("card"), value: text(200).check(Schema.isStartingWith("pay_")), ...entry })
]).annotate({ identifier: "CreateFraudEntry" })

/** What is shown of an entry: of a card not even its hash. */
export const shown = (entry: FraudEntry): FraudEntry =>
  entry.kind === "card" ? { ...entry, value: masked(entry.value) } : entry

export const ListFraudEntries = Schema.Struct({
  ...Page.PageRequest,
  list: Schema.optionalKey(FraudList),
  kind: Schema.optionalKey(FraudEntryKind)
}).annotate({ identifier: "ListFraudEntries" })
export interface ListFraudEntries extends Schema.Schema.Type<typeof ListFraudEntries> {}

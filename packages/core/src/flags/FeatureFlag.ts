/**
 * A switch for a part of a shop that not everybody sees yet.
 */
import * as Schema from "effect/Schema"
import { CustomerGroupId } from "../customers/CustomerGroup.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"

/** What programs ask for: `new-checkout`. */
export const FlagKey = Schema.String.check(
  Schema.isPattern(/^[a-z][a-z0-9-]{0,59}$/, {
    identifier: "FlagKey",
    expected: "a lower-case letter, then lower-case letters, digits and hyphens"
  })
)

const fields = {
  description: Schema.String.check(Schema.isMaxLength(500)),
  /** Off for everybody, whatever else is said, while it is not. */
  enabled: Schema.Boolean,
  /** How many of a hundred visitors it is on for. The same visitor always gets the same answer as long as it only grows. */
  percentage: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100 })),
  /** Customers of these groups have it on besides. */
  customerGroups: Schema.Array(CustomerGroupId).check(Schema.isMaxLength(20)),
  /** From when on, and before when, it is on for anybody. */
  startsAt: Schema.NullOr(Timestamp),
  endsAt: Schema.NullOr(Timestamp),
  /** Whether storefronts may ask for it; others are for programs that run in the engine, and for staff. */
  exposed: Schema.Boolean
} as const

export const FeatureFlag = Schema.Struct({
  key: FlagKey,
  ...fields,
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "FeatureFlag" })
export interface FeatureFlag extends Schema.Schema.Type<typeof FeatureFlag> {}

/** Off and for nobody, unless something else is said. */
export const CreateFeatureFlag = Schema.Struct({
  key: FlagKey,
  description: Schema.optionalKey(fields.description),
  enabled: Schema.optionalKey(fields.enabled),
  percentage: Schema.optionalKey(fields.percentage),
  customerGroups: Schema.optionalKey(fields.customerGroups),
  startsAt: Schema.optionalKey(fields.startsAt),
  endsAt: Schema.optionalKey(fields.endsAt),
  exposed: Schema.optionalKey(fields.exposed)
}).annotate({ identifier: "CreateFeatureFlag" })

const { key: _key, ...changes } = CreateFeatureFlag.fields

/** What is left out stays. */
export const UpdateFeatureFlag = Schema.Struct({ ...changes, version: Schema.optionalKey(Version) })
  .annotate({ identifier: "UpdateFeatureFlag" })

/** Who is asked about: a visitor by any text that stays theirs, such as a random cookie. */
export const AskFlags = Schema.Struct({
  visitor: Schema.optionalKey(Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(200)))
}).annotate({ identifier: "AskFlags" })

/** By key, whether each flag that storefronts may ask for is on. */
export const FlagAnswers = Schema.Record(Schema.String, Schema.Boolean).annotate({ identifier: "FlagAnswers" })

/** So many flags a store may have. */
export const maximumFlags = 200

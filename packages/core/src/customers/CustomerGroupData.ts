import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as PersonalData from "../privacy/PersonalData.ts"
import { CustomerGroupRepository } from "./CustomerGroupRepository.ts"

/** The groups that somebody belongs to, as personal data. */
export const layer = PersonalData.holder(
  Effect.map(CustomerGroupRepository, (groups): PersonalData.PersonalDataHolder => ({
    name: "customerGroups",
    hand: (userId) => Stream.fromIterableEffect(Effect.map(groups.of(userId), (all) => all.map(({ name }) => ({ name })))),
    forget: groups.forget
  }))
)

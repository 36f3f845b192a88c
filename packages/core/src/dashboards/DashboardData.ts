import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Actor from "../kernel/Actor.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import { DashboardRepository } from "./DashboardRepository.ts"

/** Dashboards of people who see figures, as personal data: their own go with them, and what they have shared is the store's. */
export const layer = PersonalData.holder(
  Effect.map(DashboardRepository, (repository): PersonalData.PersonalDataHolder => ({
    name: "dashboards",
    hand: (userId) =>
      Stream.fromIterableEffect(Effect.map(repository.list(ownerOf(userId)), (all) =>
        all.flatMap(({ createdAt, name, owner, shared, tiles }) =>
          owner === ownerOf(userId) ? [{ name, shared, tiles: tiles.map(({ title }) => title), createdAt }] : []))),
    forget: (userId) => repository.forget(ownerOf(userId))
  }))
)

/** Whose dashboards are a user's: what they have made as staff. */
const ownerOf = (userId: string): string => Actor.describe(Actor.staff(userId, []))

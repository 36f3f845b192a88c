/**
 * Where categories are in their tree.
 */
import type { Answer } from "../api/Operations.ts"

export type Category = Answer<"categories.list">["items"][number]

/** What those above a category are called, and itself. */
export const placeOf = (categories: ReadonlyArray<Category>, { path }: Category): string =>
  path.map((id) => categories.find((other) => other.id === id)?.name ?? id).join(" › ")

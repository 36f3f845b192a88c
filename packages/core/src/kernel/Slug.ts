/**
 * The readable part of an address: `walnut-cutting-board`. Letters of any language are allowed.
 */
import * as Schema from "effect/Schema"

export const Slug = Schema.String.check(
  Schema.isPattern(/^[\p{Ll}\p{Lo}\p{N}]+(-[\p{Ll}\p{Lo}\p{N}]+)*$/u, {
    fault: "not_a_slug",
    identifier: "Slug",
    expected: "lower-case letters and digits, with single hyphens between them",
    description: "Lower-case letters and digits, with single hyphens between them"
  }),
  Schema.isMaxLength(200)
)

/** The slug of a title, without marks and signs: `"Crème brûlée, 2 pcs"` becomes `"creme-brulee-2-pcs"`. */
export const fromText = (text: string): string =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{Ll}\p{Lo}\p{N}]+/gu, "-").slice(0, 200)
    .replace(/^-+|-+$/g, "") || "item"

/** The slug, or if it is taken the first of `slug-2`, `slug-3` ... that is not. */
export const unused = (slug: string, taken: ReadonlySet<string>): string => {
  let candidate = slug
  // a number may have more digits than fit behind a slug of full length
  for (let count = 2; taken.has(candidate); count++) candidate = `${slug.slice(0, 180)}-${count}`
  return candidate
}

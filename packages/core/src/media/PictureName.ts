/**
 * What a customer says a picture is called: the id or the name of a file that the shop keeps. It is shown to others, so it
 * never is an address: no scheme, no host, and no way out of the folder that a shop puts before it.
 */
import * as Schema from "effect/Schema"

const pattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/

export const PictureName = Schema.String.check(
  Schema.isMaxLength(500),
  Schema.isPattern(pattern, {
    expected: "the name of a file that the shop keeps: letters, digits, '.', '_' and '-', with single '/' between"
  })
)

/**
 * E-mail addresses. Decoding trims and lower-cases them, so that one mailbox is one customer.
 */
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { text } from "./Text.ts"

const valid = text(254).check(
  // something, one @, a domain with a dot: more cannot be known without sending a message
  Schema.isPattern(/^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+\.[^\s@<>()[\]\\,;:".]{2,}$/, {
    identifier: "Email",
    fault: "not_an_email",
    expected: "an e-mail address",
    description: "E-mail address"
  })
)

export const Email = Schema.String.pipe(
  Schema.decodeTo(
    valid,
    SchemaTransformation.transform({ decode: (text) => text.normalize("NFKC").trim().toLowerCase(), encode: (email) => email })
  )
)

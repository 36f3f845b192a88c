import * as Schema from "effect/Schema"

/** Where somebody buys, as the program says that they use: `"web"`, `"app"`, `"market-stall"`. Nothing proves it. */
export const Channel = Schema.String.check(Schema.isPattern(/^[a-z][a-z0-9-]{0,39}$/, {
  identifier: "Channel",
  expected: "a lower-case letter, then lower-case letters, digits and hyphens"
}))

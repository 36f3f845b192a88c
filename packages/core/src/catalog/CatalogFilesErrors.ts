import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/**
 * A file cannot be imported as a whole, or not to its end. Only a file that breaks off may have changed something: what
 * was read before is imported then.
 */
export class ImportRefused extends StoaError<ImportRefused>()("ImportRefused", {
  code: "import_refused",
  kind: "invalid"
}, {
  /**
   * `empty`: there is nothing in it. `not_text`: it is not text in UTF-8. `not_csv`, `not_json`: it does not begin as
   * such a file does. `wrong_header`: columns are missing. `too_long`: it has more
   * lines than it may. `broken_off`: it could not be read to its end.
   */
  reason: Schema.Literals(["empty", "not_text", "not_csv", "not_json", "wrong_header", "too_long", "broken_off"]),
  /** The columns that are missing, by their names in Shopify's format. */
  missing: Schema.Array(Schema.String),
  /** What was found instead, in words. */
  detail: Schema.String
}) {
  override get message(): string {
    return this.missing.length === 0 ? this.detail : `${this.detail}: ${this.missing.join(", ")}`
  }
}

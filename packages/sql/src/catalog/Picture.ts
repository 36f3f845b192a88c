/**
 * The one picture of a brand or a collection: kept as JSON, with the id of the file in a column `media_id` of its own.
 */
import type { ProductImage } from "@stoa/core/catalog/Product"
import * as ProductImages from "@stoa/core/catalog/ProductImages"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { shownMedia } from "./ProductRow.ts"

/** The file behind the picture of the row that is called so, as the column `media`. */
export const media = (sql: Constructor, alias: "b" | "c"): Fragment =>
  sql`CASE WHEN ${sql.literal(`${alias}.media_id`)} IS NOT NULL THEN (
    SELECT ${Dialect.jsonText(sql, shownMedia(sql))} FROM media AS m
    WHERE ${sql.literal(`m.id = ${alias}.media_id AND m.store_id = ${alias}.store_id`)} AND m.status = 'ready'
  ) END AS media`

export const kept = (picture: ProductImage | null): string | null =>
  picture === null ? null : JSON.stringify(ProductImages.kept(picture))

/** The picture as it is now, `null` if its file is gone. */
export const shown = (baseUrl: string, picture: string | null, file: string | null): ProductImage | null =>
  picture === null
    ? null
    : ProductImages.shown(baseUrl, [Row.json(picture)], file === null ? [] : [Row.json(file)])[0] ?? null

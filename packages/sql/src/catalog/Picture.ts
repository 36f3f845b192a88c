/**
 * Pictures that are files of the shop, and the one picture of a brand or a collection: kept as JSON, with the id of the file in a column
 * `media_id` of its own.
 */
import type { ProductImage } from "@stoa/core/catalog/Product"
import * as ProductImages from "@stoa/core/catalog/ProductImages"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"

/** What is shown of a file, the row `m`: JSON of `ShownMedia`. */
export const shownMedia = (sql: Constructor): Fragment =>
  Dialect.jsonObject(sql, {
    id: "m.id",
    contentType: "m.content_type",
    visibility: "m.visibility",
    alt: "m.alt",
    altTexts: Dialect.jsonValue(sql, "m.alt_texts"),
    width: "m.width",
    height: "m.height",
    renditions: Dialect.jsonValue(sql, "m.renditions")
  })

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

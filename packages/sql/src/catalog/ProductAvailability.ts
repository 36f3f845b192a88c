/**
 * What can be bought now, asked in SQL: the rules of `Allocation.obtainable` and `BundleStock` of core, for lists that filter by them.
 */
import type { Constructor } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"

/** The stock of a variant at open locations: what follows `FROM`. */
export const levelsOf = (variant: string) => `stock_levels AS l JOIN locations AS o ON o.id = l.location_id
        WHERE l.variant_id = ${variant}.id AND o.active = 1`

/** Of the variant `v`. */
export const openLevels = levelsOf("v")

const firstOfPart = `coalesce((SELECT l.on_hand - l.reserved FROM ${levelsOf("pv")} ORDER BY o.priority, o.id LIMIT 1), 0)`

const positive = (pieces: string) => `(CASE WHEN ${pieces} > 0 THEN ${pieces} ELSE 0 END)`

/** `BundleStock.piecesOf` of the part `pv`. */
const piecesOfPart = `(coalesce((SELECT sum(CASE WHEN l.on_hand > l.reserved THEN l.on_hand - l.reserved ELSE 0 END) FROM ${levelsOf("pv")}), 0)
    + CASE WHEN pv.backorder_limit = 0 THEN 0 ELSE ${positive(`(${firstOfPart} + pv.backorder_limit)`)} - ${positive(firstOfPart)} END)`

/** Whether the vendor of the product `pp` is suspended: 1 or 0. */
export const partIsSuspended =
  `(CASE WHEN EXISTS (SELECT 1 FROM vendors AS pw WHERE pw.id = pp.vendor_id AND pw.store_id = pp.store_id AND pw.status = 'suspended') THEN 1 ELSE 0 END)`

/** The first part of the bundle `v` because of which not even one can be sold now. */
export const missingPart = `(SELECT 1 FROM bundle_parts AS bp
      LEFT JOIN variants AS pv ON pv.id = bp.part_id AND pv.store_id = bp.store_id
      LEFT JOIN products AS pp ON pp.id = pv.product_id
      WHERE bp.bundle_id = v.id AND (
        pp.id IS NULL OR pp.status = 'archived' OR pv.gift_card = 1 OR ${partIsSuspended} = 1
          OR (pv.track_stock = 1 AND bp.quantity > ${piecesOfPart})
      ) LIMIT 1)`

const ofVariants = (product: string) => `((
    SELECT 1 FROM variants AS v WHERE v.product_id = ${product}.id AND (
      (v.track_stock = 0 AND (v.bundle IS NULL OR ${missingPart} IS NULL))
      OR (SELECT 1 FROM ${openLevels} AND l.on_hand > l.reserved LIMIT 1) IS NOT NULL
      OR (v.backorder_limit > 0 AND v.backorder_limit + coalesce(
        (SELECT l.on_hand - l.reserved FROM ${openLevels} ORDER BY o.priority, o.id LIMIT 1), 0
      ) > 0)
    ) LIMIT 1
  ) IS NOT NULL)`

/**
 * Whether any variant of a product can be bought now: whether `Allocation.obtainable` is above 0 for one. It is
 * not asked with `EXISTS`, for which Postgres reads all variants and levels of the database where it expects a long list. On SQLite the product itself
 * says where it is in stock, if that is known.
 */
export const available = (sql: Constructor, product = "p"): string =>
  Dialect.of(sql) === "pg" ? ofVariants(product) : `((SELECT o.active FROM locations AS o WHERE o.id = ${product}.stocked_at) IS 1 OR ${ofVariants(product)})`

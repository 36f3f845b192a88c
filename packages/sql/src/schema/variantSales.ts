/** Sales of a variant by day, and the variants of a store one after the other, for forecasts. */
export const up = (): ReadonlyArray<string> => [
  "CREATE INDEX sales_by_variant_day ON sales_by_variant (store_id, variant_id, day)",
  "CREATE INDEX variants_by_store ON variants (store_id, id)"
]

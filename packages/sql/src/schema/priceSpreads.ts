/**
 * Products whose variants cost differently, which are all that can have a price above one that they begin below. `price_to` is a part of the
 * index, so that it decides without reading the products.
 */
export const up = (): ReadonlyArray<string> => [
  "CREATE INDEX products_by_spread ON products (store_id, status, price_from, id, price_to) WHERE price_to > price_from"
]

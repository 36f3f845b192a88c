/**
 * The same operations written by hand: the statements that somebody would write who knows the schema, prepared once,
 * without checks, events to subscribers, errors or types.
 */

export const storeId = "store_00000000000000000000000000"

/** What both sides of a comparison can do. An answer is only looked at by whoever needs it. */
export interface RawShop {
  readonly list: () => unknown
  readonly product: (slug: string) => unknown
  readonly search: (word: string) => unknown
  /** Answers the cart's id. */
  readonly newCart: () => string | Promise<string>
  readonly addItem: (cartId: string, variantId: string, quantity: number) => unknown
  /** Orders a cart and pays it. */
  readonly checkout: (cartId: string) => unknown
  /** Promises one piece of a variant: its row is locked, looked at and changed, and the promise written. */
  readonly reserve: (variantId: string) => unknown
  /**
   * The transaction of an order alone, without reading anything and without paying: the same rows as seven statements
   * between `BEGIN` and `COMMIT`, one of which closes the cart. Only where round trips cost something.
   */
  readonly bare?: (cartId: string, variantIds: ReadonlyArray<string>) => unknown
  readonly ordersOf: (customerId: string) => unknown
  readonly orderStats: () => unknown
  readonly close: () => unknown
}

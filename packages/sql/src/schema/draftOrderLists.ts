/** The drafts of a state, newest first, are found without a look at others. */
export const up = (): ReadonlyArray<string> => [
  "CREATE INDEX draft_orders_by_status ON draft_orders (store_id, status, id)"
]

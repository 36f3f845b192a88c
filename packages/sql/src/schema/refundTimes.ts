/** Refunds by when they succeeded, for figures. */
export const up = (): ReadonlyArray<string> => [
  "CREATE INDEX refunds_by_time ON refunds (store_id, updated_at) WHERE state = 'succeeded'"
]

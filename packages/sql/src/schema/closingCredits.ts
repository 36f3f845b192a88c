/** An order that is over has one credit note over what was never paid of it, at most. */
export const up = (): ReadonlyArray<string> => [
  `CREATE UNIQUE INDEX documents_one_at_the_end ON documents (store_id, order_id)
    WHERE kind = 'credit_note' AND refund_id IS NULL AND edit_id IS NULL`
]

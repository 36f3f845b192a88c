/**
 * What lines of orders are called.
 */

interface Line {
  readonly title: string
  readonly variantTitle: string
}

/** The product, and which of its variants it is where it has several: `"Desk lamp (Blue)"`. */
export const lineName = ({ title, variantTitle }: Line): string =>
  variantTitle === "" || variantTitle === title ? title : `${title} (${variantTitle})`

/** What the line of an order with an id is called. */
export const lineNameOf = (order: { readonly lines: ReadonlyArray<Line & { readonly id: string }> }, lineId: string): string => {
  const line = order.lines.find(({ id }) => id === lineId)
  return line === undefined ? lineId : lineName(line)
}

/**
 * The figures that formulas know, by name: those of sales as they are called, others after what they are of.
 */
import type { FigureKind } from "./Formula.ts"

/** The operations of `Analytics` whose figures formulas can use. Those of one operation come with one statement. */
export type FigureSource = "sales" | "buyers" | "refunds" | "funnel"

interface KnownFigure {
  readonly source: FigureSource
  readonly field: string
  readonly kind: FigureKind
}

const fields: Readonly<Record<FigureSource, { readonly counts: ReadonlyArray<string>; readonly amounts: ReadonlyArray<string> }>> = {
  sales: {
    counts: ["placed", "cancelled", "orders", "items", "firstOrders"],
    amounts: ["subtotal", "discount", "shipping", "tax", "total", "refunded", "kept", "averageOrder"]
  },
  buyers: {
    counts: ["newBuyers", "returningBuyers", "newOrders", "returningOrders", "erasedOrders"],
    amounts: ["newKept", "returningKept", "erasedKept"]
  },
  refunds: { counts: ["refunds", "orders"], amounts: ["amount", "credited"] },
  funnel: { counts: ["carts", "checkouts", "orders", "sold"], amounts: [] }
}

const known: ReadonlyMap<string, KnownFigure> = new Map(
  (Object.keys(fields) as Array<FigureSource>).flatMap((source) => {
    const { amounts, counts } = fields[source]
    const named = (field: string, kind: FigureKind) => [source === "sales" ? field : `${source}.${field}`, { source, field, kind }] as const
    return counts.map((field) => named(field, "count")).concat(amounts.map((field) => named(field, "amount")))
  })
)

export const find = (name: string): KnownFigure | undefined => known.get(name)

/** All names, in the order of their sources. */
export const names: ReadonlyArray<string> = [...known.keys()]

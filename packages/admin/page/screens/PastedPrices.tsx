/**
 * Prices that are copied from a spreadsheet: a line for each, with the stock number, from how many pieces on, and the price.
 */
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Request } from "../api/Operations.ts"
import { Problem } from "../api/Problem.ts"
import { Dialog } from "../parts/Dialog.tsx"
import { CheckField, Form, LongField, wrong } from "../parts/Form.tsx"
import { words } from "../words/Words.ts"
import type { PriceList } from "./PriceLists.tsx"

const say = words.prices

type Prices = NonNullable<Request<"priceLists.setPrices">["payload"]>["prices"]

/** So many are taken in one go. */
const most = 1_000

interface Line {
  /** As people count them, from 1. */
  readonly number: number
  readonly price: Prices[number]
}

/** An amount as spreadsheets copy it: with the sign of its currency, and with thousands set apart. */
const amountOf = (text: string, currency: string): Format.Money | undefined => {
  const digits = text.replace(/[^\d.,-]/g, "")
  const apart = /^\d{1,3}(?:([.,])\d{3})+(?:[.,]\d{1,2})?$/.exec(digits)?.[1]
  const places = Format.digits(currency)
  const isApart = apart !== undefined && (places < 3 || digits.lastIndexOf(apart) !== digits.search(/[.,]\d*$/))
  return Format.parseMoney(isApart ? digits.replaceAll(apart, "") : digits, currency)
}

const read = (text: string, currency: string): ReadonlyArray<Line> => {
  const rows = text.split(/\r?\n/).map((line, index) => ({ number: index + 1, cells: line.split(/\t|;/).map((cell) => cell.trim()) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ""))
  // titles of columns have no digits where prices have some
  const [first] = rows
  const lines = first !== undefined && !/\d/.test(first.cells.at(-1) ?? "") ? rows.slice(1) : rows
  return lines.map(({ cells, number }) => {
    const fail = (message: string) => wrong("lines", say.inLine(number, message))
    const [sku = "", ...others] = cells
    const price = amountOf(others.at(-1) ?? "", currency)
    if (sku === "" || others.length === 0 || others.length > 2) throw fail(say.columns)
    if (price === undefined) throw fail(words.field.money)
    const quantity = others.length === 2 && others[0] !== "" ? Number(others[0]) : 1
    if (!Number.isInteger(quantity) || quantity < 1) throw fail(words.field.whole)
    return { number, price: { sku, minQuantity: quantity, price } }
  })
}

export const PastedPrices = ({ list, onClose, onDone }: {
  readonly list: PriceList
  readonly onClose: () => void
  readonly onDone: (count: number) => void
}) => (
  <Dialog title={say.paste} onClose={onClose}>
    <Form
      submit={say.pasteButton}
      onSend={async (written) => {
        const lines = read(written.text("lines"), list.currency)
        if (lines.length === 0) throw wrong("lines", words.field.required)
        if (lines.length > most) throw wrong("lines", say.tooMany(Format.number(most)))
        await call("priceLists.setPrices", {
          params: { id: list.id },
          payload: { prices: lines.map(({ price }) => price), whole: written.checked("whole") }
        }).catch((error: unknown) => {
          const [fault] = error instanceof Problem ? error.faults : []
          const line = fault?.path[0] === "prices" ? lines[Number(fault.path[1])] : undefined
          if (fault === undefined || line === undefined) throw error
          throw wrong("lines", say.inLine(line.number, fault.path[2] === "sku" ? say.noSku(line.price.sku ?? "") : fault.path[2] === "minQuantity" ? say.twice : fault.message))
        })
        onClose()
        onDone(lines.length)
      }}
    >
      <LongField name="lines" label={say.lines} hint={say.linesHint(list.currency)} rows={8} />
      <CheckField name="whole" label={say.whole} hint={say.wholeHint} />
    </Form>
  </Dialog>
)

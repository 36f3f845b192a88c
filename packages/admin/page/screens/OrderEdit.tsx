/**
 * An edit of an order: what it would do is shown first, with the difference in price, and then it is done as it was shown.
 */
import { useEffect, useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer, Request } from "../api/Operations.ts"
import { Dialog } from "../parts/Dialog.tsx"
import { CheckField, Form, TextField, type Written, wrong } from "../parts/Form.tsx"
import { lineName } from "../parts/LineName.ts"
import { type Picked, VariantPicker } from "../parts/VariantPicker.tsx"
import { words } from "../words/Words.ts"

const say = words.edit

type OrderAnswer = Answer<"adminOrders.get">
type Preview = Answer<"orderEdits.preview">
type Edit = NonNullable<Request<"orderEdits.create">["payload"]>

/** Whether an order is one that may be edited; the shop looks more closely. */
export const editable = ({ fulfilmentStatus, status }: OrderAnswer): boolean =>
  ["pending", "paid", "processing", "on_hold"].includes(status) && fulfilmentStatus !== "shipped" && fulfilmentStatus !== "delivered"

const leftOf = ({ cancelled, quantity }: OrderAnswer["lines"][number]): number => quantity - cancelled

const Effects = ({ preview }: { readonly preview: Preview }) => {
  const { difference, due, refund } = preview
  const titles = new Map(preview.order.lines.map((line) => [String(line.variantId), lineName(line)]))
  return (
    <>
      <dl class="sums">
        {([
          [say.newTotal, preview.order.total],
          [say.difference, difference],
          [say.due, due],
          [say.goesBack, refund]
        ] as const).map(([text, amount]) => (
          <div key={text}>
            <dt>{text}</dt>
            <dd class="number">{Format.money(amount)}</dd>
          </div>
        ))}
      </dl>
      {preview.stock.length === 0 ? null : (
        <ul class="small muted">
          {preview.stock.map(({ available, change, variantId }) => (
            <li key={variantId}>
              {titles.get(variantId) ?? variantId}: {change < 0 ? say.taken(-change) : say.putBack(change)}
              {available === null ? null : `, ${say.available(available)}`}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

export const OrderEdit = ({ onClose, onDone, order }: {
  readonly order: OrderAnswer
  readonly onClose: () => void
  readonly onDone: (text: string) => void
}) => {
  const [added, add] = useState<ReadonlyArray<Picked>>([])
  const [shown, show] = useState<{ readonly edit: Edit; readonly preview: Preview }>()
  // what was shown is of the order as it was then
  useEffect(() => show(undefined), [order.version])
  const lines = order.lines.filter((line) => leftOf(line) > 0)

  const editOf = (written: Written): Edit => {
    const changed = lines.flatMap((line, index) => {
      const quantity = written.whole(`lines.${index}.quantity`) ?? 0
      return quantity === leftOf(line) ? [] : [{ lineId: line.id, quantity }]
    })
    const goods = added.flatMap(({ variantId }, index) => {
      const quantity = written.whole(`add.${index}.quantity`) ?? 0
      return quantity === 0 ? [] : [{ variantId: variantId as never, quantity }]
    })
    if (changed.length === 0 && goods.length === 0) throw wrong("lines.0.quantity", say.nothing)
    const reason = written.text("reason")
    return {
      ...(changed.length === 0 ? {} : { lines: changed }),
      ...(goods.length === 0 ? {} : { add: goods }),
      ...(reason === "" ? {} : { reason }),
      notify: written.checked("notify"),
      version: order.version
    }
  }
  const params = { id: order.id }

  return (
    <Dialog title={say.title} onClose={onClose}>
      <Form
        submit={shown === undefined ? say.preview : say.button}
        quiet={shown === undefined
          ? undefined
          : <button type="button" class="quiet" onClick={() => show(undefined)}>{say.otherwise}</button>}
        onSend={async (written, { key }) => {
          if (shown === undefined) {
            const edit = editOf(written)
            return show({ edit, preview: await call("orderEdits.preview", { params, payload: edit }) })
          }
          const { edit, preview } = shown
          await call("orderEdits.create", { params, payload: { ...edit, expectedTotal: preview.order.total } }, { key })
          onClose()
          onDone(say.done)
        }}
      >
        <div class="stack" hidden={shown !== undefined}>
          {lines.map((line, index) => (
            <TextField
              key={line.id}
              name={`lines.${index}.quantity`}
              label={lineName(line)}
              hint={say.now(leftOf(line), Format.money(line.unitPrice))}
              inputMode="numeric"
              value={String(leftOf(line))}
            />
          ))}
          {added.map((one, index) => (
            <TextField
              key={one.variantId}
              name={`add.${index}.quantity`}
              label={say.added(one.title)}
              hint={Format.money(one.price)}
              inputMode="numeric"
              value="1"
            />
          ))}
          <VariantPicker
            label={say.add}
            onPick={(picked) => add((before) => before.some(({ variantId }) => variantId === picked.variantId) ? before : [...before, picked])}
          />
          <TextField name="reason" label={words.order.reason} optional />
          <CheckField name="notify" label={say.notify} checked />
        </div>
        {shown === undefined ? null : <Effects preview={shown.preview} />}
      </Form>
    </Dialog>
  )
}

/**
 * Lists of orders that somebody looks at again and again, under names: one's own and those of all staff.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import type { Request } from "../api/Operations.ts"
import { Deed } from "../parts/Deed.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { CheckField, Form, TextField } from "../parts/Form.tsx"
import { useLoaded } from "../parts/Loaded.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { link } from "../parts/Router.ts"
import { words } from "../words/Words.ts"

const say = words.views

type Filters = NonNullable<Request<"adminOrders.createView">["payload"]>["filters"]

/** What a view keeps of the address; days are those of the moment and not kept. */
const kept = ["search", "status", "paymentStatus", "fulfilmentStatus", "tag"] as const

const filtersOf = (query: URLSearchParams): Readonly<Record<string, string>> =>
  Object.fromEntries(kept.map((name) => [name, query.get(name) ?? ""]).filter(([, value]) => value !== ""))

const addressOf = (filters: Readonly<Record<string, unknown>>): string =>
  link(["orders"], Object.fromEntries(kept.map((name) => [name, filters[name] === undefined ? "" : String(filters[name])])))

export const OrderViews = ({ query }: { readonly query: URLSearchParams }) => {
  const [naming, name] = useState(false)
  const views = useLoaded(() => call("adminOrders.views"), "views")
  const filters = filtersOf(query)
  const here = addressOf(filters)
  const items = views.value?.items ?? []
  const shown = items.find((view) => addressOf(view.filters) === here)
  const chosen = Object.keys(filters).length > 0
  if (items.length === 0 && !chosen) return null
  return (
    <nav class="tabs" aria-label={say.label}>
      <ul>
        <li><a href={link(["orders"])} aria-current={chosen ? undefined : "page"}>{say.all}</a></li>
        {items.map((view) => (
          <li key={view.id}>
            <a href={addressOf(view.filters)} aria-current={view.id === shown?.id ? "page" : undefined}>{view.name}</a>
          </li>
        ))}
        {!chosen || shown !== undefined ? null : (
          <li><button type="button" class="link" onClick={() => name(true)}>{say.save}</button></li>
        )}
        {shown === undefined ? null : (
          <li>
            <Deed
              class="link"
              text={say.remove}
              sure={say.removeText}
              does={async () => {
                await call("adminOrders.removeView", { params: { id: shown.id } }, { version: shown.version })
                await views.reload()
              }}
            />
          </li>
        )}
      </ul>
      {naming
        ? (
          <Dialog title={say.save} onClose={() => name(false)}>
            <Form
              submit={words.shell.save}
              onSend={async (written, { key }) => {
                await call("adminOrders.createView", {
                  payload: { name: written.text("name"), filters: filters as Filters, shared: written.checked("shared") }
                }, { key })
                name(false)
                tell(words.shell.saved)
                await views.reload()
              }}
            >
              <TextField name="name" label={say.name} />
              <CheckField name="shared" label={say.shared} />
            </Form>
          </Dialog>
        )
        : null}
    </nav>
  )
}

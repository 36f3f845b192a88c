/**
 * Orders that staff put together for buyers.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import { Badge } from "../parts/Badge.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { Filters } from "../parts/Filters.tsx"
import { Form, LongField, TextField } from "../parts/Form.tsx"
import { May } from "../parts/May.tsx"
import { Page } from "../parts/Page.tsx"
import { Paged, usePaged } from "../parts/Paged.tsx"
import { go, link } from "../parts/Router.ts"
import { useStore } from "../parts/Store.ts"
import { type Picked, VariantPicker } from "../parts/VariantPicker.tsx"
import { words } from "../words/Words.ts"
import { shortOf } from "./Returns.tsx"

const say = words.drafts

export type DraftStatus = keyof typeof say.states

const NewDraft = ({ onClose }: { readonly onClose: () => void }) => {
  const [goods, add] = useState<ReadonlyArray<Picked>>([])
  return (
    <Dialog title={say.add} onClose={onClose}>
      <Form
        submit={say.create}
        onSend={async (written, { key }) => {
          const lines = goods.flatMap(({ variantId }, index) => {
            const quantity = written.whole(`lines.${index}.quantity`) ?? 0
            return quantity === 0 ? [] : [{ variantId: variantId as never, quantity }]
          })
          const draft = await call("draftOrders.create", {
            payload: { email: written.orNull("email"), lines, note: written.orNull("note") }
          }, { key })
          onClose()
          go(link(["drafts", draft.id]))
        }}
      >
        <TextField name="email" type="email" inputMode="email" label={words.signIn.email} optional />
        {goods.map((one, index) => (
          <TextField
            key={one.variantId}
            name={`lines.${index}.quantity`}
            label={one.title}
            hint={Format.money(one.price)}
            inputMode="numeric"
            value="1"
          />
        ))}
        <VariantPicker
          label={words.edit.add}
          onPick={(picked) => add((before) => before.some(({ variantId }) => variantId === picked.variantId) ? before : [...before, picked])}
        />
        <LongField name="note" label={say.note} hint={say.noteHint} rows={2} optional />
      </Form>
    </Dialog>
  )
}

export const Drafts = ({ query }: { readonly query: URLSearchParams }) => {
  const store = useStore()
  const [making, make] = useState(false)
  const chosen = query.get("status") ?? ""
  const status = chosen in say.states ? chosen as DraftStatus : undefined
  const drafts = usePaged((page) =>
    call("draftOrders.list", { query: { limit: 25, ...(status === undefined ? {} : { status }), ...page } }), chosen)
  return (
    <Page
      title={words.sections.drafts}
      actions={<May to="orders:write"><button type="button" onClick={() => make(true)}>{say.add}</button></May>}
    >
      <Filters
        label={words.returns.find}
        path={["drafts"]}
        query={query}
        choices={[{ name: "status", label: words.orders.state, choices: Object.entries(say.states) }]}
      />
      <section class="card" aria-label={words.sections.drafts}>
        <Paged of={drafts} none={say.none}>
          {(items) => (
            <table>
              <thead>
                <tr>
                  <th scope="col">{say.one}</th>
                  <th scope="col" class="wide-only">{say.until}</th>
                  <th scope="col">{words.orders.state}</th>
                  <th scope="col" class="number">{words.orders.total}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((draft) => (
                  <tr key={draft.id}>
                    <th scope="row">
                      <a href={link(["drafts", draft.id])}>{say.one} {shortOf(draft.id)}</a>
                      <span class="muted small below">{draft.email ?? say.nobody}</span>
                    </th>
                    <td class="wide-only">{Format.time(draft.expiresAt, store)}</td>
                    <td><Badge state={`draft_${draft.status}`} text={say.states[draft.status]} /></td>
                    <td class="number">{Format.money(draft.total)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Paged>
      </section>
      {making ? <NewDraft onClose={() => make(false)} /> : null}
    </Page>
  )
}


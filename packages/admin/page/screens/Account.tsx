/**
 * The passkeys of whoever is signed in.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import { offered, register } from "../api/Passkeys.ts"
import { Deed } from "../parts/Deed.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { Form, TextField } from "../parts/Form.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { Page } from "../parts/Page.tsx"
import { useStore } from "../parts/Store.ts"
import { words } from "../words/Words.ts"

const say = words.account

export const Account = () => {
  const store = useStore()
  const [codes, show] = useState<ReadonlyArray<string>>()
  const passkeys = useLoaded(() => call("passkeys.list"), "passkeys")
  return (
    <Page title={say.title}>
      <section class="card stack">
        <h2>{say.passkeys}</h2>
        <p class="muted">{say.intro}</p>
        <Loaded of={passkeys}>
          {({ items }) =>
            items.length === 0 ? <p class="muted">{say.none}</p> : (
              <ul class="rows">
                {items.map((passkey) => (
                  <li key={passkey.id}>
                    <span>
                      {passkey.name}
                      <span class="muted small below">
                        {say.since(Format.time(passkey.createdAt, store))}
                        {passkey.lastUsedAt === null ? "" : ` · ${say.used(Format.time(passkey.lastUsedAt, store))}`}
                      </span>
                    </span>
                    <Deed
                      class="danger"
                      text={say.remove}
                      sure={say.removeText}
                      label={`${say.remove}: ${passkey.name}`}
                      does={async () => {
                        await call("passkeys.remove", { params: { id: passkey.id } })
                        await passkeys.reload()
                      }}
                    />
                  </li>
                ))}
              </ul>
            )}
        </Loaded>
        {offered
          ? (
            <Form
              key={passkeys.value?.items.length ?? 0}
              submit={say.add}
              onSend={async (written) => {
                const { recoveryCodes } = await register(written.text("name"))
                tell(say.added)
                if (recoveryCodes !== null) show(recoveryCodes)
                await passkeys.reload()
              }}
            >
              <TextField name="name" label={say.name} hint={say.nameHint} optional />
            </Form>
          )
          : <p class="notice">{say.notHere}</p>}
      </section>
      {codes === undefined ? null : (
        <Dialog title={say.codes} onClose={() => show(undefined)}>
          <div class="stack">
            <p>{say.codesText}</p>
            <ul>{codes.map((code) => <li key={code}><code class="code">{code}</code></li>)}</ul>
          </div>
        </Dialog>
      )}
    </Page>
  )
}

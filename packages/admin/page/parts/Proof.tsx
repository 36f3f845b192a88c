/**
 * Where whoever is signed in proves once more who they are, before something that an open session alone must not do.
 */
import { useEffect, useState } from "preact/hooks"
import { asker, call } from "../api/Api.ts"
import { words } from "../words/Words.ts"
import { offered, prove } from "../api/Passkeys.ts"
import { Deed } from "./Deed.tsx"
import { Dialog } from "./Dialog.tsx"
import { ChoiceField, Form, TextField } from "./Form.tsx"

interface Wanted {
  readonly secondFactor: boolean
  readonly settle: (proved: boolean) => void
}

export const Proof = () => {
  const [wanted, want] = useState<Wanted>()
  useEffect(() => {
    asker.prove = (secondFactor) =>
      new Promise((resolve) => {
        want({
          secondFactor,
          settle: (proved) => {
            want(undefined)
            resolve(proved)
          }
        })
      })
    return () => {
      asker.prove = async () => false
    }
  }, [])
  if (wanted === undefined) return null
  const { secondFactor, settle } = wanted
  const { factors } = words.signIn
  return (
    <Dialog title={words.signIn.proveTitle} onClose={() => settle(false)}>
      <Form
        loose
        quiet={offered
          ? (
            <Deed
              class="link"
              text={words.signIn.byPasskey}
              does={async () => {
                await prove()
                settle(true)
              }}
            />
          )
          : undefined}
        submit={words.signIn.confirm}
        onSend={async (written) => {
          const method = secondFactor ? written.text("method") === "recovery_code" ? "recovery_code" : "totp" : "password"
          const code = secondFactor ? written.text("code") : String(written.data.get("code") ?? "")
          await call("mfa.verify", { payload: { method, code } })
          settle(true)
        }}
      >
        <p>{words.signIn.prove}</p>
        {secondFactor
          ? (
            <>
              <ChoiceField
                name="method"
                label={words.signIn.factorTitle}
                choices={[["totp", factors.totp], ["recovery_code", factors.recovery_code]]}
              />
              <TextField name="code" label={words.signIn.code} autocomplete="one-time-code" inputMode="numeric" />
            </>
          )
          : <TextField name="code" label={words.signIn.password} type="password" autocomplete="current-password" />}
      </Form>
    </Dialog>
  )
}

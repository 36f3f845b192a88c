/**
 * Where whoever started a shop without an owner makes their account, with the secret that the server has printed.
 */
import { useEffect, useRef } from "preact/hooks"
import { call } from "../api/Api.ts"
import { Form, TextField, wrong } from "../parts/Form.tsx"
import { words } from "../words/Words.ts"
import type { User } from "./SignIn.tsx"

const say = words.firstOwner

export const FirstOwner = ({ onSignedIn, token }: {
  readonly token: string
  readonly onSignedIn: (user: User) => void
}) => {
  const place = useRef<HTMLElement>(null)
  useEffect(() => {
    document.title = `${say.title} · ${words.name}`
    place.current?.querySelector("input")?.focus()
  }, [])
  return (
    <main class="entrance" ref={place}>
      <div class="card">
        <p class="mark" aria-hidden="true" />
        <h1>{say.title}</h1>
        <p class="muted">{say.intro}</p>
        <Form
          loose
          submit={say.button}
          onSend={async (written) => {
            const [email, name] = [written.text("email"), written.text("name")]
            const password = String(written.data.get("password") ?? "")
            if (String(written.data.get("again") ?? "") !== password) throw wrong("again", say.notTheSame)
            await call("auth.becomeFirstOwner", { payload: { token, email, password, ...(name === "" ? {} : { name }) } })
            onSignedIn((await call("auth.login", { payload: { email, password } })).user)
          }}
        >
          <TextField name="name" label={say.name} autocomplete="name" optional />
          <TextField name="email" label={words.signIn.email} type="email" autocomplete="username" inputMode="email" />
          <TextField name="password" label={words.signIn.password} type="password" autocomplete="new-password" hint={say.passwordHint} />
          <TextField name="again" label={say.again} type="password" autocomplete="new-password" />
        </Form>
      </div>
    </main>
  )
}

/**
 * Signing in: by a password or by a code from a mail, and with a second factor where the account has one.
 */
import { useEffect, useRef, useState } from "preact/hooks"
import { asker, call } from "../api/Api.ts"
import type { Answer } from "../api/Operations.ts"
import { Problem } from "../api/Problem.ts"
import { offered, prove } from "../api/Passkeys.ts"
import { Deed } from "../parts/Deed.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { Form, TextField } from "../parts/Form.tsx"
import { LanguageChoice } from "../parts/LanguageChoice.tsx"
import { giveUp } from "../parts/Unsaved.ts"
import { words } from "../words/Words.ts"

export type User = Answer<"auth.login">["user"]

type Factor = keyof typeof words.signIn.factors

type Step =
  | { readonly is: "password" }
  | { readonly is: "address" }
  | { readonly is: "code"; readonly challengeId: string }
  | { readonly is: "passkey"; readonly challengeId: string }
  | { readonly is: "factor"; readonly passkey: boolean; readonly challengeId: string; readonly methods: ReadonlyArray<Factor>; readonly method: Factor }

const { signIn: say } = words

/** What is asked for next by the answer to a first proof. */
const factor = (problem: Problem): Step => {
  const { challengeId, methods } = problem.body
  const passkey = offered && Array.isArray(methods) && methods.includes("passkey")
  const known = (Array.isArray(methods) ? methods : []).filter((method): method is Factor => method in say.factors)
  const [method] = known
  if (typeof challengeId === "string" && method === undefined && passkey) return { is: "passkey", challengeId }
  if (typeof challengeId !== "string" || method === undefined) {
    throw new Problem(401, { code: "passkey_only", detail: say.passkeyOnly })
  }
  return { is: "factor", challengeId, methods: known, method, passkey }
}

interface SignInProps {
  readonly onSignedIn: (user: User) => void
  /** Why it is asked for, if it is not plain. */
  readonly reason: string | undefined
}

/** What is asked for, one thing after another. */
export const Steps = ({ headed, onSignedIn, reason }: SignInProps & { readonly headed: boolean }) => {
  const [step, setStep] = useState<Step>({ is: "password" })
  const [email, setEmail] = useState("")
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    place.current?.querySelector("input")?.focus()
  }, [step])

  const attempt = async (answer: Promise<{ readonly user: User }>) => {
    try {
      onSignedIn((await answer).user)
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "second_factor_required") throw error
      setStep(factor(error))
    }
  }
  const address = (
    <TextField
      name="email"
      label={say.email}
      type="email"
      autocomplete="username"
      inputMode="email"
      value={email}
      onInput={setEmail}
    />
  )
  const other = (text: string, to: Step) => <button type="button" class="link" onClick={() => setStep(to)}>{text}</button>

  return (
    <div ref={place}>
      {headed ? <h1>{step.is === "factor" || step.is === "passkey" ? say.factorTitle : say.title}</h1> : null}
      {step.is === "password" ? <p class="muted">{reason ?? say.intro}</p> : null}
      {step.is === "password"
        ? (
          <Form
            loose
            key="password"
            submit={say.button}
            onSend={(written) =>
              attempt(call("auth.login", {
                payload: { email: written.text("email"), password: String(written.data.get("password") ?? "") }
              }))}
            quiet={
              <>
                {offered ? <Deed class="link" text={say.byPasskey} does={() => attempt(prove())} /> : null}
                {other(say.byCode, { is: "address" })}
              </>
            }
          >
            {address}
            <TextField name="password" label={say.password} type="password" autocomplete="current-password" />
          </Form>
        )
        : step.is === "address"
        ? (
          <Form
            loose
            key="address"
            submit={say.send}
            onSend={async (written) => {
              const { challengeId } = await call("auth.startPasswordless", { payload: { email: written.text("email") } })
              setStep({ is: "code", challengeId })
            }}
            quiet={other(say.byPassword, { is: "password" })}
          >
            {address}
          </Form>
        )
        : step.is === "code"
        ? (
          <Form
            loose
            key="code"
            submit={say.button}
            onSend={(written) =>
              attempt(call("auth.verifyPasswordless", { payload: { challengeId: step.challengeId, code: written.text("code") } }))}
            quiet={other(say.again, { is: "address" })}
          >
            <p>{say.codeSent}</p>
            <TextField name="code" label={say.code} autocomplete="one-time-code" inputMode="numeric" />
          </Form>
        )
        : step.is === "passkey"
        ? (
          <div class="stack">
            <Deed class="" text={say.byPasskey} does={() => attempt(prove(step.challengeId))} />
            {other(say.again, { is: "password" })}
          </div>
        )
        : (
          <Form
            loose
            key={step.method}
            submit={say.confirm}
            onSend={(written) =>
              attempt(call("mfa.verify", {
                payload: {
                  challengeId: step.challengeId,
                  method: step.method,
                  code: step.method === "password" ? String(written.data.get("code") ?? "") : written.text("code")
                }
              }))}
            quiet={
              <>
                {step.passkey ? <Deed class="link" text={say.byPasskey} does={() => attempt(prove(step.challengeId))} /> : null}
                {other(say.again, { is: "password" })}
              </>
            }
          >
            <TextField
              name="code"
              label={say.factors[step.method]}
              type={step.method === "password" ? "password" : "text"}
              autocomplete={step.method === "password" ? "current-password" : "one-time-code"}
              {...(step.method === "totp" ? { inputMode: "numeric" as const } : {})}
            />
            {step.methods.length < 2 ? null : (
              <p class="small">
                {say.otherFactor} {step.methods.filter((method) => method !== step.method).map((method) => (
                  <button key={method} type="button" class="link" onClick={() => setStep({ ...step, method })}>
                    {say.factors[method]}
                  </button>
                ))}
              </p>
            )}
          </Form>
        )}
    </div>
  )
}

export const SignIn = (props: SignInProps) => {
  useEffect(() => {
    document.title = `${say.title} · ${words.name}`
  }, [])
  return (
    <main class="entrance">
      <div class="card">
        <p class="mark" aria-hidden="true" />
        <Steps headed {...props} />
      </div>
      <LanguageChoice />
    </main>
  )
}

/** Signing in again above the screen that somebody is at, where nothing is lost that they have written. */
export const SignInAgain = ({ user }: { readonly user: User }) => {
  const [settle, wait] = useState<{ readonly with: (done: boolean) => void }>()
  useEffect(() => {
    asker.signIn = () => new Promise((resolve) => wait({ with: resolve }))
    return () => {
      asker.signIn = async () => false
    }
  }, [])
  if (settle === undefined) return null
  const end = (done: boolean) => {
    wait(undefined)
    settle.with(done)
  }
  return (
    <Dialog title={say.title} onClose={() => end(false)}>
      <Steps
        headed={false}
        reason={words.problem.signed_out}
        onSignedIn={({ id }) => {
          if (id === user.id) return end(true)
          // what is shown is of somebody else
          giveUp()
          location.reload()
        }}
      />
    </Dialog>
  )
}

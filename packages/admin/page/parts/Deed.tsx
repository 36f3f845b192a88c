/**
 * A button that does something at once, and says what went wrong where it stands.
 */
import { useContext, useState } from "preact/hooks"
import { from, type Problem } from "../api/Problem.ts"
import { words } from "../words/Words.ts"
import { Dialog } from "./Dialog.tsx"
import { Form } from "./Form.tsx"
import { ConflictNotice, ReloadContext } from "./Loaded.tsx"

export const Deed = ({ class: className = "quiet", does, label, pressed, sure, text }: {
  readonly text: string
  /** What a reader of screens hears, where the text alone does not say it. */
  readonly label?: string
  readonly class?: string
  readonly pressed?: boolean
  /** What is said before it is done, where it cannot be undone. */
  readonly sure?: string
  readonly does: () => Promise<void>
}) => {
  const [state, set] = useState<{ readonly busy: boolean; readonly problem?: Problem }>({ busy: false })
  const [asking, ask] = useState(false)
  const reload = useContext(ReloadContext)
  const act = () => {
    if (state.busy) return
    set({ busy: true })
    does().then(() => set({ busy: false }), (error: unknown) => set({ busy: false, problem: from(error) }))
  }
  return (
    <>
      <button
        type="button"
        class={className}
        aria-label={label}
        aria-disabled={state.busy}
        {...(pressed === undefined ? {} : { role: "switch" as const, "aria-checked": pressed })}
        onClick={sure === undefined ? act : () => ask(true)}
      >
        {text}
      </button>
      {asking && sure !== undefined
        ? (
          <Dialog title={label ?? text} onClose={() => ask(false)}>
            <Form
              submit={text}
              submitClass={className === "danger" ? "danger" : ""}
              quiet={<button type="button" class="quiet" onClick={() => ask(false)}>{words.shell.cancel}</button>}
              onSend={async () => {
                await does()
                ask(false)
              }}
            >
              <p>{sure}</p>
            </Form>
          </Dialog>
        )
        : null}
      {state.problem === undefined
        ? null
        : <ConflictNotice problem={state.problem} reload={reload} onReloaded={() => set({ busy: false })} />}
    </>
  )
}

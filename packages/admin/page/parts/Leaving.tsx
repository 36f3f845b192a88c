/**
 * The question that is asked before something that was written is lost.
 */
import { useEffect, useState } from "preact/hooks"
import { words } from "../words/Words.ts"
import { Dialog } from "./Dialog.tsx"
import { leaving } from "./Unsaved.ts"

const say = words.leaving

export const Leaving = () => {
  const [then, set] = useState<{ readonly run: () => void }>()
  useEffect(() => {
    leaving.ask = (run) => set({ run })
    return () => {
      leaving.ask = (run) => run()
    }
  }, [])
  if (then === undefined) return null
  return (
    <Dialog title={say.title} onClose={() => set(undefined)}>
      <div class="stack">
        <p>{say.text}</p>
        <div class="actions">
          <button type="button" onClick={() => set(undefined)}>{say.stay}</button>
          <button
            type="button"
            class="danger"
            onClick={() => {
              set(undefined)
              then.run()
            }}
          >
            {say.leave}
          </button>
        </div>
      </div>
    </Dialog>
  )
}

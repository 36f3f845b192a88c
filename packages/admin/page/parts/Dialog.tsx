/**
 * A dialogue above the page: the browser keeps the focus in it, Escape closes it, and the focus goes back to where it came from.
 */
import type { ComponentChildren } from "preact"
import { useEffect, useId, useRef } from "preact/hooks"
import { words } from "../words/Words.ts"
import { giveUp, isUnsaved, leaving } from "./Unsaved.ts"

export const Dialog = ({ children, onClose, title }: {
  readonly title: string
  readonly onClose: () => void
  readonly children: ComponentChildren
}) => {
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const opener = document.activeElement
    const { current } = dialog
    current?.showModal()
    // what is asked for comes first, and not the button that closes
    current?.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea")?.focus()
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    }
  }, [])
  const close = () => {
    const { current } = dialog
    if (current === null) return
    if (!isUnsaved(current)) return current.close()
    leaving.ask(() => {
      giveUp(current)
      current.close()
    })
  }
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={onClose}
      onCancel={(event) => {
        // fields for files tell in the same way that nothing was chosen
        if (event.target !== event.currentTarget || !isUnsaved(event.currentTarget)) return
        event.preventDefault()
        close()
      }}
    >
      <header>
        <h2 id={id}>{title}</h2>
        <button type="button" class="quiet icon" aria-label={words.shell.close} onClick={close}>✕</button>
      </header>
      {children}
    </dialog>
  )
}

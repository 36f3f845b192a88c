/**
 * One screen: its heading takes the focus when somebody comes to it, so that a reader of screens hears where they are.
 */
import type { ComponentChildren } from "preact"
import { useEffect, useRef } from "preact/hooks"
import { words } from "../words/Words.ts"

let first = true

export const Page = ({ actions, children, title }: {
  readonly title: string
  readonly actions?: ComponentChildren
  readonly children: ComponentChildren
}) => {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · ${words.name}`
  }, [title])
  useEffect(() => {
    if (!first) heading.current?.focus({ preventScroll: true })
    first = false
    scrollTo(0, 0)
  }, [])
  return (
    <>
      <header class="heading">
        <h1 ref={heading} tabIndex={-1}>{title}</h1>
        {actions === undefined ? null : <div class="actions">{actions}</div>}
      </header>
      {children}
    </>
  )
}

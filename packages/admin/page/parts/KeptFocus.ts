/**
 * Whoever goes by keyboard is not sent back to the top when what had the focus goes away: a row that was removed, a button that
 * is not offered any more.
 */

/** Keeps the focus within a part of the page, from now until what it answers is called. */
export const keepFocus = (within: HTMLElement | null): (() => void) => {
  if (within === null) return () => {}
  let ways: ReadonlyArray<Element> = []
  const came = ({ target }: FocusEvent) => {
    const way: Array<Element> = []
    for (let at = target instanceof Element ? target : null; at !== null && at !== within; at = at.parentElement) way.push(at)
    ways = way
  }
  const looked = new MutationObserver(() => {
    const [had] = ways
    const { activeElement } = document
    if (had === undefined || had.isConnected || (activeElement !== null && activeElement !== document.body)) return
    // the nearest that is still there and that a reader of screens says the name of, or else the heading of the screen
    const near = ways.find((element) => element.isConnected && element.matches("section, form, nav"))
      ?? within.querySelector("h1")
    if (!(near instanceof HTMLElement)) return
    near.tabIndex = -1
    near.focus({ preventScroll: true })
  })
  within.addEventListener("focusin", came)
  looked.observe(within, { childList: true, subtree: true })
  return () => {
    within.removeEventListener("focusin", came)
    looked.disconnect()
  }
}

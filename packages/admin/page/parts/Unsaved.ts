/**
 * What somebody has written and not sent yet. Whatever would take it away asks first.
 */

const forms = new Set<HTMLFormElement>()

/** Something was written into a form. */
export const wrote = (form: HTMLFormElement): void => {
  forms.add(form)
}

/** What is in it was sent, or is wanted no more. */
export const settled = (form: HTMLFormElement): void => {
  forms.delete(form)
}

/** Whether anything would be lost with a part of the page, or with all of it. */
export const isUnsaved = (within: Element = document.body): boolean => [...forms].some((form) => within.contains(form))

/** Gives up what was written in a part of the page, or in all of it. */
export const giveUp = (within: Element = document.body): void => {
  for (const form of forms) if (within.contains(form)) forms.delete(form)
}

/** Asks whether what was written may be lost, and goes on if it may. */
export const leaving: { ask: (then: () => void) => void } = { ask: (then) => then() }

// the browser asks by itself before it leaves the page
addEventListener("beforeunload", (event) => {
  if (isUnsaved()) event.preventDefault()
})

/**
 * Mailboxes that are made for a few minutes and belong to nobody.
 */
import { disposableDomains } from "./DisposableDomains.ts"

const domains: ReadonlySet<string> = new Set(disposableDomains.trim().split(/\s+/))

/** Whether the domain of an address, or one that it belongs to, is on the shipped list. */
export const isDisposable = (email: string): boolean => {
  const labels = email.slice(email.lastIndexOf("@") + 1).toLowerCase().split(".")
  return labels.some((_, index) => domains.has(labels.slice(index).join(".")))
}

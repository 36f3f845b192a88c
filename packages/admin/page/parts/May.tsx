/**
 * What is offered to those who may do it only. Whatever it is, the shop looks at it again.
 */
import type { ComponentChildren } from "preact"
import { useStore } from "./Store.ts"

export const May = ({ children, to }: {
  /** A permission: `"orders:refund"`. */
  readonly to: string
  readonly children: ComponentChildren
}) => useStore().may(to) ? <>{children}</> : null

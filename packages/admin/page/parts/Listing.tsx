/**
 * A list as a table: one row for each, by the columns that it has.
 */
import type { ComponentChildren } from "preact"
import { Paged, type Paging } from "./Paged.tsx"

export interface Column<A> {
  readonly title: string
  /** `wide-only`: not on a telephone. `number`: figures, one under another. */
  readonly class?: "number" | "wide-only" | "number wide-only"
  /** The title is for readers of screens only. */
  readonly unsaid?: boolean
  readonly cell: (one: A) => ComponentChildren
}

/** The first column names what a row is about. */
export const Listing = <A,>({ columns: [first, ...others], keyOf, label, none, of }: {
  readonly of: Paging<A>
  readonly label: string
  readonly none: string
  readonly keyOf: (one: A) => string
  readonly columns: readonly [Column<A>, ...ReadonlyArray<Column<A>>]
}) => (
  <section class="card" aria-label={label}>
    <Paged of={of} none={none}>
      {(items) => (
        <table>
          <thead>
            <tr>
              {[first, ...others].map(({ class: className, title, unsaid }) => (
                <th key={title} scope="col" class={className}>
                  {unsaid === true ? <span class="quiet-heading">{title}</span> : title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.map((one) => (
              <tr key={keyOf(one)}>
                <th scope="row" class={first.class}>{first.cell(one)}</th>
                {others.map(({ cell, class: className, title }) => <td key={title} class={className}>{cell(one)}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Paged>
  </section>
)

/** What something is called, with what is said of it below in small letters. */
export const Named = ({ below, breaks, children }: {
  readonly children: ComponentChildren
  readonly below?: string | null | undefined
  /** What is below may break anywhere, as long numbers do. */
  readonly breaks?: boolean
}) => (
  <>
    {children}
    {below === undefined || below === null || below === ""
      ? null
      : <span class={`muted small below${breaks === true ? " breaks" : ""}`}>{below}</span>}
  </>
)

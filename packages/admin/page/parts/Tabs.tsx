/**
 * Lists that belong together, of which one is looked at.
 */
export const Tabs = ({ label, now, tabs }: {
  readonly label: string
  /** The address of the one that is shown. */
  readonly now: string
  /** Addresses, with the words for them. */
  readonly tabs: ReadonlyArray<readonly [string, string]>
}) => (
  <nav class="tabs" aria-label={label}>
    <ul>
      {tabs.map(([address, text]) => (
        <li key={address}>
          <a href={address} aria-current={address === now ? "page" : undefined}>{text}</a>
        </li>
      ))}
    </ul>
  </nav>
)

/**
 * The end of a form about something that is there: it takes that away, once its reader is sure.
 */
import { Deed } from "./Deed.tsx"

export const Removal = ({ does, onGone, say }: {
  readonly say: { readonly remove: string; readonly removeText: string }
  readonly does: () => Promise<unknown>
  readonly onGone: () => void
}) => (
  <div class="actions">
    <Deed
      class="danger"
      text={say.remove}
      sure={say.removeText}
      does={async () => {
        await does()
        onGone()
      }}
    />
  </div>
)

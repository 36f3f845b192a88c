/**
 * A secret that the shop shows once, when it was made.
 */
import { Dialog } from "./Dialog.tsx"

export const Secret = ({ onClose, secret, text, title }: {
  readonly title: string
  readonly text: string
  readonly secret: string
  readonly onClose: () => void
}) => (
  <Dialog title={title} onClose={onClose}>
    <div class="stack">
      <p>{text}</p>
      <p><code class="breaks code">{secret}</code></p>
    </div>
  </Dialog>
)

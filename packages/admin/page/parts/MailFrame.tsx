/**
 * A mail as it will look, in a frame that nothing of it gets out of.
 */
const address = new URL("../frame", import.meta.url).href

export const MailFrame = ({ html, title }: { readonly html: string; readonly title: string }) => (
  // another mail is another frame: each takes what it shows once
  <iframe
    key={html}
    class="mail"
    title={title}
    sandbox="allow-scripts"
    src={address}
    // its origin is one that cannot be named
    onLoad={({ currentTarget }) => currentTarget.contentWindow?.postMessage(html, "*")}
  />
)

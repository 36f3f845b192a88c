import type { Templates } from "./Template.ts"

/** What the people of a shop are told of its payments. */
export const english = {
  "gateway-misconfigured": {
    subject: "{{ store.name }} cannot take money through {{ gateway }}",
    text: `{{ gateway }} does not accept the credentials of {{ store.name }}: {{ reason }}.

Nobody can pay through it, and no refund goes out, until they are put right. What waits goes on by itself then.`
  }
} as const satisfies Templates

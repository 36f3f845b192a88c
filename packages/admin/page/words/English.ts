/**
 * What the page says, in English. Another language is another table of this shape, named in Words.ts.
 */
export const english = {
  name: "Stoa",
  sections: {
    label: "Sections",
    home: "Home",
    orders: "Orders",
    products: "Products",
    stock: "Stock",
    promotions: "Promotions",
    reviews: "Reviews",
    settings: "Settings"
  },
  shell: {
    menu: "Menu",
    skip: "Skip to the content",
    signOut: "Sign out",
    theme: "Appearance",
    themes: { system: "As the device", light: "Light", dark: "Dark" },
    notFound: "There is no such page.",
    loading: "Loading",
    retry: "Try again",
    more: "Show more",
    none: "Nothing here yet.",
    save: "Save",
    saved: "Saved.",
    cancel: "Cancel",
    close: "Close",
    back: "Back",
    all: "All",
    optional: "optional",
    working: "One moment"
  },
  problem: {
    unreachable: "The shop does not answer. Look at your connection and try again.",
    internal_error: "Something went wrong in the shop. Try again in a while.",
    forbidden: "Your account may not do this. Ask an owner of the shop for the permission.",
    invalid_input: "Some of this is not right. Look at the fields that are marked.",
    invalid_credentials: "The e-mail address or the password is not right.",
    invalid_code: "This code is not right, or too old.",
    conflict: "Somebody else has changed this meanwhile. Load it again, then repeat your change.",
    too_many: "That was too often. Wait a while and try again.",
    signed_out: "You were signed out. Sign in to go on.",
    number: "Request"
  },
  field: {
    whole: "Write a whole number.",
    money: "Write an amount, such as 19.99.",
    required: "This is needed."
  },
  signIn: {
    title: "Sign in",
    intro: "to run your shop",
    email: "E-mail address",
    password: "Password",
    button: "Sign in",
    byCode: "Send me a code instead",
    byPassword: "Use my password instead",
    send: "Send the code",
    codeSent: "If this address has an account, a code is on its way to it.",
    code: "Code",
    factorTitle: "One more proof",
    factors: {
      totp: "Code of your authenticator app",
      recovery_code: "Recovery code",
      email_code: "Code from the mail that we have sent you",
      password: "Password"
    },
    otherFactor: "Prove it otherwise:",
    again: "Begin again",
    confirm: "Confirm",
    proveTitle: "Confirm that it is you",
    prove: "What you are about to do moves money or touches accounts. Prove once more who you are.",
    passkeyOnly: "Your account asks for a passkey, which this page cannot use yet. Sign in by a code from a mail."
  },
  home: {
    title: "Home",
    today: "Today",
    month: "30 days",
    figures: "Figures",
    revenue: "Revenue",
    orders: "Orders",
    average: "Average order",
    newCustomers: "First orders of buyers",
    versus: (text: string) => `${text} in the 30 days before`,
    sales: "Sales of the last 30 days",
    salesPicture: "Sales of each of the last 30 days as a line; the table beneath has the same figures.",
    salesHint: "Without what was cancelled, before refunds.",
    asTable: "As a table",
    day: "Day",
    toDo: "To do",
    toFulfil: "Orders to send",
    unpaid: "Orders that wait for money",
    onHold: "Orders on hold",
    returns: "Returns to decide on",
    pendingReviews: "Reviews to look at",
    nothing: "All done.",
    top: "Best sellers of the last 30 days",
    pieces: (count: number) => count === 1 ? "1 piece" : `${count} pieces`,
    noSales: "Nothing was sold in this time.",
    latest: "Latest orders",
    allOrders: "All orders"
  },
  orders: {
    number: "Order",
    customer: "Customer",
    placed: "Placed",
    total: "Total",
    state: "State",
    payment: "Payment",
    fulfilment: "Sending"
  },
  order: {
    states: {
      pending: "Waits for money",
      failed: "Failed",
      paid: "Paid",
      processing: "In work",
      on_hold: "On hold",
      shipped: "Sent",
      delivered: "Delivered",
      cancelled: "Cancelled",
      refunded: "Given back"
    },
    payments: {
      unpaid: "Unpaid",
      authorized: "Authorised",
      partially_paid: "Paid in part",
      paid: "Paid",
      partially_refunded: "Refunded in part",
      refunded: "Refunded"
    },
    fulfilments: {
      unfulfilled: "Not sent",
      partially_shipped: "Sent in part",
      shipped: "Sent",
      delivered: "Delivered"
    }
  }
}

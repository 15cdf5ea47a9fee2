package ledger

type Stores any

package messages

// Sent says that the ledger holds a signed transaction which settles these requests.
type Sent struct{ Requests []RequestID }

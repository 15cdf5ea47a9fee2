package ledger_test

import (
	"io"
	"testing"

	"kmsgateway/cluster/ledger"
	"kmsgateway/cluster/ledger/storetest"
)

func TestFilesAreAStore(t *testing.T) {
	storetest.Suite(t, func(t *testing.T) ledger.Stores { return ledger.Bolt(t.TempDir(), io.Discard) })
}

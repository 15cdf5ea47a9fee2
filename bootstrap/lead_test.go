package bootstrap

import (
	"context"
	"strings"
	"testing"
	"time"

	"kmsgateway/messages"
)

// TestATermWithoutItsRoomsIsDown begins a term whose rooms cannot be made: the node must not pass
// for one that merely does not lead.
func TestATermWithoutItsRoomsIsDown(t *testing.T) {
	t.Parallel()
	var published []messages.Fact
	core := &Core{config: CoreConfig{Clock: time.Now, // there is no outlet
		Publish: func(_ context.Context, fact messages.Fact) { published = append(published, fact) }}}
	term := &lead{core: core}
	if shown := term.health(); len(shown) != 0 {
		t.Fatalf("a node that does not lead shows %v", shown)
	}
	term.wake()
	shown := term.health()
	if len(shown) != len(leaders) {
		t.Fatalf("health shows %v", shown)
	}
	for _, room := range shown {
		if room.Grade != messages.Down || !strings.Contains(room.Detail, "outlet") {
			t.Errorf("health shows %+v", room)
		}
	}
	if len(published) != 1 || published[0].Name != messages.FactActorFailed {
		t.Errorf("published: %+v", published)
	}
	term.sleep()
	if shown := term.health(); len(shown) != 0 {
		t.Errorf("after the term health shows %v", shown)
	}
}

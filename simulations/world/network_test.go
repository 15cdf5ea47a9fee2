package world

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/memberlist"
	"go.uber.org/goleak"

	"kmsgateway/cluster"
	"kmsgateway/messages"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pair is a network of two hosts in a bubble.
func pair(t *testing.T, link Link, test func(n *Network, a, b *Station)) {
	t.Helper()
	synctest.Test(t, func(*testing.T) {
		n := NewNetwork(7, func(string, string) Link { return link })
		a, b := n.Join("a"), n.Join("b")
		defer func() {
			for _, s := range []*Station{a, b} {
				s.Leave()
				s.Wait()
			}
		}()
		test(n, a, b)
	})
}

func echo(s *Station) {
	s.Handle("echo", func(_ string, ask any, answer func(any, error)) { answer(ask, nil) })
}

// call asks b for an echo within a second, and tells how long it took.
func call(a *Station, to string) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	began := time.Now()
	_, err := a.Call(ctx, to, "echo", 1)
	return time.Since(began), err
}

func TestCallsTakeTheTimeOfBothWays(t *testing.T) {
	pair(t, Link{Delay: 10 * time.Millisecond}, func(n *Network, a, b *Station) {
		echo(b)
		if took, err := call(a, "b"); err != nil || took != 20*time.Millisecond {
			t.Errorf("took %v, %v", took, err)
		}
		n.Worsen("b", "a", Link{Delay: 100 * time.Millisecond})
		if took, err := call(a, "b"); err != nil || took != 120*time.Millisecond {
			t.Errorf("one way slower took %v, %v", took, err)
		}
	})
}

// TestWhatIsWrongWithACall tells a dead process, which refuses, from a cut link, which is silent.
func TestWhatIsWrongWithACall(t *testing.T) {
	pair(t, Link{Delay: 10 * time.Millisecond}, func(n *Network, a, b *Station) {
		echo(b)
		for _, way := range [][2]string{{"a", "b"}, {"b", "a"}} {
			heal := n.Cut(way[0], way[1])
			if _, err := call(a, "b"); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s to %s cut gives %v", way[0], way[1], err)
			}
			heal()
			heal() // a second time changes nothing
			if _, err := call(a, "b"); err != nil {
				t.Errorf("healed gives %v", err)
			}
		}
		b.Leave()
		if took, err := call(a, "b"); err == nil || took != 20*time.Millisecond {
			t.Errorf("a dead process gives %v after %v", err, took)
		}
		if _, err := call(a, "nobody"); err == nil {
			t.Error("a host that never was answers")
		}
		echo(n.Join("b"))
		if _, err := call(a, "b"); err != nil {
			t.Errorf("a new life gives %v", err)
		}
	})
}

// TestOldLifeHearsNothing asks in one life and would be answered in the next.
func TestOldLifeHearsNothing(t *testing.T) {
	pair(t, Link{Delay: 10 * time.Millisecond}, func(n *Network, a, b *Station) {
		echo(b)
		ended := make(chan error)
		go func() {
			_, err := a.Call(context.Background(), "b", "echo", 1)
			ended <- err
		}()
		pass(15 * time.Millisecond)
		a.Leave()
		if err := <-ended; !errors.Is(err, errGone) {
			t.Errorf("got %v", err)
		}
		n.Join("a").Leave()
	})
}

func TestFrozenHostCatchesUpInOrder(t *testing.T) {
	pair(t, Link{Delay: 10 * time.Millisecond, Jitter: 30 * time.Millisecond},
		func(n *Network, a, b *Station) {
			var heard []int
			var lock sync.Mutex
			b.Handle("count", func(_ string, ask any, _ func(any, error)) {
				lock.Lock()
				defer lock.Unlock()
				heard = append(heard, ask.(int))
			})
			wants := func(want ...int) {
				t.Helper()
				pass(time.Second)
				lock.Lock()
				defer lock.Unlock()
				if !slices.Equal(heard, want) {
					t.Errorf("heard %v, want %v", heard, want)
				}
			}
			thaw := n.Freeze("b")
			for i := range 5 {
				a.Cast("b", "count", i)
			}
			wants()
			thaw()
			thaw = n.Freeze("a")
			a.Cast("b", "count", 5)
			wants(0, 1, 2, 3, 4)
			thaw()
			wants(0, 1, 2, 3, 4, 5)
		})
}

// TestDrawsAreTheLinksOwn: what is lost on one link does not depend on what another carries, and a
// reliable message is late instead of lost.
func TestDrawsAreTheLinksOwn(t *testing.T) {
	arrivals := func(noise bool) (got []int) {
		pair(t, Link{Delay: time.Millisecond, Jitter: time.Millisecond, Loss: 0.3},
			func(n *Network, a, b *Station) {
				for i := range 40 {
					n.post(parcel{from: "a", life: a, to: "b",
						arrive: func(*Station) { got = append(got, i) }})
					if noise {
						n.post(parcel{from: "b", life: b, to: "a", arrive: func(*Station) {}})
					}
					pass(10 * time.Millisecond)
				}
				echo(b)
				if _, err := call(a, "b"); err != nil {
					t.Errorf("a call over a lossy link: %v", err)
				}
			})
		return got
	}
	quiet, loud := arrivals(false), arrivals(true)
	if !slices.Equal(quiet, loud) || len(quiet) < 20 || len(quiet) > 36 {
		t.Errorf("%d and %d of 40 arrive: %v, %v", len(quiet), len(loud), quiet, loud)
	}
}

// fabrics gives two hosts their networks.
func fabrics(t *testing.T, link Link, test func(n *Network, a, b cluster.Fabric)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		n := NewNetwork(7, func(string, string) Link { return link })
		a, b := NewFabric(n.Join("a")), NewFabric(n.Join("b"))
		test(n, a, b)
		if err := errors.Join(a.Close(), b.Close()); err != nil {
			t.Error(err)
		}
	})
}

func TestStreams(t *testing.T) {
	fabrics(t, Link{Delay: 10 * time.Millisecond, Jitter: 30 * time.Millisecond},
		func(n *Network, a, b cluster.Fabric) {
			address, _ := b.Addresses()
			near, err := a.Gossip().DialTimeout(address, time.Second)
			if err != nil {
				t.Fatal(err)
			}
			far := <-b.Gossip().StreamCh()
			for _, text := range []string{"one ", "after ", "another"} {
				if _, err := near.Write([]byte(text)); err != nil {
					t.Fatal(err)
				}
			}
			if err := near.Close(); err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(far); string(got) != "one after another" || err != nil {
				t.Errorf("read %q, %v", got, err)
			}
			if _, err := near.Write(nil); !errors.Is(err, net.ErrClosed) {
				t.Errorf("writing after the end gives %v", err)
			}
			stalls(t, n, a, b)
		})
}

// stalls cuts a stream, then kills its other end, then dials a dead process.
func stalls(t *testing.T, n *Network, a, b cluster.Fabric) {
	t.Helper()
	address, _ := b.Addresses()
	near, err := a.Gossip().DialTimeout(address, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	far := <-b.Gossip().StreamCh()
	heal := n.Cut("b", "a")
	if _, err := far.Write([]byte("lost")); err != nil {
		t.Fatal(err)
	}
	if err := near.SetDeadline(time.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := near.Read(make([]byte, 8)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("reading what was lost gives %v", err)
	}
	if _, err := a.Gossip().DialTimeout(address, time.Second); !errors.Is(err,
		os.ErrDeadlineExceeded) {
		t.Errorf("dialling over a cut gives %v", err)
	}
	heal()
	if err := near.SetDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	second, err := a.Gossip().DialTimeout(address, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := second.Read(make([]byte, 8)); !errors.Is(err, io.EOF) {
		t.Errorf("a stream to a dead process gives %v", err)
	}
	if _, err := a.Gossip().DialTimeout(address, time.Second); err == nil {
		t.Error("a dead process accepts")
	}
}

// TestGossipNoticesTheDead runs memberlist itself over the simulated network.
func TestGossipNoticesTheDead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := NewNetwork(3, func(string, string) Link { return Link{Delay: time.Millisecond} })
		var lists []*memberlist.Memberlist
		var networks []cluster.Fabric
		for _, name := range []string{"a", "b", "c"} {
			fabric := NewFabric(n.Join(name))
			config := memberlist.DefaultLANConfig()
			config.Name, config.Transport, config.LogOutput = name, fabric.Gossip(), io.Discard
			list, err := memberlist.Create(config)
			if err != nil {
				t.Fatal(err)
			}
			lists, networks = append(lists, list), append(networks, fabric)
		}
		address, _ := networks[0].Addresses()
		for _, list := range lists[1:] {
			if _, err := list.Join([]string{address}); err != nil {
				t.Fatal(err)
			}
		}
		pass(5 * time.Second)
		if got := lists[1].NumMembers(); got != 3 {
			t.Errorf("%d members", got)
		}
		if err := networks[2].Close(); err != nil {
			t.Fatal(err)
		}
		pass(20 * time.Second)
		if got := lists[0].NumMembers(); got != 2 {
			t.Errorf("%d members after a death", got)
		}
		for i, list := range lists {
			if err := errors.Join(list.Shutdown(), networks[i].Close()); err != nil {
				t.Error(err)
			}
		}
		pass(time.Minute) // its goroutines notice between two looks
	})
}

func TestQuestionsAndWords(t *testing.T) {
	fabrics(t, Link{Delay: time.Millisecond}, func(n *Network, a, b cluster.Fabric) {
		b.Peers().Answer("age", func(_ context.Context, from string, body []byte) ([]byte, error) {
			if string(body) == "whose" {
				return nil, messages.NotLeader("age")
			}
			return append(body, from...), nil
		})
		got, err := a.Peers().Ask(context.Background(), "b", "age", []byte("of "))
		if string(got) != "of a" || err != nil {
			t.Errorf("answered %q, %v", got, err)
		}
		_, err = a.Peers().Ask(context.Background(), "b", "age", []byte("whose"))
		if messages.CodeOf(err) != messages.CodeNotLeader {
			t.Errorf("an error crosses as %v", err)
		}
		if _, err := a.Peers().Ask(context.Background(), "b", "height", nil); err == nil {
			t.Error("a topic that nobody answers is answered")
		}
		heard := make(chan string, 3)
		b.Carrier().Receive(func(from string, envelope []byte) { heard <- from + string(envelope) })
		heal := n.Cut("a", "b")
		a.Carrier().Carry("b", []byte("1"))
		heal()
		a.Carrier().Carry("b", []byte("2"))
		a.Carrier().Carry("nobody", []byte("3"))
		pass(time.Second)
		close(heard)
		if got := <-heard; got != "a2" || len(heard) != 0 {
			t.Errorf("heard %q and %d more", got, len(heard))
		}
	})
}

// pass lets virtual time go by, and all that is due by then happen.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

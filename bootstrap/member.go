package bootstrap

import (
	"context"
	"time"

	"kmsgateway/messages"
)

// lookEvery is how often a member looks whether its certificate is due and what is revoked.
const lookEvery = time.Minute

// membership keeps a process's certificate and list of revocations fresh while it runs.
type membership struct {
	renewal *Renewal // nil where no join service is configured
	ticker  *time.Ticker
}

// start begins to look at the join services, if there are any.
func (m *membership) start(identity *Identity, files TLSSection, services []string,
	publish messages.Publish, clock messages.Clock) {
	if len(services) == 0 {
		return
	}
	m.ticker = time.NewTicker(lookEvery)
	m.renewal = StartRenewal(RenewalConfig{Identity: identity, Files: files,
		Addresses: func() []string { return services }, Tick: m.ticker.C, Publish: publish,
		Clock: clock})
}

func (m *membership) stop(context.Context) error {
	if m.renewal != nil {
		m.ticker.Stop()
		m.renewal.Stop()
	}
	return nil
}

// health is the membership's contribution; a process that joined nothing has none.
func (m *membership) health() []messages.Health {
	if m.renewal == nil {
		return nil
	}
	return []messages.Health{m.renewal.Health()}
}

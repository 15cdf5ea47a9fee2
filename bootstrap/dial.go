package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"kmsgateway/actors/ethereum"
	"kmsgateway/messages"
)

// dialChain makes the process's only client of the chain, which checks chain id, genesis and
// deployment before anything relies on it.
func dialChain(ctx context.Context, env Env, section ChainSection, publish messages.Publish) (
	*ethereum.Client, error) {
	gateway, registry, err := section.contracts()
	if err != nil {
		return nil, err
	}
	finality, err := section.finality()
	if err != nil {
		return nil, err
	}
	config := ethereum.Config{ChainID: messages.ChainID(section.ID), Gateway: gateway,
		Registry: registry, Finality: finality, Timeout: section.Timeout,
		Publish: publish, Clock: env.Clock}
	if section.Genesis != "" {
		if err := config.Genesis.UnmarshalText([]byte(strings.ToLower(section.Genesis))); err != nil {
			return nil, fmt.Errorf("chain.genesis: %w", err)
		}
	}
	for _, endpoint := range section.Endpoints {
		config.Endpoints = append(config.Endpoints, endpoint.URL)
	}
	client, err := ethereum.Dial(ctx, config)
	var bad *messages.GatewayError
	if errors.As(err, &bad) && bad.Code == messages.CodeConfig {
		bad.Field = "chain." + bad.Field
	}
	return client, err
}

// Package kmstest holds what a client of a KMS party is tested with: Party, a scripted party with
// faults, which is a client itself; Server, the same party behind gRPC; Authority, certificates for
// it; and Suite, what every client must do.
package kmstest

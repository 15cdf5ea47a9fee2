// Package bootstrap is how one process comes to life: a node of the cluster, or a KMS party. It
// reads the configuration, builds the rooms from one Env, starts them in the order of one list and
// stops them in the reverse, and listens to the facts that the rooms publish.
package bootstrap

// Package kubernetes tests the manifests of routers as pods.
package kubernetes

// Package deb tests the Debian package, which build makes from nfpm.yaml.
package deb

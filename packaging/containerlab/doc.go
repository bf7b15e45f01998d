// Package containerlab tests the topology of the lab.
package containerlab

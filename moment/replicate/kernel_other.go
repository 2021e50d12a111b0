//go:build !amd64

package replicate

func native() []*kernel { return nil }

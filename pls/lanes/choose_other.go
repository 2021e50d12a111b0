//go:build !amd64 || purego

package lanes

func native() []*kernels { return nil }

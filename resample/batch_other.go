//go:build !amd64 || purego

package resample

// available lists the instructions that this machine has, fastest first.
func available() []instructions { return []instructions{plain} }

func (b *batch) cells(_ instructions, t *cells, words []uint32, stride, steps int) {
	b.cellsGo(t, words, stride, steps)
}

func (b *batch) spots(_ instructions, n uint32, draws int) uint16 { return b.spotsGo(n, draws) }

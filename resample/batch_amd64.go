//go:build amd64 && !purego

package resample

import "golang.org/x/sys/cpu"

//go:generate go -C _asm run . -out ../vector_amd64.s -stubs ../vector_amd64.go -pkg resample

// available lists the instructions that this machine has, fastest first.
func available() (list []instructions) {
	x := &cpu.X86
	if x.HasAVX512F && x.HasAVX512BW && x.HasAVX512VNNI {
		list = append(list, avx512)
	}
	if x.HasAVX2 {
		list = append(list, avx2)
	}
	return append(list, plain)
}

func (b *batch) cells(with instructions, t *cells, words []uint32, stride, steps int) {
	switch with {
	case avx512:
		cellsAVX512(&b.state[0][0], &t.threshold[0], &t.alias[0], &words[0], stride, steps, &b.total[0], &b.bound[0])
	case avx2:
		for l := 0; l < Batch; l += Batch / 2 {
			cellsAVX2(&b.state[0][l], &t.threshold[0], &t.alias[0], &words[l], stride, steps, &b.total[l], &b.bound[l])
		}
	default:
		b.cellsGo(t, words, stride, steps)
	}
}

func (b *batch) spots(with instructions, n uint32, draws int) uint16 {
	switch with {
	case avx512:
		return uint16(spotsAVX512(&b.state[0][0], n, draws, &b.spot[0]))
	case avx2:
		low := spotsAVX2(&b.state[0][0], n, draws, &b.spot[0])
		return uint16(low | spotsAVX2(&b.state[0][Batch/2], n, draws, &b.spot[Batch/2])<<(Batch/2))
	default:
		return b.spotsGo(n, draws)
	}
}

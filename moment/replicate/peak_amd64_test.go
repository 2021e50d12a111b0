package replicate

import "golang.org/x/sys/cpu"

func init() {
	type peak = struct{ bytes, floats func(n int) int }
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		peaks[avx2.name] = peak{
			func(n int) int { peakWords(n); return n * 13 * 32 },
			func(n int) int { peakFMAAVX2(n); return n * 13 * 4 },
		}
	}
	if best == avx512 {
		peaks[avx512.name] = peak{
			func(n int) int { peakVNNI(n); return n * 24 * 64 },
			func(n int) int { peakFMAAVX512(n); return n * 24 * 8 },
		}
	}
}

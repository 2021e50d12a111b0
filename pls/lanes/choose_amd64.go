//go:build amd64 && !purego

package lanes

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

//go:generate go -C _asm run . -out ../vector_amd64.s -stubs ../vector_amd64.go -pkg lanes

// native lists the sets of kernels in assembly that this machine can run.
func native() (list []*kernels) {
	x := &cpu.X86
	if x.HasAVX512F && x.HasAVX512DQ {
		list = append(list, &avx512)
	}
	if x.HasAVX2 && x.HasFMA {
		list = append(list, &avx2)
	}
	return list
}

// The assembly reads an op as twelve uint32 in the order of the fields.
var _ [48]struct{} = [unsafe.Sizeof(op{})]struct{}{}

// assembled is the signature of functions in assembly: n operations on vectors
// and correlations.
type assembled func(ops *uint32, n int, v, r *float64)

// whole calls a function that works on eight lanes.
func whole(f assembled) kernel {
	return func(ops []op, v, r []Vector) {
		f(&ops[0].n, len(ops), &v[0][0], first(r, 0))
	}
}

// halves calls a function that works on four lanes for the first four and for
// the others.
func halves(f assembled) kernel {
	return func(ops []op, v, r []Vector) {
		f(&ops[0].n, len(ops), &v[0][0], first(r, 0))
		f(&ops[0].n, len(ops), &v[0][Width/2], first(r, Width/2))
	}
}

// first returns the address of a lane of R; one indicator has no correlations.
func first(r []Vector, lane int) *float64 {
	if len(r) == 0 {
		return nil
	}
	return &r[0][lane]
}

var avx512 = kernels{"avx512", [kinds]kernel{
	move: whole(moveAVX512), product: whole(productAVX512), quotient: whole(quotientAVX512), plus: whole(plusAVX512),
	minus: whole(minusAVX512), dot: whole(dotAVX512), root: whole(rootAVX512), pick: whole(pickAVX512),
	guard: whole(guardAVX512), exceed: whole(exceedAVX512), sign: signGo, turn: whole(turnAVX512), fetch: fetchGo,
	factor: whole(factorAVX512), solve: whole(solveAVX512), cross: whole(crossAVX512), form: whole(formAVX512),
	scale: whole(scaleAVX512), apply: whole(applyAVX512), squares: whole(squaresAVX512), combine: whole(combineAVX512), between: whole(betweenAVX512), within: whole(withinAVX512),
}}

var avx2 = kernels{"avx2", [kinds]kernel{
	move: halves(moveAVX2), product: halves(productAVX2), quotient: halves(quotientAVX2), plus: halves(plusAVX2),
	minus: halves(minusAVX2), dot: halves(dotAVX2), root: halves(rootAVX2), pick: halves(pickAVX2),
	guard: halves(guardAVX2), exceed: halves(exceedAVX2), sign: signGo, turn: halves(turnAVX2), fetch: fetchGo,
	factor: halves(factorAVX2), solve: halves(solveAVX2), cross: halves(crossAVX2), form: halves(formAVX2),
	scale: halves(scaleAVX2), apply: halves(applyAVX2), squares: halves(squaresAVX2), combine: halves(combineAVX2), between: halves(betweenAVX2), within: halves(withinAVX2),
}}

package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// byOrder writes one piece of code for each order of a matrix up to v.ldl, and
// memory for others. All of them end at the label next.
func (v vector) byOrder(memory func(), registers func(n int)) {
	order := number(fieldN)
	for n := 2; n <= v.ldl; n++ {
		CMPQ(order, Imm(uint64(n)))
		JEQ(LabelRef(fmt.Sprint("order", n)))
	}
	memory()
	JMP(LabelRef("next"))
	for n := 2; n <= v.ldl; n++ {
		Label(fmt.Sprint("order", n))
		registers(n)
		JMP(LabelRef("next"))
	}
}

func (v vector) factor() {
	v.kernel("factor", func() {
		v.byOrder(v.factorMemory, func(n int) {
			square, scratch := pointer(fieldA), pointer(fieldB)
			pivot, inverse := pointer(fieldC), pointer(fieldD)
			limits, dst := pointer(fieldE), pointer(fieldDst)
			one, limit, found := v.all("one"), v.load(at(limits, 0)), v.zeros(1)[0]
			l := make([][]reg.VecVirtual, n)
			for a := range n {
				l[a] = v.news(a)
				x, d := v.news(a), v.new()
				VMOVAPD(one, d)
				for b := range a {
					VMOVUPD(at(square, step*(a*n+b)), x[b])
					for c := range b {
						VFNMADD231PD(l[b][c], x[c], x[b])
					}
					if b == 0 {
						VMOVAPD(x[b], l[a][b]) // the first pivot is 1
					} else {
						VMULPD(at(inverse, step*b), x[b], l[a][b])
					}
					VMOVUPD(l[a][b], at(square, step*(a*n+b)))
					VFNMADD231PD(l[a][b], x[b], d)
				}
				if a == n-1 {
					for b := range a {
						VMOVUPD(x[b], at(scratch, step*b))
					}
				}
				VMOVUPD(d, at(pivot, step*a))
				v.collect(d, limit, found)
				if a > 0 {
					VDIVPD(d, one, d)
				}
				VMOVUPD(d, at(inverse, step*a))
			}
			v.flag(found, at(dst, 0))
		})
	})
}

func (v vector) factorMemory() {
	width, square, scratch := bytes(fieldN), pointer(fieldA), pointer(fieldB)
	pivot, inverse := pointer(fieldC), pointer(fieldD)
	limits := pointer(fieldE)
	one, limit, found := v.all("one"), v.load(at(limits, 0)), v.zeros(1)[0]
	d, t, l := v.new(), v.new(), v.new()
	a, b, c := GP64(), GP64(), GP64()
	row, other := copied(square), GP64()
	XORQ(a, a)
	Label("row")
	VMOVAPD(one, d)
	XORQ(b, b)
	MOVQ(square, other)
	Label("column")
	CMPQ(b, a)
	JGE(LabelRef("pivot"))
	VMOVUPD(index(row, b), t)
	XORQ(c, c)
	Label("sum")
	CMPQ(c, b)
	JGE(LabelRef("summed"))
	VMOVUPD(index(other, c), l)
	VFNMADD231PD(index(scratch, c), l, t)
	advance(Imm(step), c)
	JMP(LabelRef("sum"))
	Label("summed")
	VMOVUPD(t, index(scratch, b))
	VMULPD(index(inverse, b), t, l)
	VMOVUPD(l, index(row, b))
	VFNMADD231PD(l, t, d)
	advance(Imm(step), b)
	advance(width, other)
	JMP(LabelRef("column"))
	Label("pivot")
	VMOVUPD(d, index(pivot, a))
	v.collect(d, limit, found)
	VDIVPD(d, one, t)
	VMOVUPD(t, index(inverse, a))
	advance(Imm(step), a)
	advance(width, row)
	CMPQ(a, width)
	JLT(LabelRef("row"))
	dst := pointer(fieldDst)
	v.flag(found, at(dst, 0))
}

func (v vector) solve() {
	v.kernel("solve", func() {
		v.byOrder(v.solveMemory, func(n int) {
			square, inverse := pointer(fieldA), pointer(fieldD)
			right, out := pointer(fieldB), pointer(fieldDst)
			x := v.news(n)
			for a := range n {
				VMOVUPD(at(right, step*a), x[a])
				for c := range a {
					VFNMADD231PD(at(square, step*(a*n+c)), x[c], x[a])
				}
			}
			for a := n - 1; a >= 0; a-- {
				VMULPD(at(inverse, step*a), x[a], x[a])
				for c := a + 1; c < n; c++ {
					VFNMADD231PD(at(square, step*(c*n+a)), x[c], x[a])
				}
				VMOVUPD(x[a], at(out, step*a))
			}
		})
	})
}

func (v vector) solveMemory() {
	width, row := bytes(fieldN), pointer(fieldA)
	right, out, inverse := pointer(fieldB), pointer(fieldDst), pointer(fieldD)
	t, l := v.new(), v.new()
	a, c := GP64(), GP64()
	XORQ(a, a)
	Label("forward")
	VMOVUPD(index(right, a), t)
	XORQ(c, c)
	Label("sum")
	CMPQ(c, a)
	JGE(LabelRef("summed"))
	VMOVUPD(index(row, c), l)
	VFNMADD231PD(index(out, c), l, t)
	advance(Imm(step), c)
	JMP(LabelRef("sum"))
	Label("summed")
	VMOVUPD(t, index(out, a))
	advance(Imm(step), a)
	advance(width, row)
	CMPQ(a, width)
	JLT(LabelRef("forward"))
	// Row is one past the last now; below walks down a column.
	below := GP64()
	SUBQ(Imm(step), a)
	Label("backward")
	SUBQ(width, row)
	VMOVUPD(index(out, a), t)
	VMULPD(index(inverse, a), t, t)
	MOVQ(row, below)
	ADDQ(a, below)
	MOVQ(a, c)
	Label("down")
	advance(Imm(step), c)
	advance(width, below)
	CMPQ(c, width)
	JGE(LabelRef("found"))
	VMOVUPD(at(below, 0), l)
	VFNMADD231PD(index(out, c), l, t)
	JMP(LabelRef("down"))
	Label("found")
	VMOVUPD(t, index(out, a))
	SUBQ(Imm(step), a)
	JGE(LabelRef("backward"))
}

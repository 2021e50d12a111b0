// Command _asm writes the assembly of package lanes:
//
//	cd pls/lanes && go generate
//
// Every kernel is written once, for vectors of 512 and of 256 bits. The latter
// hold four lanes: the caller runs the list for the first four lanes and again
// for the other four. A kernel's meaning, and the order of its sums, is that of
// the function in plain Go of the same name.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Offsets of the fields of Go's struct op, and its size.
const (
	fieldN = 4 * iota
	fieldM
	fieldR
	fieldRow
	fieldDst
	fieldA
	fieldB
	fieldC
	fieldD
	fieldE
	fieldSA
	fieldSB
	opSize
)

// Positions of Vectors that scale knows, in bytes.
const (
	active = 64 * iota
	change
	fault
)

// step is the distance from a Vector to the next.
const step = 64

// Predicates of VCMPPD; all are false for NaN but notGreater.
const (
	equal      = 0x00
	less       = 0x11
	notGreater = 0x1a
	greater    = 0x1e
)

// vector is a register size.
type vector struct {
	name  string
	new   func() reg.VecVirtual
	wide  bool
	block int // columns of a block of R that cross keeps in registers
	tri   int // largest block that scale keeps in registers
	ldl   int // largest matrix that factor and solve keep in registers
}

var (
	zmm = vector{"AVX512", ZMM, true, 8, 8, 5}
	ymm = vector{"AVX2", YMM, false, 4, 5, 3}
)

// The operations of a list that is being run.
var ops, count, base, matrix reg.Register

func main() {
	ConstraintExpr("amd64,!purego")
	for _, v := range []vector{zmm, ymm} {
		v.elementwise()
		v.dot()
		v.decisions()
		v.turn()
		v.factor()
		v.solve()
		v.cross()
		v.form()
		v.scale()
		v.apply()
		v.squares()
		v.combine()
		v.between()
		v.within()
	}
	Generate()
}

// kernel writes a function that executes body for each operation. Body ends
// where the label next is, and jumps there to end early.
func (v vector) kernel(name string, body func()) { v.list(name, func() {}, body, func() {}) }

// list is kernel with something before the first operation and after the last.
func (v vector) list(name string, before, body, after func()) {
	TEXT(name+v.name, NOSPLIT, "func(ops *uint32, n int, v, r *float64)")
	Pragma("noescape")
	ops, count = Load(Param("ops"), GP64()), Load(Param("n"), GP64())
	base, matrix = Load(Param("v"), GP64()), Load(Param("r"), GP64())
	before()
	Label("op")
	body()
	Label("next")
	ADDQ(Imm(opSize), ops)
	DECQ(count)
	JNZ(LabelRef("op"))
	after()
	VZEROUPPER()
	RET()
}

func at(base reg.Register, bytes int) Mem { return Mem{Base: base, Disp: bytes} }

// index is the Vector at p + i.
func index(p, i reg.Register) Mem { return Mem{Base: p, Index: i, Scale: 1} }

// number loads a field.
func number(field int) reg.GPVirtual {
	x := GP64()
	MOVL(at(ops, field), x.As32())
	return x
}

// bytes loads a field that counts Vectors, as bytes.
func bytes(field int) reg.GPVirtual {
	x := number(field)
	SHLQ(Imm(6), x)
	return x
}

// pointer loads a position in the solver's memory.
func pointer(field int) reg.GPVirtual {
	x := bytes(field)
	ADDQ(base, x)
	return x
}

// block loads the position in R.
func block() reg.GPVirtual {
	x := bytes(fieldR)
	ADDQ(matrix, x)
	return x
}

func copied(x reg.Register) reg.GPVirtual {
	y := GP64()
	MOVQ(x, y)
	return y
}

func advance(by Op, pointers ...reg.Register) {
	for _, p := range pointers {
		ADDQ(by, p)
	}
}

// times ends a loop that began at label.
func times(n reg.Register, label string) {
	DECQ(n)
	JNZ(LabelRef(label))
}

func (v vector) news(n int) []reg.VecVirtual {
	x := make([]reg.VecVirtual, n)
	for i := range x {
		x[i] = v.new()
	}
	return x
}

func (v vector) zero(x reg.VecVirtual) {
	if v.wide {
		// avo believes that this reads x, and keeps a register for it from the
		// beginning of the function.
		Instruction(&ir.Instruction{Opcode: "VPXORQ", Operands: []Op{x, x, x}, Outputs: []Op{x}})
	} else {
		VXORPD(x, x, x)
	}
}

func (v vector) zeros(n int) []reg.VecVirtual {
	x := v.news(n)
	for i := range x {
		v.zero(x[i])
	}
	return x
}

func (v vector) load(m Mem) reg.VecVirtual {
	x := v.new()
	VMOVUPD(m, x)
	return x
}

// all returns a vector with the same bits in every lane.
func (v vector) all(name string) reg.VecVirtual {
	x := v.new()
	VBROADCASTSD(constants[name], x)
	return x
}

var constants = map[string]Mem{}

func init() {
	for _, c := range []struct {
		name string
		bits uint64
	}{{"half", 0x3fe0 << 48}, {"minusOne", 0xbff0 << 48}, {"one", 0x3ff0 << 48}, {"sign", 1 << 63}, {"size", 1<<63 - 1}} {
		constants[c.name] = GLOBL(c.name, RODATA|NOPTR)
		DATA(0, U64(c.bits))
	}
}

// compare makes mask all ones where x is in the relation to y.
func (v vector) compare(relation uint64, x reg.VecVirtual, y Op, mask reg.VecVirtual) {
	if !v.wide {
		VCMPPD(Imm(relation), y, x, mask)
		return
	}
	k := K()
	VCMPPD(Imm(relation), y, x, k)
	VPMOVM2Q(k, mask)
}

// choose makes to the lanes of yes where the mask's signs are set, else of no.
func (v vector) choose(mask, yes, no, to reg.VecVirtual) {
	if !v.wide {
		VBLENDVPD(mask, yes, no, to)
		return
	}
	k := K()
	VPMOVQ2M(mask, k)
	VBLENDMPD(yes, no, k, to)
}

// none jumps to the label when the mask has no lane.
func (v vector) none(mask reg.VecVirtual, label string) {
	if v.wide {
		k := K()
		VPMOVQ2M(mask, k)
		KORTESTB(k, k)
	} else {
		any := GP32()
		VMOVMSKPD(mask, any)
		TESTL(any, any)
	}
	JZ(LabelRef(label))
}

// Command _asm writes the assembly of package resample:
//
//	cd resample && go generate
//
// A lane is a replicate. Every function does what the method of batch in plain
// Go of the same name does.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Truth tables of VPTERNLOGD(table, c, b, a).
const (
	sum    = 0x96 // a ^ b ^ c
	choose = 0xd8 // c ? b : a
)

func main() {
	ConstraintExpr("amd64,!purego")
	cells()
	spots()
	Generate()
}

func text(name, signature string, doc ...string) {
	TEXT(name, NOSPLIT, signature)
	Doc(append([]string{name + " " + doc[0]}, doc[1:]...)...)
	Pragma("noescape")
}

func param(name string) reg.Register { return Load(Param(name), GP64()) }

func at(base reg.Register, bytes int) Mem { return Mem{Base: base, Disp: bytes} }

// alignCode aligns the loop that begins here.
func alignCode(to uint64) {
	Instruction(&ir.Instruction{Opcode: "PCALIGN", Operands: []Op{Imm(to)}})
}

// constant fills the lanes with a number.
func constant(x uint32) reg.VecVirtual {
	v, r := ZMM(), GP32()
	MOVL(U32(x), r)
	VPBROADCASTD(r, v)
	return v
}

// streams are the states of 16 generators.
type streams [4]reg.VecVirtual

func load(from reg.Register) (s streams) {
	for i := range s {
		s[i] = ZMM()
		VMOVDQU32(at(from, 64*i), s[i])
	}
	return s
}

func (s streams) store(to reg.Register) {
	for i := range s {
		VMOVDQU32(s[i], at(to, 64*i))
	}
}

// next is stream.next.
func (s streams) next() reg.VecVirtual {
	u, t := ZMM(), ZMM()
	VPADDD(s[3], s[0], u)
	VPROLD(Imm(7), u, u)
	VPADDD(s[0], u, u)
	VPSLLD(Imm(9), s[1], t)
	VPXORD(s[1], s[3], s[3])
	VPTERNLOGD(Imm(sum), s[2], s[0], s[1])
	VPTERNLOGD(Imm(sum), t, s[0], s[2])
	VPXORD(s[3], s[0], s[0])
	VPROLD(Imm(11), s[3], s[3])
	return u
}

func cells() {
	text("cellsAVX512", "func(state, threshold, alias, words *uint32, stride, steps int, total, bound *uint32)",
		"is cells for steps > 0.")
	state := param("state")
	s := load(state)
	threshold, alias := ZMM(), ZMM()
	VMOVDQU32(at(param("threshold"), 0), threshold)
	VMOVDQU32(at(param("alias"), 0), alias)
	words, stride, steps := param("words"), param("stride"), param("steps")
	SHLQ(Imm(2), stride)
	ones, nibbles := constant(0x01010101), constant(0x0f0f0f0f)
	byte1, byte3, half := constant(0x0000ff00), constant(0xff000000), constant(0xffff0000)
	total, bound := ZMM(), ZMM()
	VPXORD(total, total, total)
	VPXORD(bound, bound, bound)
	alignCode(64)
	Label("step")
	var c [4]reg.VecVirtual
	for i := range c {
		// Turned by four bits, the slot is the lowest four, and u<<4 stands
		// above it: whether it is less than the threshold, whose lowest four
		// bits are 0, does not depend on the slot.
		u, t, k := s.next(), ZMM(), K()
		VPROLD(Imm(4), u, u)
		VPERMD(threshold, u, t)
		const notLess = 5
		VPCMPUD(Imm(notLess), t, u, k)
		VPERMD(alias, u, k, u)
		if i > 0 {
			VPSLLD(Imm(uint64(8*i)), u, u)
		}
		c[i] = u
	}
	// Only the lowest four bits of a byte are the outcome.
	VPTERNLOGD(Imm(choose), byte1, c[1], c[0])
	VPTERNLOGD(Imm(choose), byte3, c[3], c[2])
	VPTERNLOGD(Imm(choose), half, c[2], c[0])
	VPANDD(nibbles, c[0], c[0])
	VMOVDQU32(c[0], at(words, 0))
	VPMAXUB(c[0], bound, bound)
	VPDPBUSD(ones, c[0], total)
	ADDQ(stride, words)
	DECQ(steps)
	JNZ(LabelRef("step"))
	s.store(state)
	VMOVDQU32(total, at(param("total"), 0))
	VMOVDQU32(bound, at(param("bound"), 0))
	VZEROUPPER()
	RET()
}

func spots() {
	text("spotsAVX512", "func(state *uint32, n uint32, draws int, spot *uint32) uint32",
		"is spots for draws > 0.")
	state := param("state")
	s := load(state)
	number := Load(Param("n"), GP32())
	n := ZMM()
	VPBROADCASTD(number, n)
	draws, spot := param("draws"), param("spot")
	odd, bits := K(), GP32()
	MOVL(U32(0xaaaa), bits)
	KMOVW(bits, odd)
	rejected := K()
	KXORW(rejected, rejected, rejected)
	alignCode(64)
	Label("draw")
	u, low, high, k := s.next(), ZMM(), ZMM(), K()
	VPMULLD(n, u, low)
	const less = 1
	VPCMPUD(Imm(less), n, low, k)
	KORW(k, rejected, rejected)
	VPMULUDQ(n, u, high)
	VPSRLQ(Imm(32), high, high)
	VPSRLQ(Imm(32), u, u)
	VPMULUDQ(n, u, u)
	VMOVDQA32(u, odd, high)
	VMOVDQU32(high, at(spot, 0))
	ADDQ(Imm(64), spot)
	DECQ(draws)
	JNZ(LabelRef("draw"))
	s.store(state)
	KMOVW(rejected, bits)
	Store(bits, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

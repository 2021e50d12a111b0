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

// vector is a register size: 16 lanes of 32 bits, or 8.
type vector struct {
	name string
	wide bool
	new  func() reg.VecVirtual
	move func(from, to Op)
}

var (
	zmm = vector{"AVX512", true, ZMM, func(from, to Op) { VMOVDQU32(from, to) }}
	ymm = vector{"AVX2", false, YMM, func(from, to Op) { VMOVDQU(from, to) }}
)

func main() {
	ConstraintExpr("amd64,!purego")
	cells()
	spots()
	cellsHalf()
	spotsHalf()
	Generate()
}

// rotate turns x to the left; t is scratch.
func (v vector) rotate(bits uint64, x, t reg.VecVirtual) {
	if v.wide {
		VPROLD(Imm(bits), x, x)
		return
	}
	VPSRLD(Imm(32-bits), x, t)
	VPSLLD(Imm(bits), x, x)
	VPOR(t, x, x)
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
func (v vector) constant(x uint32) reg.VecVirtual {
	c, r := v.new(), GP32()
	MOVL(U32(x), r)
	if v.wide {
		VPBROADCASTD(r, c)
		return c
	}
	low := XMM()
	VMOVD(r, low)
	VPBROADCASTD(low, c)
	return c
}

// streams are the states of as many generators as a vector has lanes. Those of
// all 16 lanes stand together, so that the parts of a state are 64 bytes apart.
type streams struct {
	vector
	s [4]reg.VecVirtual
}

func (v vector) load(from reg.Register) streams {
	g := streams{vector: v}
	for i := range g.s {
		g.s[i] = v.new()
		v.move(at(from, 64*i), g.s[i])
	}
	return g
}

func (g streams) store(to reg.Register) {
	for i, x := range g.s {
		g.move(x, at(to, 64*i))
	}
}

// next is stream.next.
func (g streams) next() reg.VecVirtual {
	s, u, t := g.s, g.new(), g.new()
	VPADDD(s[3], s[0], u)
	g.rotate(7, u, t)
	VPADDD(s[0], u, u)
	VPSLLD(Imm(9), s[1], t)
	if g.wide {
		VPXORD(s[1], s[3], s[3])
		VPTERNLOGD(Imm(sum), s[2], s[0], s[1])
		VPTERNLOGD(Imm(sum), t, s[0], s[2])
		VPXORD(s[3], s[0], s[0])
	} else {
		VPXOR(s[1], s[3], s[3])
		VPXOR(s[0], s[2], s[2])
		VPXOR(s[2], s[1], s[1])
		VPXOR(t, s[2], s[2])
		VPXOR(s[3], s[0], s[0])
	}
	g.rotate(11, s[3], t)
	return u
}

func cells() {
	text("cellsAVX512", "func(state, threshold, alias, words *uint32, stride, steps int, total, bound *uint32)",
		"is cells for steps > 0.")
	state := param("state")
	s := zmm.load(state)
	threshold, alias := ZMM(), ZMM()
	VMOVDQU32(at(param("threshold"), 0), threshold)
	VMOVDQU32(at(param("alias"), 0), alias)
	words, stride, steps := param("words"), param("stride"), param("steps")
	SHLQ(Imm(2), stride)
	ones, nibbles := zmm.constant(0x01010101), zmm.constant(0x0f0f0f0f)
	byte1, byte3, half := zmm.constant(0x0000ff00), zmm.constant(0xff000000), zmm.constant(0xffff0000)
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
	s := zmm.load(state)
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

func cellsHalf() {
	text("cellsAVX2", "func(state, threshold, alias, words *uint32, stride, steps int, total, bound *uint32)",
		"is cells for steps > 0 and eight lanes.")
	state := param("state")
	s := ymm.load(state)
	// The lowest four bits of a threshold are 0: the alias has room there.
	thresholds, aliases := param("threshold"), param("alias")
	low, high := YMM(), YMM()
	VMOVDQU(at(thresholds, 0), low)
	VPOR(at(aliases, 0), low, low)
	VMOVDQU(at(thresholds, 32), high)
	VPOR(at(aliases, 32), high, high)
	words, stride, steps := param("words"), param("stride"), param("steps")
	SHLQ(Imm(2), stride)
	nibble := ymm.constant(0x0f)
	total, bound, word := YMM(), YMM(), YMM()
	VPXOR(total, total, total)
	VPXOR(bound, bound, bound)
	alignCode(64)
	Label("step")
	for i := range 4 {
		u, slot, entry, t := s.next(), YMM(), YMM(), YMM()
		VPSRLD(Imm(28), u, slot)
		// VPERMD looks at three bits of the slot; the fourth is the sign of u.
		VPERMD(low, slot, entry)
		VPERMD(high, slot, t)
		VBLENDVPS(u, t, entry, entry)
		VPSLLD(Imm(4), u, u)
		VPSRLD(Imm(4), u, u)
		VPSRLD(Imm(4), entry, t)
		VPCMPGTD(u, t, t)
		VBLENDVPS(t, slot, entry, entry)
		VPAND(nibble, entry, entry)
		VPADDD(entry, total, total)
		if i == 0 {
			VMOVDQA(entry, word)
			continue
		}
		VPSLLD(Imm(uint64(8*i)), entry, entry)
		VPOR(entry, word, word)
	}
	VMOVDQU(word, at(words, 0))
	VPMAXUB(word, bound, bound)
	ADDQ(stride, words)
	DECQ(steps)
	JNZ(LabelRef("step"))
	s.store(state)
	VMOVDQU(total, at(param("total"), 0))
	VMOVDQU(bound, at(param("bound"), 0))
	VZEROUPPER()
	RET()
}

func spotsHalf() {
	text("spotsAVX2", "func(state *uint32, n uint32, draws int, spot *uint32) uint32",
		"is spots for draws > 0 and eight lanes.")
	state := param("state")
	s := ymm.load(state)
	first, n := XMM(), YMM()
	VMOVD(Load(Param("n"), GP32()), first)
	VPBROADCASTD(first, n)
	draws, spot := param("draws"), param("spot")
	accepted := YMM()
	VPCMPEQD(accepted, accepted, accepted)
	alignCode(64)
	Label("draw")
	u, low, high := s.next(), YMM(), YMM()
	VPMULLD(n, u, low)
	VPMAXUD(n, low, high)
	VPCMPEQD(low, high, low) // low >= n
	VPAND(low, accepted, accepted)
	VPMULUDQ(n, u, high)
	VPSRLQ(Imm(32), high, high)
	VPSRLQ(Imm(32), u, u)
	VPMULUDQ(n, u, u)
	VPBLENDD(Imm(0xaa), u, high, high)
	VMOVDQU(high, at(spot, 0))
	ADDQ(Imm(64), spot)
	DECQ(draws)
	JNZ(LabelRef("draw"))
	s.store(state)
	rejected := GP32()
	VMOVMSKPS(accepted, rejected)
	XORL(Imm(0xff), rejected)
	Store(rejected, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

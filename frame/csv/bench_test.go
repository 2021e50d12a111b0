package csv_test

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"plumb/frame"
	"plumb/frame/csv"
)

func input(name, text string) frame.Input {
	return frame.Input{Name: name, ReaderAt: strings.NewReader(text), Size: int64(len(text))}
}

// survey writes answers from 1 to 5 below the header v1, v2, ...
func survey(rows, columns int) string {
	random := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for j := range columns {
		if j > 0 {
			b.WriteByte(',')
		}
		b.WriteString("v" + strconv.Itoa(j+1))
	}
	b.WriteByte('\n')
	for range rows {
		for j := range columns {
			if j > 0 {
				b.WriteByte(',')
			}
			b.WriteByte(byte('1' + random.IntN(5)))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// BenchmarkRead reads 60,000 answers to 40 items.
func BenchmarkRead(b *testing.B) {
	text := survey(60000, 40)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := (csv.Format{}).Read(input("likert.csv", text), frame.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReadDecimals reads numbers with decimals and one text column.
func BenchmarkReadDecimals(b *testing.B) {
	var s strings.Builder
	s.WriteString("id,village,income,rate\n")
	random := rand.New(rand.NewPCG(3, 4))
	for i := range 60000 {
		s.WriteString("R" + strconv.Itoa(i) + ",Village " + strconv.Itoa(i%40) + "," +
			strconv.FormatFloat(random.Float64()*1e5, 'f', 2, 64) + "," + strconv.FormatFloat(random.Float64(), 'f', 6, 64) + "\n")
	}
	text := s.String()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := (csv.Format{}).Read(input("decimals.csv", text), frame.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

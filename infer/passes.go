package infer

import "context"

// DefaultMemory bounds what Summarised keeps of the replicates, in bytes.
const DefaultMemory = 512 << 20

// Summarised draws replicates and summarises them in bounded memory. Exact
// quantiles need all values of a statistic at once, but not of all statistics:
// where the replicates of all would not fit into memory (bytes; 0 is
// DefaultMemory), they are drawn again for each share of the statistics that
// does. The result is that of one pass, bit for bit; the time grows with the
// number of passes. A million replicates of 163 statistics take three.
//
// units is the number of units that were drawn among.
func Summarised(ctx context.Context, p Problem, o Options, s Summary, memory int64) (t Table, units int, err error) {
	o.defaults()
	s.Workers = o.Workers
	if memory <= 0 {
		memory = DefaultMemory
	}
	each := int64(8 * (o.To - o.From)) // bytes a statistic
	if o.Inner > 0 {
		each *= 3
	}
	statistics := NewLayout(p.Estimate).Len()
	share := int(max(1, min(int64(statistics), memory/each)))
	passes := (statistics + share - 1) / share
	progress := o.Progress
	for pass := range passes {
		o.First, o.End = pass*share, min((pass+1)*share, statistics)
		if progress != nil {
			o.Progress = func(done, total int) { progress(pass*total+done, passes*total) }
		}
		run, err := Bootstrap(ctx, p, o)
		if err != nil {
			return Table{}, 0, err
		}
		part := run.Summarise(s)
		if pass == 0 {
			t, units = part, run.Units
			continue
		}
		copy(t.Rows[o.First:o.End], part.Rows[o.First:o.End])
	}
	return t, units, nil
}

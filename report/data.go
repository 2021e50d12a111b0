package report

import (
	"slices"

	"plumb/study"
)

// The data: what was read, what was noticed, and how the answers lie.

func dataSection(r *study.Result, models []*fitted) Section {
	s := Section{ID: "data", Title: "Data"}
	s.Blocks = append(s.Blocks, Paragraph{Text: dataInBrief(r, models)})
	if len(r.Findings) > 0 {
		s.Blocks = append(s.Blocks, &Findings{r.Findings})
	}
	if t := descriptives(r.Data, indicatorsOf(models)); t != nil {
		if r.Data.Weight != "" {
			t.Note = say(t.Note, " This table is not weighted; the models are, by ", r.Data.Weight, ".")
			if slices.ContainsFunc(models, func(m *fitted) bool { return m.Settings.Missing == "mean" }) && missingAnswers(r.Data, indicatorsOf(models)) > 0 {
				t.Note = say(t.Note, " Means that replace missing answers are not weighted either.")
			}
		}
		s.Blocks = append(s.Blocks, t)
	}
	return s
}

func dataInBrief(r *study.Result, models []*fitted) Text {
	d := r.Data
	if d.Matrix {
		return say("The file ", d.File, " holds a published matrix of ", several(len(d.Columns), "variable", "variables"), ", no rows.")
	}
	t := say("The file ", d.File, " has ", several(d.Rows, "row", "rows"), " and ", several(len(d.Columns), "column", "columns"), ".")
	used := indicatorsOf(models)
	missing := missingAnswers(d, used)
	switch {
	case len(used) == 0:
	case missing == 0:
		t = say(t, " No item of the model has a missing answer.")
	default:
		t = say(t, " Among the items of the model, ", several(missing, "answer is", "answers are"), " missing.")
	}
	if d.Weight != "" {
		t = say(t, " The column ", d.Weight, " holds the sampling weights.")
	}
	if d.Cluster != "" {
		t = say(t, " The column ", d.Cluster, " names the clusters that were sampled.")
	}
	return t
}

// missingAnswers counts the empty cells of some columns.
func missingAnswers(d study.Data, of []string) int {
	missing := 0
	for _, c := range d.Columns {
		if slices.Contains(of, c.Name) {
			missing += c.Missing
		}
	}
	return missing
}

func indicatorsOf(models []*fitted) []string {
	var names []string
	for _, m := range models {
		for _, c := range m.Model.Constructs {
			for _, i := range c.Indicators {
				if !slices.Contains(names, i) {
					names = append(names, i)
				}
			}
		}
	}
	return names
}

// descriptives describes the columns that the models use, in model order.
func descriptives(d study.Data, used []string) *Table {
	t := &Table{
		Title: "Descriptive Statistics of the Items",
		Columns: []Column{
			{Head: say("Item"), Left: true},
			{Head: say("Missing"), Format: FormatCount},
			{Head: say(stat("M")), Format: FormatMeasured},
			{Head: say(stat("SD")), Format: FormatMeasured},
			{Head: say("Min"), Format: FormatMeasured},
			{Head: say("Max"), Format: FormatMeasured},
			{Head: say("Skewness"), Format: FormatTwo},
			{Head: say("Kurtosis"), Format: FormatTwo},
		},
		Note: say("Skewness and excess kurtosis are adjusted for sample size (", joanes1998, ")."),
	}
	for _, name := range used {
		i := slices.IndexFunc(d.Columns, func(c study.Column) bool { return c.Name == name })
		if i < 0 {
			continue
		}
		c := d.Columns[i]
		t.Rows = append(t.Rows, row(words(name), count(c.Missing), number(c.Mean), number(c.SD), number(c.Min), number(c.Max), number(c.Skewness), number(c.Kurtosis)))
	}
	if len(t.Rows) == 0 || d.Matrix {
		return nil
	}
	t.measure()
	return t
}

// columnTable describes every column of a file, for plumb describe.
func columnTable(d study.Data) *Table {
	t := &Table{
		Title: d.File,
		Columns: []Column{
			{Head: say("Column"), Left: true},
			{Head: say("Type"), Left: true},
			{Head: say("Level"), Left: true, Optional: true},
			{Head: say("Missing"), Format: FormatCount},
			{Head: say("Distinct"), Format: FormatCount, Optional: true},
			{Head: say("Mean"), Format: FormatMeasured},
			{Head: say("SD"), Format: FormatMeasured},
			{Head: say("Min"), Format: FormatMeasured},
			{Head: say("Max"), Format: FormatMeasured},
			{Head: say("Values"), Left: true},
		},
	}
	for _, c := range d.Columns {
		what := c.Kind
		if c.Role != "" {
			what = c.Role
		}
		cells := []Cell{words(c.Name), words(what), words(c.Level), count(c.Missing), count(c.Distinct)}
		if c.Kind == "text" {
			cells = append(cells, Cell{}, Cell{}, Cell{}, Cell{}, words(several(c.Distinct, "text", "texts")))
		} else {
			cells = append(cells, number(c.Mean), number(c.SD), number(c.Min), number(c.Max), words(histogram(c)))
		}
		t.Rows = append(t.Rows, row(cells...))
	}
	const level = 2
	if !slices.ContainsFunc(d.Columns, func(c study.Column) bool { return c.Level != "" }) {
		t.drop(level)
	}
	t.measure()
	return t
}

// histogram draws how often each value occurs, lowest value first, when all of
// the values are known. A value that occurs at all has a visible bar.
func histogram(c study.Column) string {
	if len(c.Top) == 0 || len(c.Top) != c.Distinct {
		return ""
	}
	bars := []rune("▁▂▃▄▅▆▇█")
	most := 0
	for _, f := range c.Top {
		most = max(most, f.Count)
	}
	if most == 0 {
		return ""
	}
	out := make([]rune, len(c.Top))
	for i, f := range c.Top {
		out[i] = bars[max(0, (f.Count*len(bars)+most-1)/most-1)]
	}
	return string(out)
}

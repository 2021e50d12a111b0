package frame

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"plumb/finding"
)

// Findings about the design: rows, weights, clusters.
const (
	// CodeTooFewRows: no correlation can be computed.
	//
	//	OS1,OS2
	//	4,5
	CodeTooFewRows finding.Code = "too-few-rows"
	// CodeSmallSample: only large effects can be found with so few rows.
	//
	//	40 rows
	CodeSmallSample finding.Code = "small-sample"
	// CodeFewerRowsThanParameters: the model has more unknowns than the data
	// have rows.
	//
	//	20 rows, 25 loadings and paths
	CodeFewerRowsThanParameters finding.Code = "fewer-rows-than-parameters"
	// CodeBlockTooWide: a construct is a regression on at least as many
	// columns as there are rows.
	//
	//	F <~ a + b + c + d      data: 4 rows
	CodeBlockTooWide finding.Code = "block-too-wide"
	// CodeWeights: sampling weights that cannot be used, or that drop rows.
	//
	//	weight
	//	1.2
	//	-0.4
	CodeWeights finding.Code = "weights"
	// CodeFewClusters: too few clusters for standard errors by cluster; for the
	// record only, where none are asked for.
	//
	//	village: V01,V01,V01
	CodeFewClusters finding.Code = "few-clusters"
	// CodeNoCluster: rows that belong to no cluster.
	//
	//	village: V01,,V02
	CodeNoCluster finding.Code = "no-cluster"
)

const (
	// leastRows: two rows always correlate perfectly.
	leastRows = 3
	// rootForPath: the smallest path that a sample finds at 5 % with 80 %
	// power is about 2.486 / sqrt(n), the inverse square root method of
	// Kock & Hadaya (2018).
	rootForPath = 2.486
	// safeRows is their default when the size of the effects is unknown;
	// smallPath grades a sample that finds only paths above it a Warning,
	// which means fewer than 25 rows.
	safeRows  = 160
	smallPath = 0.5
	// fewClusters: simulations of clustered inference begin to break down
	// between 5 and 10 clusters, whatever the correction (Cameron, Gelbach &
	// Miller 2008).
	fewClusters = 10
)

func (p *preflight) design() {
	p.rows(p.usableRows())
	p.collinear()
	p.weights()
	p.clusters()
}

// matrix looks at a published matrix, which has no cells and no people.
func (p *preflight) matrix() {
	m := p.f.Matrix
	if m.N > 0 {
		p.rows(m.N)
	}
	p.collinearMatrix(m)
}

// usableRows counts the rows that an estimator can use. Without a model nobody
// asks for all columns at once.
func (p *preflight) usableRows() int {
	if len(p.used) == 0 {
		return p.f.Rows
	}
	n := 0
	for _, answered := range p.answered {
		if (p.o.KeepsIncomplete || p.o.Blocks == nil) && answered > 0 || answered == len(p.used) {
			n++
		}
	}
	return n
}

func (p *preflight) rows(n int) {
	have := count(n, "row", "rows")
	switch {
	case n >= p.f.Rows:
	case p.o.KeepsIncomplete || p.o.Blocks == nil:
		have += fmt.Sprintf(" with answers (of %d)", p.f.Rows)
	default:
		have = fmt.Sprintf("%s (of %d)", count(n, "complete row", "complete rows"), p.f.Rows)
	}
	if n < leastRows {
		hint := "Check that the right file, sheet and header row were read."
		if n < p.f.Rows {
			hint = "Check the missing codes, leave out the columns with the most gaps, or keep incomplete rows: --missing mean, or missing: mean under estimate: in the study file."
		}
		p.add(CodeTooFewRows, finding.Error, finding.Place{}, fmt.Sprintf("The data hold %s; a correlation needs at least %d.", have, leastRows), hint)
		return
	}
	for _, b := range p.blocks {
		if b.Regression && len(b.columns) >= n {
			p.add(CodeBlockTooWide, finding.Error, finding.Place{Construct: b.Construct},
				fmt.Sprintf("%s is a regression on %d columns, and the data have only %s.", b.Construct, len(b.columns), have),
				"Use Mode A for it ([A] at the end of its line), or fewer columns.")
		}
	}
	if p.o.Parameters > n {
		p.add(CodeFewerRowsThanParameters, finding.Warning, finding.Place{},
			fmt.Sprintf("The model has %d free parameters and the data %s; the estimates will fit chance.", p.o.Parameters, have),
			"Simplify the model or collect more data.")
	}
	if p.o.Blocks == nil || n >= safeRows {
		return
	}
	path := rootForPath / math.Sqrt(float64(n))
	s := finding.Info
	if path > smallPath {
		s = finding.Warning
	}
	p.add(CodeSmallSample, s, finding.Place{},
		fmt.Sprintf("With %s, only paths of about %s or more are found with 80%% power at the 5%% level (inverse square root method, Kock & Hadaya 2018).",
			have, strings.TrimPrefix(strconv.FormatFloat(path, 'f', 2, 64), "0")),
		"Do not read a path that is not significant as one that is not there; 160 rows find paths of .20.")
}

func (p *preflight) weights() {
	for _, c := range p.f.WithRole(RoleWeight) {
		if !c.Numeric() {
			p.add(CodeWeights, finding.Error, p.at(c, -1), fmt.Sprintf("The weights %s are text.", c.Name), "Weights are positive numbers; correct the column or its role.")
			continue
		}
		var missing, negative, zero []int
		for i, w := range c.Numbers {
			switch {
			case math.IsNaN(w):
				missing = append(missing, i)
			case w < 0 || math.IsInf(w, 0):
				negative = append(negative, i)
			case w == 0:
				zero = append(zero, i)
			}
		}
		if len(c.Numbers) > 0 && len(missing)+len(zero) == len(c.Numbers) {
			p.add(CodeWeights, finding.Error, p.at(c, -1), fmt.Sprintf("No row has a weight above 0 in %s.", c.Name), "Correct the column or its role.")
			continue
		}
		for _, bad := range []struct {
			rows     []int
			severity finding.Severity
			what     string
		}{
			{negative, finding.Error, "negative or infinite, which no weight can be"},
			{missing, finding.Warning, "missing; these rows are left out"},
			{zero, finding.Warning, "0; these rows count for nothing"},
		} {
			if len(bad.rows) > 0 {
				p.add(CodeWeights, bad.severity, p.at(c, bad.rows[0]),
					fmt.Sprintf("%s of %s %s %s: %s.", count(len(bad.rows), "weight", "weights"), c.Name, isAre(len(bad.rows)), bad.what, p.f.listRows(bad.rows)),
					"Correct the weights, or leave these rows out on purpose.")
			}
		}
	}
}

func (p *preflight) clusters() {
	for _, c := range p.f.WithRole(RoleCluster) {
		seen := map[string]bool{}
		var none []int
		for i := range p.f.Rows {
			if c.present(i) {
				seen[c.cell(i)] = true
			} else {
				none = append(none, i)
			}
		}
		if len(none) > 0 {
			severity := finding.Warning
			if p.o.ByCluster { // a row of no cluster cannot be drawn with it
				severity = finding.Error
			}
			p.add(CodeNoCluster, severity, p.at(c, none[0]),
				fmt.Sprintf("%s to no cluster, as %s is blank: %s.", count(len(none), "row belongs", "rows belong"), c.Name, p.f.listRows(none)),
				"Fill in the cluster, or draw people (--resample people, or resample: people in the study file).")
		}
		switch g := len(seen); {
		case g < 2:
			s := finding.Warning
			if p.o.ByCluster {
				s = finding.Error
			}
			p.add(CodeFewClusters, s, p.at(c, -1),
				fmt.Sprintf("The cluster column %s has %s; standard errors by cluster need at least 2.", c.Name, count(g, "cluster", "clusters")),
				"Use the column that tells the clusters apart ("+Setting("cluster", "COLUMN")+"), or drop the role.")
		case g < fewClusters:
			s := finding.Info
			if p.o.ByCluster {
				s = finding.Warning
			}
			p.add(CodeFewClusters, s, p.at(c, -1),
				fmt.Sprintf("The cluster column %s has only %d clusters; standard errors by cluster are too small with fewer than %d (Cameron, Gelbach & Miller 2008).", c.Name, g, fewClusters),
				"Take intervals by cluster for too narrow, and report the number of clusters beside them.")
		}
	}
}

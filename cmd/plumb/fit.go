package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"plumb/finding"
	"plumb/model"
	"plumb/report"
	"plumb/study"
)

// fitFlags are the flags of plumb fit. Numbers stay texts until the flags have
// been checked by the rules of the study file.
type fitFlags struct {
	data                         dataFlags
	groups                       groupFlags
	spec                         study.ModelSpec
	model                        string
	tolerance, iterations        string
	bootstrap, level, seed, cpus string
	json, html, shard, folder    string
}

func (a *app) fitCommand() *cobra.Command {
	f := &fitFlags{}
	c := &cobra.Command{
		Use:   "fit DATA --model FILE",
		Short: "Estimate and assess one model",
		Long: `Estimate and assess one model on one data file.

DATA is a survey file (CSV, TSV, XLSX), or with --n a correlation or covariance
matrix. With --bootstrap N there are standard errors, intervals and p values; a
bar on the terminal tells how far it is. The model is a text file, or - for
standard input:

  Trust   =~ t1 + t2 + t3      reflective construct: Mode A
  Quality <~ q1 + q2           composite: Mode B
  Loyalty ~ Trust + Quality    paths into Loyalty`,
		Example: `  plumb fit survey.csv --model model.txt
  plumb fit survey.xlsx --sheet Answers --model model.txt --estimator plsc
  plumb fit survey.csv --model model.txt --json result.json --html report.html
  plumb fit survey.csv --json - --model - < model.txt
  plumb fit survey.csv --model model.txt --bootstrap 10000 --cluster village
  plumb fit survey.csv --model model.txt --bootstrap 10000 --shard 1/4`,
		Args: exactly("a data file"),
		RunE: func(c *cobra.Command, args []string) error {
			return a.fit(c.Context(), args[0], f, fitLine(c, args[0]))
		},
	}
	e := &f.spec.Estimate
	c.Flags().StringVarP(&f.model, "model", "m", "", "`FILE` with the model text, or - for standard input")
	addSetting(c, &e.Estimator, "estimator", "models.estimate.estimator")
	addSetting(c, &e.Scheme, "scheme", "models.estimate.scheme")
	c.Flags().Var(modeFlag{&e.Modes}, "mode", "mode of the outer weights of one construct (repeatable) (default: A for =~, B for <~)")
	addSetting(c, &e.Missing, "missing", "models.estimate.missing")
	addNumber(c, &f.tolerance, "tolerance", "models.estimate.tolerance")
	addNumber(c, &f.iterations, "max-iterations", "models.estimate.max-iterations")
	addNumber(c, &f.bootstrap, "bootstrap", "models.inference.bootstrap")
	addSetting(c, &f.spec.Inference.Interval, "interval", "models.inference.interval")
	addSetting(c, &f.spec.Inference.Resample, "resample", "models.inference.resample")
	addSetting(c, &f.spec.Inference.Sides, "sides", "models.inference.sides")
	addSetting(c, &f.spec.Inference.Adjust, "adjust", "models.inference.adjust")
	addSetting(c, &f.spec.Inference.Inadmissible, "inadmissible", "models.inference.inadmissible")
	addNumber(c, &f.level, "level", "models.inference.level")
	addNumber(c, &f.seed, "seed", "models.inference.seed")
	addNumber(c, &f.cpus, "workers", "models.inference.workers")
	f.groups.add(c)
	c.Flags().StringVar(&f.json, "json", "", "write the result as JSON to this `FILE`, or to standard output for -")
	c.Flags().StringVar(&f.html, "html", "", "write the whole report to this `FILE`")
	c.Flags().StringVar(&f.shard, "shard", "", "draw only part `I/N` of the replicates, for plumb merge")
	c.Flags().StringVarP(&f.folder, "output", "o", ".", "`DIR` for the shard")
	f.data.add(c)
	return c
}

func (a *app) fit(ctx context.Context, data string, f *fitFlags, line string) error {
	if f.model == "" {
		return errors.New("plumb fit needs a model: --model FILE, or --model - for standard input")
	}
	if f.html == "-" {
		return errors.New("--html takes a file")
	}
	inputs := []string{data, f.model, f.data.spec.Codebook}
	if err := refuseOverwrite([]string{f.json, f.html}, inputs); err != nil {
		return err
	}
	if f.json != "" && f.json == f.html {
		return errors.New("--json and --html name the same file")
	}
	s, err := a.fitStudy(data, f)
	if err != nil {
		return wrong(err)
	}
	o := study.RunOptions{Version: version(), Command: line, Progress: progress(a.stderr)}
	if f.shard != "" {
		return a.writeShard(ctx, s, o, f.shard, f.folder)
	}
	r, err := study.Run(ctx, s, o)
	if err != nil {
		return wrong(inFlags(err))
	}
	r.Findings, r.Models[0].Findings = placeFlags(r.Findings), placeFlags(r.Models[0].Findings)
	return wrong(a.show(ctx, r, f))
}

// fitStudy is the study that the flags amount to.
func (a *app) fitStudy(data string, f *fitFlags) (*study.Study, error) {
	m := f.spec
	m.File = f.model
	if f.model == "-" {
		text, err := io.ReadAll(io.LimitReader(a.stdin, model.MaxText+1))
		if err != nil {
			return nil, fmt.Errorf("the model cannot be read from standard input: %w", err)
		}
		m.File, m.Text = "", string(text)
	}
	m.Estimate.Tolerance, _ = strconv.ParseFloat(f.tolerance, 64)
	m.Estimate.MaxIterations = whole(f.iterations)
	m.Inference.Bootstrap, m.Inference.Workers = whole(f.bootstrap), whole(f.cpus)
	m.Inference.Level, _ = strconv.ParseFloat(f.level, 64)
	m.Inference.Seed, _ = strconv.ParseUint(f.seed, 10, 64)
	m.Groups = f.groups.spec()
	return &study.Study{Data: f.data.data(data), Models: []study.ModelSpec{m}, Flags: true}, nil
}

// show writes the files, and then prints the tables or, for --json -, the JSON.
func (a *app) show(ctx context.Context, r *study.Result, f *fitFlags) error {
	var outputs []output
	if f.html != "" {
		outputs = append(outputs, output{f.html, func(w io.Writer) error { return report.HTML(w, r) }})
	}
	if f.json != "" && f.json != "-" {
		outputs = append(outputs, output{f.json, func(w io.Writer) error { return study.WriteJSON(w, r) }})
	}
	var printed bytes.Buffer
	if f.json == "-" {
		if err := study.WriteJSON(&printed, r); err != nil {
			return err
		}
	} else {
		o := look(a.stdout)
		for _, out := range outputs {
			o.Files = append(o.Files, out.path)
		}
		if err := report.Terminal(&printed, r, o); err != nil {
			return err
		}
	}
	if err := writeFiles(ctx, outputs...); err != nil {
		return err
	}
	if f.json == "-" {
		all := append(append(finding.List{}, r.Findings...), r.Models[0].Findings...)
		if err := report.ShowFindings(a.stderr, all, look(a.stderr)); err != nil {
			return err
		}
	}
	_, err := a.stdout.Write(printed.Bytes())
	return err
}

// fitLine is the command line that gives the same figures again: what was
// typed, but for where the output goes. A model from standard input is gone when
// the command ends; the line says where it stands now.
func fitLine(c *cobra.Command, data string) string {
	line, remark := "plumb fit "+quote(data), ""
	c.Flags().Visit(func(f *pflag.Flag) {
		switch v := f.Value.(type) {
		case modeFlag:
			for _, name := range slices.Sorted(maps.Keys(*v.modes)) {
				line += " --mode " + quote(name+"="+(*v.modes)[name])
			}
		case pflag.SliceValue:
			for _, one := range v.GetSlice() {
				line += " --" + f.Name + " " + quote(one)
			}
		default:
			if f.Name == "model" && v.String() == "-" {
				line += " --model model.txt"
				remark = "  # save the model text of this result as model.txt: it came from standard input"
				return
			}
			if !slices.Contains([]string{"json", "html", "shard", "output"}, f.Name) {
				line += " --" + f.Name + " " + quote(v.String())
			}
		}
	})
	return line + remark
}

// quote writes a word as a shell takes it.
func quote(word string) string {
	plain := func(r rune) bool {
		return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r > 127 || strings.ContainsRune("-_./=:,%+@", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// placeFlags turns the keys of a study, which a user of flags has not written,
// into flags: data.weight is --weight.
func placeFlags(list finding.List) finding.List {
	out := append(finding.List(nil), list...)
	for i := range out {
		key := out[i].Place.Key
		switch {
		case key == "":
		case key == "models.inference":
			out[i].Place.Key = "--bootstrap"
		case strings.HasPrefix(key, "models.estimate.mode."):
			out[i].Place.Key = "--mode"
		case key == "data.missing":
			out[i].Place.Key = "--missing-code"
		case key == "models.groups.by":
			out[i].Place.Key = "--group"
		case strings.HasPrefix(key, "data.") || strings.HasPrefix(key, "models."):
			out[i].Place.Key = "--" + key[strings.LastIndex(key, ".")+1:]
		}
	}
	return out
}

// inFlags does the same for the findings in an error.
func inFlags(err error) error {
	var list *finding.Errors
	if errors.As(err, &list) {
		return placeFlags(list.List).Err()
	}
	return err
}

// whole reads a number that a flag has checked; "" is 0.
func whole(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

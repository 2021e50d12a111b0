package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// The files of examples/cluster are run here without a cluster, by setting by
// hand what Slurm and Kubernetes set; .ci/slurm runs the first in a real Slurm.

// TestJobArray runs every task of a study on a cluster of each kind, merges, and
// compares with one run.
func TestJobArray(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no sh")
	}
	script, err := filepath.Abs(filepath.Join(repository, "examples", "cluster", "slurm.sh"))
	if err != nil {
		t.Fatal(err)
	}
	job := kubernetesJob(t)
	t.Chdir(t.TempDir())
	plumb := func(args ...string) {
		t.Helper()
		if out, err := exec.Command("plumb", args...).CombinedOutput(); err != nil {
			t.Fatalf("plumb %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	plumb("sample", "village", "v")
	t.Chdir("v")
	plumb("run", "study.yaml", "-o", "whole")
	for name, c := range map[string]struct {
		variable string
		first    int
		shards   int
		command  []string
		folder   string
	}{
		"Slurm":      {"SLURM_ARRAY_TASK_ID", 1, 3, []string{"sh", script, "study.yaml", "results", "3"}, "results"},
		"Kubernetes": {"JOB_COMPLETION_INDEX", 0, job.Spec.Completions, job.Spec.Template.Spec.Containers[0].Command, "parts"},
	} {
		t.Run(name, func(t *testing.T) {
			for i := range c.shards {
				task := exec.Command(c.command[0], c.command[1:]...)
				task.Env = append(os.Environ(), fmt.Sprintf("%s=%d", c.variable, c.first+i))
				if out, err := task.CombinedOutput(); err != nil {
					t.Fatalf("task %d: %v\n%s", c.first+i, err, out)
				}
			}
			shards, err := filepath.Glob(filepath.Join(c.folder, fmt.Sprintf("shard-*-of-%d.plumb", c.shards)))
			if err != nil || len(shards) != c.shards {
				t.Fatalf("shards: %v, %v", shards, err)
			}
			plumb(slices.Concat([]string{"merge"}, shards)...)
			for _, file := range []string{"result.json", "report.html"} {
				whole, err := os.ReadFile(filepath.Join("whole", file))
				if err != nil {
					t.Fatal(err)
				}
				merged, err := os.ReadFile(filepath.Join(c.folder, file))
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(whole, merged) {
					t.Errorf("%s of the merged run has other bytes", file)
				}
			}
		})
	}
}

// indexedJob is what of a Kubernetes Job says what its pods run.
type indexedJob struct {
	Kind string
	Spec struct {
		CompletionMode string `yaml:"completionMode"`
		Completions    int
		Template       struct {
			Spec struct {
				Containers []struct{ Command []string }
			}
		}
	}
}

func kubernetesJob(t *testing.T) (job indexedJob) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, "examples", "cluster", "job.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &job); err != nil {
		t.Fatal(err)
	}
	if job.Kind != "Job" || job.Spec.CompletionMode != "Indexed" || job.Spec.Completions < 2 || len(job.Spec.Template.Spec.Containers) != 1 {
		t.Fatalf("it is no indexed Job of one container: %+v", job)
	}
	return job
}
